// NPY files of float32 tensors of any rank, for `dpt bench`.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

#include "base/buffer.h"
#include "base/tensor.h"

namespace dpt::cli {

struct NpyTensor {
  Shape shape;
  Buffer<float> values;  ///< row-major
};

/// Reads NPY 1.0 or 2.0 with little-endian float32 in C order. Throws Error(input).
NpyTensor read_npy_tensor(const std::filesystem::path& path);

/// NPY 1.0. `values`: shape.elements() of them.
std::vector<std::byte> encode_npy_tensor(const Shape& shape, std::span<const float> values);

}  // namespace dpt::cli
