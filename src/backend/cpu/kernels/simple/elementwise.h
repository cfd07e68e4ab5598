// Element by element operations.
#pragma once

#include <cstdint>

#include "backend/cpu/kernels/product/gemm.h"
#include "base/machine/thread_pool.h"

namespace dpt::cpu {

/// output = a + b; output may be a or b.
void add(ThreadPool& pool, const float* a, const float* b, int64_t count, float* output);

/// output = activation(input); gelu is the exact one, x/2 * (1 + erf(x/sqrt(2))), to float
/// accuracy.
void activate(ThreadPool& pool, Activation activation, const float* input, int64_t count,
              float* output);
void activate_reference(Activation activation, const float* input, int64_t count, float* output);

/// output[r, c] = input[r, c] * scale[c] + shift[c].
void scale_channels(ThreadPool& pool, const float* input, int64_t rows, int64_t channels,
                    const float* scale, const float* shift, float* output);

/// Metric depth from the network's output, spec 1.9: 1 / max(scale * x + shift, 1e-8).
void invert_depth(ThreadPool& pool, const float* input, int64_t count, float scale, float shift,
                  float* output);

}  // namespace dpt::cpu
