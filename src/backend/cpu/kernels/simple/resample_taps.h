// Source positions and weights of a linear interpolation along one axis.
#pragma once

#include <cstdint>
#include <vector>

#include "backend/cpu/kernels/simple/resample.h"

namespace dpt::cpu {

/// output[i] = (1 - weight) * input[low] + weight * input[high].
struct Tap {
  int64_t low, high;
  float weight;
};

/// One tap per output index; scale, coordinate and weight in float32 as PyTorch computes them.
std::vector<Tap> bilinear_taps(int64_t in, int64_t out, Coordinates coordinates);

}  // namespace dpt::cpu
