// The definitions of norm.h, in double.
#include <algorithm>
#include <cmath>

#include "backend/cpu/kernels/simple/norm.h"

namespace dpt::cpu {

void layer_norm_reference(const LayerNormArgs& args) {
  const auto width = static_cast<double>(args.width);
  for (int64_t r = 0; r < args.rows; ++r) {
    const float* x = args.input + r * args.width;
    float* y = args.output + r * args.width;
    double mean = 0;
    for (int64_t c = 0; c < args.width; ++c) mean += x[c] / width;
    double variance = 0;
    for (int64_t c = 0; c < args.width; ++c) variance += (x[c] - mean) * (x[c] - mean) / width;
    const double scale = 1 / std::sqrt(variance + args.epsilon);
    for (int64_t c = 0; c < args.width; ++c) {
      y[c] = static_cast<float>((x[c] - mean) * scale * args.gamma[c] + args.beta[c]);
    }
  }
}

void group_norm_reference(const GroupNormArgs& args) {
  const int64_t size = args.channels / args.groups;
  const auto count = static_cast<double>(args.pixels * size);
  for (int64_t n = 0; n < args.batch; ++n) {
    for (int64_t g = 0; g < args.groups; ++g) {
      const int64_t first = n * args.pixels * args.channels + g * size;
      const auto for_each = [&](auto&& body) {
        for (int64_t p = 0; p < args.pixels; ++p) {
          for (int64_t c = 0; c < size; ++c) body(first + p * args.channels + c, g * size + c);
        }
      };
      double mean = 0;
      for_each([&](int64_t i, int64_t) { mean += args.input[i] / count; });
      double variance = 0;
      for_each([&](int64_t i, int64_t) {
        variance += (args.input[i] - mean) * (args.input[i] - mean) / count;
      });
      const double scale = 1 / std::sqrt(variance + args.epsilon);
      for_each([&](int64_t i, int64_t c) {
        auto y = static_cast<float>((args.input[i] - mean) * scale * args.gamma[c] + args.beta[c]);
        if (args.residual != nullptr) y += args.residual[i];
        args.output[i] = args.relu ? std::max(y, 0.0F) : y;
      });
    }
  }
}

}  // namespace dpt::cpu
