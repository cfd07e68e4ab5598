#include "cli/model_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <system_error>

#include "base/error.h"
#include "base/json.h"
#include "base/sha256.h"
#include "cli/depth_file.h"
#include "cli/paths.h"
#include "model/dpt.h"
#include "task/input_rule.h"
#include "task/segmentation.h"
#include "weights/model_folder.h"

namespace dpt::cli {

namespace fs = std::filesystem;
namespace {

std::string_view name_of(model::Readout readout) {
  switch (readout) {
    case model::Readout::ignore:
      return "ignore";
    case model::Readout::add:
      return "add";
    case model::Readout::project:
      return "project";
  }
  return "";
}

std::string_view name_of(image::ResizeMethod method) {
  switch (method) {
    case image::ResizeMethod::minimal:
      return "minimal";
    case image::ResizeMethod::upper_bound:
      return "upper bound";
    case image::ResizeMethod::lower_bound:
      return "lower bound";
  }
  return "";
}

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
  facts["unit"] = unit_name(c.metric);
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
  return {{"convention", official ? "official" : "hf"},
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

/// The entry whose file this is, by the place or by the official name.
const KnownModel* find_known(const fs::path& model, const Registry& registry) {
  const std::string name = model.filename().string();
  for (const KnownModel& known : registry.models()) {
    if (!known.file.empty() && known.file == name) return &known;
    const auto place = registry.locate(known);
    if (place && identity(*place) == identity(model)) return &known;
  }
  return nullptr;
}

void add_registry(const fs::path& model, const Registry& registry, Json& facts) {
  const KnownModel* known = find_known(model, registry);
  if (known == nullptr) return;
  facts["known_as"] = known->name;
  facts["licence"] = known->licence.empty() ? Json() : Json(known->licence);
  if (!known->notes.empty()) facts["notes"] = known->notes;
}

constexpr const char* metric_hint =
    "the KITTI and NYU files of DPT-Hybrid have the same tensors as the relative one; the file's "
    "name or --model-type decides which it is";

/// The first 8 digits of the hash, which official file names end in: NAME-2f21e586.pt.
std::string hash_in_name(const fs::path& file) {
  constexpr size_t digits = 8;
  const std::string stem = file.stem().string();
  if (stem.size() <= digits || stem[stem.size() - digits - 1] != '-') return {};
  const std::string suffix = stem.substr(stem.size() - digits);
  const bool is_hex = suffix.find_first_not_of("0123456789abcdef") == std::string::npos;
  return is_hex ? suffix : std::string();
}

Json check_hash(const fs::path& file, const KnownModel* known, const Registry& registry) {
  const std::string hash = sha256_of_file(file);
  std::string expected = known == nullptr ? "" : known->sha256;
  if (expected.empty() && known != nullptr) expected = known->sha256_prefix;
  if (expected.empty()) expected = hash_in_name(file);
  const auto same = std::find_if(
      registry.models().begin(), registry.models().end(),
      [&](const KnownModel& model) { return !model.sha256.empty() && model.sha256 == hash; });
  return {{"file", file.string()},
          {"sha256", hash},
          {"expected", expected.empty() ? Json() : Json(expected)},
          {"match", expected.empty() ? Json() : Json(hash.starts_with(expected))},
          {"same_as", same == registry.models().end() ? Json() : Json(same->name)}};
}

}  // namespace

std::string hash_of_model(const fs::path& model) {
  std::vector<fs::path> files = weights::weight_files(model);
  for (const char* name :
       {weights::config_name, weights::preprocessor_config_name, weights::processor_config_name}) {
    std::error_code ignored;
    if (fs::is_directory(model, ignored) && fs::exists(model / name, ignored)) {
      files.push_back(model / name);
    }
  }
  return sha256_of_files(files);
}

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
  for (const fs::path& file : weights::weight_files(model)) {
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

std::string verified_text(const Json& file) {
  const std::string name = shown(file.at("file").text());
  const std::string& hash = file.at("sha256").text();
  std::string text;
  if (file.at("match").is_null()) {
    text = fmt::format("{}: nothing to compare with; its SHA-256 is {}", name, hash);
  } else if (file.at("match").boolean()) {
    text = fmt::format("{}: as published (SHA-256 {})", name, hash);
  } else {
    text = fmt::format("{}: not as published: its SHA-256 is {}, expected {}; download it again",
                       name, hash, file.at("expected").text());
  }
  if (!file.at("same_as").is_null()) {
    text += fmt::format("; this is {}", file.at("same_as").text());
  }
  return text;
}

bool verify_model(const fs::path& model, const Registry& registry, Json& facts) {
  const std::vector<fs::path> files = weights::weight_files(model);
  const KnownModel* known = files.size() == 1 ? find_known(model, registry) : nullptr;
  bool good = true;
  facts["verified"] = Json::list();
  for (const fs::path& file : files) {
    Json checked = check_hash(file, known, registry);
    const Json& match = checked.at("match");
    good = good && (match.is_null() || match.boolean());
    facts["verified"].push_back(std::move(checked));
  }
  const weights::WeightSet weights = weights::WeightSet::open(model);
  facts["non_finite"] = Json::list();
  for (const std::string& key : weights.keys()) {
    if (weights.count_non_finite(key) == 0) continue;
    facts["non_finite"].push_back(key);
    good = false;
  }
  return good;
}

}  // namespace dpt::cli
