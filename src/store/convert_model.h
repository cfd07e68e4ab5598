// A model written anew: one safetensors file, or a folder as Hugging Face's.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/enum_names.h"
#include "weights/convert.h"
#include "weights/weight_set.h"

namespace dpt::store {

/// Of the elements that are written.
enum class WrittenType : uint8_t {
  fp32,
  fp16,
  bf16,
  int8,  ///< the weights of products and convolutions, with a scale per row; the rest fp32
};

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
                           bool folder, std::optional<WrittenType> type);

/// Writes it. Throws as weights::convert().
weights::Converted convert_model(const weights::WeightSet& source, const Conversion& conversion);

}  // namespace dpt::store

namespace dpt {

template <>
struct EnumNames<store::WrittenType> {
  static constexpr EnumTable<store::WrittenType, 4> table = {{{store::WrittenType::fp32, "fp32"},
                                                              {store::WrittenType::fp16, "fp16"},
                                                              {store::WrittenType::bf16, "bf16"},
                                                              {store::WrittenType::int8, "int8"}}};
};

}  // namespace dpt
