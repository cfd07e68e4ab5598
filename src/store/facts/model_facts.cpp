#include "store/facts/model_facts.h"

#include <fmt/format.h>

#include <map>
#include <system_error>

#include "image/codec/origin.h"
#include "model/dpt.h"
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

std::string resnet_of(const model::DptConfig& c) {
  if (c.stage_blocks == std::vector<int64_t>{3, 4, 9}) return "ResNet-50";
  return fmt::format("ResNet of {} bottlenecks", fmt::join(c.stage_blocks, ", "));
}

void add_network(const model::DptConfig& c, Json& facts) {
  const bool is_hybrid = c.backbone == model::Backbone::hybrid;
  facts["backbone"] = is_hybrid ? resnet_of(c) + " and ViT" : "ViT";
  facts["patch"] = c.patch;
  facts["blocks"] = c.blocks;
  facts["width"] = c.width;
  facts["heads"] = c.heads;
  facts["mlp_width"] = c.mlp_width;
  facts["taps"] = c.taps;
  facts["readout"] = name_of(c.readout);
  facts["reassemble"] = c.reassemble;
  facts["fusion"] = c.fusion;
  facts["batch_norm"] = c.batch_norm;
  if (!is_hybrid) return;
  facts["stage_blocks"] = c.stage_blocks;
  facts["weight_standardization"] =
      c.standardization == graph::WeightStandardization::deviation ? "deviation" : "variance";
}

void add_task(const model::DptConfig& c, Json& facts) {
  if (c.task == model::Task::segmentation) {
    facts["task"] = "segmentation";
    facts["classes"] = c.classes;
    facts["class_names"] = task::class_names(c);
    return;
  }
  facts["task"] = "depth";
  facts["unit"] = c.metric ? image::metre_unit : image::relative_unit;
  if (c.metric) {
    facts["metric_scale"] = c.metric->scale;
    facts["metric_shift"] = c.metric->shift;
    facts["file_unit"] = c.metric->file_unit;
  }
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

constexpr const char* metric_hint =
    "the KITTI and NYU files of DPT-Hybrid have the same tensors as the relative one; the file's "
    "name or --model-type decides which it is";

}  // namespace

Json model_facts(const fs::path& model, const Registry& registry) {
  const auto weights = std::make_shared<const weights::WeightSet>(weights::WeightSet::open(model));
  const model::DptConfig config = model::recognize(*weights);
  const model::WeightCheck check = model::check_weights(config, weights);

  Json facts = {{"model", model.string()}, {"variant", config.variant()}};
  add_task(config, facts);
  facts["parameters"] = check.parameters;
  add_registry(model, registry, facts);
  if (check.problems.empty()) {
    const auto engine = runtime::Engine::load(model);
    facts["input"] = input_facts(*engine);
    const std::vector<std::string> notes = task::configuration_notes(*engine);
    if (!notes.empty()) facts["configuration"] = notes;
  }
  add_network(config, facts);
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
  if (config.backbone == model::Backbone::hybrid && config.task == model::Task::depth) {
    facts["metric_hint"] = metric_hint;
  }
  facts["unused"] = check.unused;
  facts["unexpected"] = check.unexpected;
  facts["problems"] = check.problems;
  return facts;
}

}  // namespace dpt::store
