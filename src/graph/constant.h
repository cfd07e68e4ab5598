// Tensors known before the network runs.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/tensor.h"

namespace dpt::graph {

/// Writes the rows [first, first + count) of a tensor's outermost dimension.
using ReadRows = std::function<void(int64_t first, int64_t count, float* out)>;

/// A float32 tensor that is produced each time it is read, so that nothing is held twice: the
/// backend reads it once, into the layout that its kernels want, a few rows at a time so that they
/// stay in the cache between the steps of their making. `key` says what it is made of; two
/// constants with the same key have the same contents.
struct Constant {
  std::string key;
  Shape shape;  ///< of rank 1 at least
  /// May be called by several threads. May throw Error(model), for instance on NaN.
  ReadRows read_rows;

  /// All values, shape.elements() of them.
  void read(float* out) const { read_rows(0, shape[0], out); }
  std::vector<float> values() const;
};

using ConstantPtr = std::shared_ptr<const Constant>;

ConstantPtr make_constant(std::string key, Shape shape, ReadRows read_rows);

/// Which weight standardisation a checkpoint was trained with, spec 1.5.
enum class WeightStandardization : uint8_t {
  root_of_variance,  ///< (w - mean) / sqrt(var + 1e-8): timm >= 0.4.12, MiDaS, Hugging Face
  deviation,         ///< (w - mean) / (std + 1e-5): timm 0.4.5, the pin of isl-org/DPT
};

/// Convolution weights [out, in, kh, kw] with each output channel's values standardised (biased
/// variance, in double).
ConstantPtr standardize(const ConstantPtr& weights, WeightStandardization formula);

/// weights[o, ...] * factor[o]; factor has shape [out].
ConstantPtr scale_rows(const ConstantPtr& weights, const ConstantPtr& factor);

/// Columns [first, first + count) of a matrix [rows, columns].
ConstantPtr columns(const ConstantPtr& matrix, int64_t first, int64_t count);

/// The affine map that a batch norm is at inference: scale = gamma / sqrt(var + epsilon),
/// shift = beta - mean * scale.
struct AffineConstants {
  ConstantPtr scale, shift;
};
AffineConstants batch_norm_affine(const ConstantPtr& gamma, const ConstantPtr& beta,
                                  const ConstantPtr& mean, const ConstantPtr& variance,
                                  float epsilon);

/// scale * bias + shift, elementwise; bias may be null (zero).
ConstantPtr affine(const ConstantPtr& bias, const AffineConstants& map);

}  // namespace dpt::graph
