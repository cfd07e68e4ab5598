// Multi-head self-attention, spec 1.4.
#pragma once

#include <cstdint>

#include "backend/cpu/kernels/arithmetic.h"
#include "base/machine/thread_pool.h"

namespace dpt::cpu {

/// qkv [N, T, 3*D] with columns [Q | K | V], heads in contiguous blocks of D/heads;
/// output [N, T, D]; output = softmax(Q K^T / sqrt(D/heads)) V per head.
struct AttentionArgs {
  const float* qkv = nullptr;
  int64_t batch = 1, tokens = 0, width = 0 /* D */, heads = 1;
  float* output = nullptr;
  /// Of both products; one that has no unit, and int8, count as fp32.
  Arithmetic arithmetic = Arithmetic::fp32;
};
/// Any head dimension; the T x T matrix is never held: memory is O(threads * block * T).
void attention(ThreadPool& pool, const AttentionArgs& args);
void attention_reference(const AttentionArgs& args);

}  // namespace dpt::cpu
