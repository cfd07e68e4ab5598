// A model's tensors as a safetensors file.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "base/tensor.h"
#include "weights/weight_set.h"

namespace dpt::weights {

struct ConvertOptions {
  /// f32, f16, bf16 or i8; nothing: each tensor as its file has it (f64: f32). i8 is for the
  /// weights of products and convolutions, with a NAME_scale of float32 (largest absolute value /
  /// 127) for each row of their outermost dimension; everything else is f32 then.
  std::optional<DType> dtype;
  Naming naming = Naming::official;
  /// Texts for the file's `__metadata__`, beside "format".
  std::map<std::string, std::string> metadata;
};

struct Converted {
  size_t tensors = 0;
  uint64_t bytes = 0;        ///< of the tensors
  size_t infinite = 0;       ///< values that were finite and are not any more (f16 ends at 65504)
  size_t without_place = 0;  ///< tensors that the other naming has not
};

/// Writes every tensor of the set that can be read as numbers, rounded to the nearest; tensors of
/// integers without scales (counters of training) are left out. The file gets its name when it is
/// whole, and its folder is made. Throws Error(input) when it cannot be written, Error(usage) for
/// another dtype.
Converted convert(const WeightSet& set, const std::filesystem::path& target,
                  const ConvertOptions& options);

}  // namespace dpt::weights
