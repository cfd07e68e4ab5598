// The definitions of resample.h.
#include <algorithm>
#include <limits>

#include "backend/cpu/kernels/simple/resample.h"
#include "backend/cpu/kernels/simple/resample_taps.h"

namespace dpt::cpu {

void bilinear_reference(const BilinearArgs& args) {
  const auto rows = bilinear_taps(args.height, args.out_height, args.coordinates);
  const auto columns = bilinear_taps(args.width, args.out_width, args.coordinates);
  float* out = args.output;
  for (int64_t n = 0; n < args.batch; ++n) {
    const float* picture = args.input + n * args.height * args.width * args.channels;
    for (const Tap& y : rows) {
      for (const Tap& x : columns) {
        for (int64_t c = 0; c < args.channels; ++c) {
          const auto at = [&](int64_t i, int64_t j) {
            return picture[(i * args.width + j) * args.channels + c];
          };
          const float top = (1 - x.weight) * at(y.low, x.low) + x.weight * at(y.low, x.high);
          const float bottom = (1 - x.weight) * at(y.high, x.low) + x.weight * at(y.high, x.high);
          *out++ = (1 - y.weight) * top + y.weight * bottom;
        }
      }
    }
  }
}

void max_pool_reference(const MaxPoolArgs& args) {
  float* out = args.output;
  for (int64_t n = 0; n < args.batch; ++n) {
    for (int64_t oy = 0; oy < args.out_height; ++oy) {
      for (int64_t ox = 0; ox < args.out_width; ++ox) {
        for (int64_t c = 0; c < args.channels; ++c) {
          float largest = -std::numeric_limits<float>::infinity();
          for (int64_t i = 0; i < args.kernel; ++i) {
            for (int64_t j = 0; j < args.kernel; ++j) {
              const int64_t y = oy * args.stride + i - args.pad_top;
              const int64_t x = ox * args.stride + j - args.pad_left;
              if (y < 0 || y >= args.height || x < 0 || x >= args.width) continue;
              largest = std::max(
                  largest,
                  args.input[((n * args.height + y) * args.width + x) * args.channels + c]);
            }
          }
          *out++ = largest;
        }
      }
    }
  }
}

}  // namespace dpt::cpu
