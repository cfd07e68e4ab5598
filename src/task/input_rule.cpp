#include "task/input_rule.h"

#include <array>

#include "base/error.h"
#include "image/preprocess.h"
#include "model/json_fields.h"

namespace dpt::task {

namespace {

using model::JsonFields;

constexpr int segmentation_side = 480;  // spec 3.2 and 3.3, for every published one
constexpr int depth_side = 384;
constexpr int64_t largest_side = 16384;

InputRule official_rule(const runtime::Engine& engine) {
  const model::DptConfig& config = engine.config();
  InputRule rule;
  rule.resize.multiple = static_cast<int>(engine.size_multiple());
  if (config.task == model::Task::segmentation) {
    rule.resize.width = rule.resize.height = segmentation_side;
  } else {
    rule.resize.width = config.input_width;
    rule.resize.height = config.input_height;
  }
  return rule;
}

/// Hugging Face folders without a preprocessor_config.json: as the published ones have it.
InputRule published_hf_rule(const runtime::Engine& engine) {
  InputRule rule;
  rule.convention = Convention::hf;
  const bool depth = engine.config().task == model::Task::depth;
  rule.resize = {depth ? depth_side : segmentation_side, depth ? depth_side : segmentation_side, 1,
                 image::ResizeMethod::minimal, false};
  return rule;
}

/// `size`: {"height", "width"}, {"shortest_edge"} is not DPT's, or one number.
void read_size(const JsonFields& f, image::ResizeRule& resize) {
  if (!f.has("size")) return;
  const nlohmann::json& size = f["size"];
  const auto side = [&](const char* key) {
    const bool fits = size.is_object() && size.contains(key) && size[key].is_number_integer() &&
                      size[key].get<int64_t>() >= 1 && size[key].get<int64_t>() <= largest_side;
    if (!fits) f.fail_expecting("size", R"({"height": ..., "width": ...})");
    return static_cast<int>(size[key].get<int64_t>());
  };
  if (size.is_number_integer()) {
    resize.width = resize.height = static_cast<int>(f.integer("size", depth_side, 1, largest_side));
  } else {
    resize.width = side("width");
    resize.height = side("height");
  }
}

std::array<double, 3> read_channels(const JsonFields& f, const char* key, bool divisor) {
  if (!f.has(key)) return {0.5, 0.5, 0.5};
  const nlohmann::json& list = f[key];
  std::array<double, 3> values{};
  for (size_t i = 0; i < 3; ++i) {
    const bool fits = list.is_array() && list.size() == 3 && list[i].is_number() &&
                      (!divisor || list[i].get<double>() > 0);
    if (!fits) f.fail_expecting(key, divisor ? "three positive numbers" : "three numbers");
    values[i] = list[i].get<double>();
  }
  return values;
}

}  // namespace

InputRule read_hf_rule(const std::string& text, const std::string& name) {
  constexpr int pil_bilinear = 2;
  constexpr int pil_bicubic = 3;
  const nlohmann::json object = model::parse_json_object(text, name);
  const JsonFields f(object, name);
  if (!f.flag("do_resize", true)) f.fail_expecting("do_resize", "true");
  if (f.flag("do_pad", false)) f.fail_expecting("do_pad", "false");

  InputRule rule;
  rule.convention = Convention::hf;
  read_size(f, rule.resize);
  rule.resize.keep_aspect = f.flag("keep_aspect_ratio", false);
  rule.resize.multiple = static_cast<int>(f.integer("ensure_multiple_of", 1, 1, largest_side));
  const int64_t filter = f.integer("resample", pil_bicubic, 0, 5);
  if (filter != pil_bilinear && filter != pil_bicubic) {
    f.fail_expecting("resample", "2 (bilinear) or 3 (bicubic)");
  }
  rule.filter = filter == pil_bilinear ? image::PilFilter::bilinear : image::PilFilter::bicubic;
  rule.rescale = f.flag("do_rescale", true) ? f.number("rescale_factor", 1.0 / 255.0) : 1.0;
  if (f.flag("do_normalize", true)) {
    rule.normalization.mean = read_channels(f, "image_mean", false);
    rule.normalization.std = read_channels(f, "image_std", true);
  } else {
    rule.normalization = image::no_normalization;
  }
  return rule;
}

InputRule input_rule(const runtime::Engine& engine, std::optional<Convention> convention) {
  const weights::WeightSet& weights = engine.weights();
  const bool is_hf = weights.naming() == weights::Naming::hugging_face ||
                     weights.preprocessor_config().has_value();
  if (convention.value_or(is_hf ? Convention::hf : Convention::official) == Convention::official) {
    return official_rule(engine);
  }
  if (!weights.preprocessor_config()) return published_hf_rule(engine);
  return read_hf_rule(*weights.preprocessor_config(),
                      weights.place_of(weights::preprocessor_config_name));
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
