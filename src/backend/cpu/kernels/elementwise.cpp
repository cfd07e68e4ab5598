#include "backend/cpu/kernels/elementwise.h"

#include <algorithm>

namespace dpt::cpu {

void add(ThreadPool&, const float* a, const float* b, int64_t count, float* output) {
  for (int64_t i = 0; i < count; ++i) output[i] = a[i] + b[i];
}

void activate(ThreadPool&, Activation activation, const float* input, int64_t count,
              float* output) {
  activate_reference(activation, input, count, output);
}

void scale_channels(ThreadPool&, const float* input, int64_t rows, int64_t channels,
                    const float* scale, const float* shift, float* output) {
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t c = 0; c < channels; ++c) {
      output[r * channels + c] = input[r * channels + c] * scale[c] + shift[c];
    }
  }
}

void invert_depth(ThreadPool&, const float* input, int64_t count, float scale, float shift,
                  float* output) {
  for (int64_t i = 0; i < count; ++i) output[i] = 1 / std::max(scale * input[i] + shift, 1e-8F);
}

}  // namespace dpt::cpu
