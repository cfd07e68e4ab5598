// Constants in the layouts of the kernels, made once and shared by the programs of all input sizes.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "backend/backend.h"
#include "backend/cpu/kernels/product/gemm.h"
#include "backend/cpu/kernels/winograd/upsampled_conv.h"
#include "backend/cpu/kernels/winograd/winograd.h"
#include "base/buffer.h"
#include "graph/constant.h"

namespace dpt::cpu {

/// May be used by several threads, which make different constants at the same time.
class ConstantStore {
 public:
  /// Takes fp32 where the processor has no unit for `precision`.
  explicit ConstantStore(backend::Precision precision);

  backend::Precision precision() const { return precision_; }
  /// What products use; `sensitive`: those whose errors grow (graph::Conv2d::sensitive).
  Arithmetic arithmetic(bool sensitive = false) const;
  /// What attention uses. Its operands are activations both, for which 8 bits are too few; and
  /// errors of scores, which become factors, are kept as small as float32's own.
  Arithmetic attention_arithmetic() const;
  /// Whether direct convolutions in arithmetic() are faster than Winograd's in float32. Four times
  /// fewer products are worth more than AVX-512's bf16, which is twice as fast (docs/kernels.md).
  bool beats_winograd() const;

  /// As it stands, row-major.
  const float* plain(const graph::ConstantPtr& constant);
  /// [out, in] for linear().
  const PackedWeights* linear(const graph::ConstantPtr& constant, Arithmetic arithmetic);
  /// [out, in, kh, kw] for conv2d().
  const PackedWeights* conv(const graph::ConstantPtr& constant, Arithmetic arithmetic);
  /// [out, in, 3, 3] for conv2d_of_upsampled().
  const PackedWeights* upsampled_conv(const graph::ConstantPtr& constant, Arithmetic arithmetic);
  /// [out, in, 3, 3] for conv2d_winograd().
  const WinogradWeights* winograd(const graph::ConstantPtr& constant);
  /// [in, out, s, s] for conv_transpose().
  const PackedWeights* conv_transpose(const graph::ConstantPtr& constant, Arithmetic arithmetic);

  size_t bytes() const;

 private:
  template <typename T>
  struct Entry {
    std::once_flag once;
    T value;
  };
  /// By layout and key of the constant. Entries stay where they are.
  template <typename T>
  using Entries = std::map<std::string, Entry<T>>;

  /// The entry of `constant`; made by make() if it is not there yet.
  template <typename T, typename Make>
  const T* find_or_make(Entries<T>& entries, const std::string& layout,
                        const graph::ConstantPtr& constant, const Make& make);

  backend::Precision precision_;
  mutable std::mutex mutex_;
  Entries<Buffer<float>> plain_;
  Entries<PackedWeights> packed_;
  Entries<WinogradWeights> winograd_;
};

}  // namespace dpt::cpu
