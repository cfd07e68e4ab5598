// Constants in the layouts of the kernels, made once and shared by the programs of all input sizes.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "backend/cpu/kernels/gemm.h"
#include "backend/cpu/kernels/winograd.h"
#include "base/buffer.h"
#include "graph/constant.h"

namespace dpt::cpu {

/// May be used by several threads; one constant is made at a time.
class ConstantStore {
 public:
  /// As it stands, row-major.
  const float* plain(const graph::ConstantPtr& constant);
  /// [out, in] for linear().
  const PackedWeights* linear(const graph::ConstantPtr& constant);
  /// [out, in, kh, kw] for conv2d().
  const PackedWeights* conv(const graph::ConstantPtr& constant);
  /// [out, in, 3, 3] for conv2d_winograd().
  const WinogradWeights* winograd(const graph::ConstantPtr& constant);
  /// [in, out, s, s] for conv_transpose().
  const PackedWeights* conv_transpose(const graph::ConstantPtr& constant);

  size_t bytes() const;

 private:
  /// The entry `key` of `map`; made by make(values of the constant) if it is not there yet.
  template <typename T, typename Make>
  const T* find_or_make(std::map<std::string, T>& map, const char* layout,
                        const graph::ConstantPtr& constant, const Make& make);

  mutable std::mutex mutex_;
  std::map<std::string, Buffer<float>> plain_;
  std::map<std::string, PackedWeights> packed_;
  std::map<std::string, WinogradWeights> winograd_;
};

}  // namespace dpt::cpu
