#include "store/facts/model_facts.h"

#include <fmt/format.h>

#include <map>
#include <system_error>

#include "image/codec/origin.h"
#include "model/families.h"
#include "task/input_rule.h"
#include "task/segmentation.h"
#include "weights/model_files.h"

namespace dpt::store {

namespace fs = std::filesystem;
namespace {

/// {"F32": 264, "I64": 2}
Json element_types(const weights::WeightSet& weights) {
  std::map<std::string, int> counts;
  for (const std::string& key : weights.keys()) ++counts[std::string(name_of(weights.dtype(key)))];
  Json types = Json::object();
  for (const auto& [type, count] : counts) types[type] = count;
  return types;
}

void add_task(const model::ModelConfig& c, Json& facts) {
  if (c.task == model::Task::segmentation) {
    facts["task"] = "segmentation";
    facts["classes"] = c.classes;
    facts["class_names"] = task::class_names(c);
    return;
  }
  facts["task"] = "depth";
  facts["unit"] = c.metric ? image::metre_unit : image::relative_unit;
  if (!c.metric) return;
  if (c.metric->scale > 0) {
    facts["metric_scale"] = c.metric->scale;
    facts["metric_shift"] = c.metric->shift;
  }
  facts["file_unit"] = c.metric->file_unit;
}

Json input_facts(const runtime::Engine& engine) {
  const task::InputRule rule = task::input_rule(engine);
  const bool official = rule.convention == task::Convention::official;
  const bool bicubic = rule.filter == image::PilFilter::bicubic;
  return {{"convention", name_of(rule.convention)},
          {"width", rule.resize.width},
          {"height", rule.resize.height},
          {"keep_aspect", rule.resize.keep_aspect},
          {"method", name_of(rule.resize.method)},
          {"multiple", rule.resize.multiple},
          {"filter", official  ? "OpenCV cubic"
                     : bicubic ? "PIL bicubic"
                               : "PIL bilinear"},
          {"mean", rule.normalization.mean},
          {"std", rule.normalization.std}};
}

void add_registry(const fs::path& model, const Registry& registry, Json& facts) {
  const KnownModel* known = registry.find_file(model);
  if (known == nullptr) return;
  facts["known_as"] = known->name;
  facts["licence"] = known->licence.empty() ? Json() : Json(known->licence);
  if (!known->notes.empty()) facts["notes"] = known->notes;
}

}  // namespace

Json model_facts(const fs::path& model, const Registry& registry) {
  const auto weights = std::make_shared<const weights::WeightSet>(model::open_weights(model));
  const auto network = model::recognize(*weights);
  const model::ModelConfig& config = network->config();
  const model::WeightCheck check = model::check_weights(*network, weights);

  Json facts = {{"model", model.string()}, {"variant", network->variant()}};
  add_task(config, facts);
  facts["parameters"] = check.parameters;
  add_registry(model, registry, facts);
  if (check.problems.empty()) {
    const auto engine = runtime::Engine::load(model);
    facts["input"] = input_facts(*engine);
    const std::vector<std::string> notes = task::configuration_notes(*engine);
    if (!notes.empty()) facts["configuration"] = notes;
  }
  const Json parts = network->facts();
  for (const auto& [name, value] : parts.members()) facts[name] = value;
  facts["naming"] =
      weights->naming() == weights::Naming::hugging_face ? "Hugging Face" : "official";
  facts["unwrapped"] = weights->unwrapped();
  facts["chosen"] = weights->notes();
  facts["tensor_bytes"] = weights->bytes();
  facts["element_types"] = element_types(*weights);
  facts["files"] = Json::list();
  for (const fs::path& file : weights::find_model_files(model).weight_paths()) {
    std::error_code ignored;
    facts["files"].push_back({{"file", file.string()}, {"bytes", fs::file_size(file, ignored)}});
  }
  if (!config.metric_hint.empty()) facts["metric_hint"] = config.metric_hint;
  facts["unused"] = check.unused;
  facts["unexpected"] = check.unexpected;
  facts["problems"] = check.problems;
  return facts;
}

}  // namespace dpt::store
