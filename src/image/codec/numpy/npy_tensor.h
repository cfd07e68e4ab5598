// NPY files of float32 tensors of any rank.
#pragma once

#include <filesystem>
#include <span>

#include "base/buffer.h"
#include "base/tensor.h"
#include "image/codec/write.h"

namespace dpt::image {

struct NpyTensor {
  Shape shape;
  Buffer<float> values;  ///< row-major
};

/// Reads NPY 1.0 or 2.0 with little-endian float32 in C order, of 1 to 2^31 elements. Throws
/// Error(input).
NpyTensor read_npy_tensor(const std::filesystem::path& path);

/// NPY 1.0. `values`: shape.elements() of them.
Bytes encode_npy_tensor(const Shape& shape, std::span<const float> values);

}  // namespace dpt::image
