// The definitions of the activations, GELU in double.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "backend/cpu/kernels/simple/elementwise.h"

namespace dpt::cpu {

void activate_reference(Activation activation, const float* input, int64_t count, float* output) {
  for (int64_t i = 0; i < count; ++i) {
    const float x = input[i];
    switch (activation) {
      case Activation::none:
        output[i] = x;
        break;
      case Activation::relu:
        output[i] = std::max(x, 0.0F);
        break;
      case Activation::gelu:
        // erfc(-x) = 1 + erf(x) without the cancellation at negative x.
        output[i] = static_cast<float>(double{x} / 2 * std::erfc(-x / std::numbers::sqrt2));
        break;
    }
  }
}

}  // namespace dpt::cpu
