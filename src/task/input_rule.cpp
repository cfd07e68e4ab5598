#include "task/input_rule.h"

#include "base/error.h"
#include "base/json_fields.h"
#include "image/resample/preprocess.h"

namespace dpt::task {

namespace {

InputRule official_rule(const model::ModelConfig& config) {
  InputRule rule;
  rule.resize = config.resize;
  rule.normalization = config.normalization;
  return rule;
}

/// Hugging Face folders without a preprocessor_config.json: as the published ones have it.
InputRule published_hf_rule(const model::ModelConfig& config) {
  InputRule rule;
  rule.convention = Convention::hf;
  rule.resize = config.hf_resize;
  rule.normalization = config.normalization;
  return rule;
}

}  // namespace

InputRule input_rule(const runtime::Engine& engine, std::optional<Convention> convention) {
  const weights::WeightSet& weights = engine.weights();
  const bool is_hf = weights.naming() == weights::Naming::hugging_face ||
                     weights.preprocessor_config().has_value();
  if (convention.value_or(is_hf ? Convention::hf : Convention::official) == Convention::official) {
    return official_rule(engine.config());
  }
  if (!weights.preprocessor_config()) return published_hf_rule(engine.config());
  return read_hf_rule(*weights.preprocessor_config(),
                      weights.place_of(weights::preprocessor_config_name));
}

std::vector<std::string> configuration_notes(const runtime::Engine& engine) {
  std::vector<std::string> notes = engine.config().notes;
  const weights::WeightSet& weights = engine.weights();
  if (!weights.preprocessor_config()) return notes;
  const std::string name = weights.place_of(weights::preprocessor_config_name);
  const auto unknown = unknown_hf_fields(*weights.preprocessor_config(), name);
  if (!unknown.empty()) notes.push_back(unknown_fields_note(name, unknown));
  return notes;
}

image::Size own_input_size(const InputRule& rule, int64_t multiple) {
  const auto up = [&](int side) {
    return static_cast<int>((side + multiple - 1) / multiple * multiple);
  };
  return {up(rule.resize.width), up(rule.resize.height)};
}

image::Size input_size(const InputRule& rule, int width, int height, int64_t multiple) {
  const image::Size size = rule.convention == Convention::official
                               ? image::network_size(width, height, rule.resize)
                               : image::hf_network_size(width, height, rule.resize);
  if (size.width % multiple != 0 || size.height % multiple != 0) {
    fail(ErrorKind::input,
         "a {}x{} picture would enter the network as {}x{}; expected sides that are multiples of "
         "{}",
         width, height, size.width, size.height, multiple);
  }
  return size;
}

void make_input(const InputRule& rule, const image::ImageView& picture, image::Size size,
                float* input) {
  if (rule.convention == Convention::official) {
    image::official_input(picture, size.width, size.height, rule.normalization, input);
  } else {
    image::hf_input(picture, size.width, size.height, rule.filter, rule.rescale, rule.normalization,
                    input);
  }
}

}  // namespace dpt::task
