// Changes of resolution inside the network.
#pragma once

#include <cstdint>

#include "base/machine/thread_pool.h"

namespace dpt::cpu {

enum class Coordinates : uint8_t {
  align_corners,  ///< source = i * (in-1)/(out-1), 0 if out == 1 (BL-T of spec 0)
  half_pixel,     ///< source = max(0, (i+0.5) * in/out - 0.5)    (BL-F of spec 0)
};

/// Bilinear, no antialias; coordinates and weights in float32 as PyTorch computes them.
/// [N, H, W, C] -> [N, OH, OW, C].
struct BilinearArgs {
  const float* input = nullptr;
  int64_t batch = 1, height = 0, width = 0, channels = 0;
  int64_t out_height = 0, out_width = 0;
  Coordinates coordinates = Coordinates::align_corners;
  float* output = nullptr;
};
void bilinear(ThreadPool& pool, const BilinearArgs& args);
void bilinear_reference(const BilinearArgs& args);

/// Maximum over kernel x kernel; what lies outside the map does not count.
struct MaxPoolArgs {
  const float* input = nullptr;
  int64_t batch = 1, height = 0, width = 0, channels = 0;
  int64_t kernel = 3, stride = 2, pad_top = 0, pad_left = 0;
  int64_t out_height = 0, out_width = 0;
  float* output = nullptr;
};
void max_pool(ThreadPool& pool, const MaxPoolArgs& args);
void max_pool_reference(const MaxPoolArgs& args);

}  // namespace dpt::cpu
