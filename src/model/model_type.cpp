#include "model/model_type.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/error.h"

namespace dpt::model {

namespace {

// Constants: run_monodepth.py of isl-org/DPT; they stand in no checkpoint.
constexpr MetricDepth kitti{0.00006016F, 0.00579F, 256.0F};
constexpr MetricDepth nyu{0.000305F, 0.1378F, 1000.0F};

constexpr std::array<ModelType, 5> types = {{{"dpt_large", 384, 384, std::nullopt},
                                             {"dpt_base", 384, 384, std::nullopt},
                                             {"dpt_hybrid", 384, 384, std::nullopt},
                                             {"dpt_hybrid_kitti", 1216, 352, kitti},
                                             {"dpt_hybrid_nyu", 640, 480, nyu}}};

}  // namespace

std::span<const ModelType> model_types() { return types; }

const ModelType& model_type(std::string_view name) {
  const auto found = std::find_if(types.begin(), types.end(),
                                  [&](const ModelType& type) { return type.name == name; });
  if (found != types.end()) return *found;
  std::string known;
  for (const ModelType& type : types)
    known += fmt::format("{}{}", known.empty() ? "" : ", ", type.name);
  fail(ErrorKind::usage, "no model type '{}'; known are {}", printable(name), known);
}

const ModelType* model_type_of_file(std::string_view file_name) {
  const ModelType* longest = nullptr;  // dpt_hybrid begins dpt_hybrid_nyu, too
  for (const ModelType& type : types) {
    if (!file_name.starts_with(type.name)) continue;
    const std::string_view rest = file_name.substr(type.name.size());
    const bool ends = rest.empty() || rest[0] == '-' || rest[0] == '.' || rest[0] == '_';
    if (ends && (longest == nullptr || type.name.size() > longest->name.size())) longest = &type;
  }
  return longest;
}

}  // namespace dpt::model
