// Normalisations: LayerNorm over the channels of a token, GroupNorm over groups of channels of a
// map.
#pragma once

#include <cstdint>

#include "backend/cpu/kernels/parts/part_rows.h"
#include "base/machine/thread_pool.h"

namespace dpt::cpu {

/// y = (x - mean) / sqrt(var + epsilon) * gamma + beta over each row of `width`; biased variance.
/// output may be input. With `parts`, the rows are stored there instead.
struct LayerNormArgs {
  const float* input = nullptr;
  int64_t rows = 0, width = 0;
  const float* gamma = nullptr;
  const float* beta = nullptr;
  float epsilon = 1e-6F;
  float* output = nullptr;
  PartRows parts{};
};
void layer_norm(ThreadPool& pool, const LayerNormArgs& args);
void layer_norm_reference(const LayerNormArgs& args);

/// Each of `groups` blocks of channels is normalised over H, W and its channels, per picture:
/// y = norm(x) * gamma[c] + beta[c] (+ residual), then max(y, 0) if `relu`. output may be input.
struct GroupNormArgs {
  const float* input = nullptr;
  int64_t batch = 1, pixels = 0 /* H*W */, channels = 0, groups = 32;
  const float* gamma = nullptr;
  const float* beta = nullptr;
  float epsilon = 1e-5F;
  const float* residual = nullptr;
  bool relu = false;
  float* output = nullptr;
};
/// Sums are accurate to about 1e-6 of the standard deviation, whatever the mean (no E[x^2]-E[x]^2
/// in float32 over the whole map).
void group_norm(ThreadPool& pool, const GroupNormArgs& args);
void group_norm_reference(const GroupNormArgs& args);

}  // namespace dpt::cpu
