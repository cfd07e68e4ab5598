// Constants in the layouts of the kernels, made once and shared by the programs of all input sizes.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "backend/cpu/kernels/gemm.h"
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
  /// [in, out, s, s] for conv_transpose().
  const PackedWeights* conv_transpose(const graph::ConstantPtr& constant);

  size_t bytes() const;

 private:
  using Pack = std::function<PackedWeights(const float*)>;
  const PackedWeights* packed(const char* layout, const graph::ConstantPtr& constant,
                              const Pack& pack);

  mutable std::mutex mutex_;
  std::map<std::string, Buffer<float>> plain_;
  std::map<std::string, PackedWeights> packed_;
};

}  // namespace dpt::cpu
