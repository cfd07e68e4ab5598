#include "backend/cpu/kernels/simple/resample_taps.h"

#include <algorithm>

namespace dpt::cpu {

namespace {

/// Between neighbouring output pixels, in input pixels (ATen's area_pixel_compute_scale).
float source_step(int64_t in, int64_t out, Coordinates coordinates) {
  if (coordinates == Coordinates::half_pixel) {
    return static_cast<float>(in) / static_cast<float>(out);
  }
  return out > 1 ? static_cast<float>(in - 1) / static_cast<float>(out - 1) : 0.0F;
}

}  // namespace

std::vector<Tap> bilinear_taps(int64_t in, int64_t out, Coordinates coordinates) {
  const float step = source_step(in, out, coordinates);
  std::vector<Tap> taps(static_cast<size_t>(out));
  for (int64_t i = 0; i < out; ++i) {
    const auto index = static_cast<float>(i);
    const float source = coordinates == Coordinates::align_corners
                             ? step * index
                             : std::max(0.0F, step * (index + 0.5F) - 0.5F);
    const int64_t low = std::min(static_cast<int64_t>(source), in - 1);
    taps[static_cast<size_t>(i)] = {low, std::min(low + 1, in - 1),
                                    std::clamp(source - static_cast<float>(low), 0.0F, 1.0F)};
  }
  return taps;
}

}  // namespace dpt::cpu
