// A model written anew: one safetensors file, or a folder as Hugging Face's.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/tensor.h"
#include "weights/convert.h"
#include "weights/weight_set.h"

namespace dpt::store {

/// The type of elements by the name that people give it: "fp32", "fp16", "bf16" or "int8" (a scale
/// per row); nothing for other texts.
std::optional<DType> written_type(std::string_view name);

struct Conversion {
  struct Text {
    std::filesystem::path path;
    std::string text;
  };

  std::filesystem::path weights;    ///< the safetensors file
  weights::ConvertOptions options;  ///< with the configurations as metadata, where it is one file
  std::vector<Text> configs;        ///< of a folder: config.json the last, so that it has all then

  /// All that are written, the weights first.
  std::vector<std::filesystem::path> files() const;
};

/// True where a conversion to `target` (Conversion::weights) would write over a file of the source,
/// or into its folder.
bool would_overwrite(const weights::WeightSet& source, const std::filesystem::path& target,
                     bool folder);

/// What is to be written. `folder`: a Hugging Face folder around `target`, with their names of
/// tensors and the source's configurations, or such as are made for its tensors; else a file with
/// official names. `type`: nothing: as the source. Throws Error(model) for tensors that are no
/// model of ours where a configuration must be made.
Conversion plan_conversion(const weights::WeightSet& source, const std::filesystem::path& target,
                           bool folder, std::optional<DType> type);

/// Writes it. Throws as weights::convert().
weights::Converted convert_model(const weights::WeightSet& source, const Conversion& conversion);

}  // namespace dpt::store
