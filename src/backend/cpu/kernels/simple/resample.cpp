#include "backend/cpu/kernels/simple/resample.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "backend/cpu/kernels/simple/resample.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include <limits>

#include "backend/cpu/kernels/simple/bilinear-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace dpt::cpu::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// One line of the output; `top` and `bottom` are the lines of the input around it.
void bilinear_line(const float* top, const float* bottom, float weight, const Tap* columns,
                   int64_t count, int64_t channels, float* out) {
  for (int64_t x = 0; x < count; ++x, out += channels) {
    interpolate_pixel(top, bottom, weight, columns[x], channels, out);
  }
}

/// The largest of a window; `window` is its part inside the map.
template <class D>
HWY_INLINE void largest_of(D d, const MaxPoolArgs& args, const float* first, int64_t rows,
                           int64_t columns, int64_t c, float* out) {
  auto largest = hn::Set(d, -std::numeric_limits<float>::infinity());
  for (int64_t y = 0; y < rows; ++y) {
    for (int64_t x = 0; x < columns; ++x) {
      const float* pixel = first + (y * args.width + x) * args.channels;
      largest = hn::Max(largest, hn::LoadU(d, pixel + c));
    }
  }
  hn::StoreU(largest, d, out + c);
}

/// One line of the output, line `oy` of picture n.
void max_pool_line(const MaxPoolArgs& args, int64_t n, int64_t oy) {
  const hn::ScalableTag<float> d;
  const hn::CappedTag<float, 1> one;
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  const int64_t top = oy * args.stride - args.pad_top;
  const int64_t first_y = HWY_MAX(top, 0);
  const int64_t rows = HWY_MIN(top + args.kernel, args.height) - first_y;
  float* out = args.output + (n * args.out_height + oy) * args.out_width * args.channels;
  for (int64_t ox = 0; ox < args.out_width; ++ox, out += args.channels) {
    const int64_t left = ox * args.stride - args.pad_left;
    const int64_t first_x = HWY_MAX(left, 0);
    const int64_t columns = HWY_MIN(left + args.kernel, args.width) - first_x;
    const float* first =
        args.input + ((n * args.height + first_y) * args.width + first_x) * args.channels;
    int64_t c = 0;
    for (; c + lanes <= args.channels; c += lanes) {
      largest_of(d, args, first, rows, columns, c, out);
    }
    for (; c < args.channels; ++c) largest_of(one, args, first, rows, columns, c, out);
  }
}

}  // namespace dpt::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "backend/cpu/kernels/dispatch.h"

namespace dpt::cpu {

HWY_EXPORT(bilinear_line);
HWY_EXPORT(max_pool_line);

void bilinear(ThreadPool& pool, const BilinearArgs& args) {
  const auto rows = bilinear_taps(args.height, args.out_height, args.coordinates);
  const auto columns = bilinear_taps(args.width, args.out_width, args.coordinates);
  const int64_t line = args.width * args.channels;
  pool.parallel_for(args.batch * args.out_height, [&](int64_t index, int) {
    const Tap& tap = rows[static_cast<size_t>(index % args.out_height)];
    const float* picture = args.input + index / args.out_height * args.height * line;
    DPT_DISPATCH(bilinear_line)
    (picture + tap.low * line, picture + tap.high * line, tap.weight, columns.data(),
     args.out_width, args.channels, args.output + index * args.out_width * args.channels);
  });
}

void max_pool(ThreadPool& pool, const MaxPoolArgs& args) {
  pool.parallel_for(args.batch * args.out_height, [&](int64_t index, int) {
    DPT_DISPATCH(max_pool_line)(args, index / args.out_height, index % args.out_height);
  });
}

}  // namespace dpt::cpu
#endif  // HWY_ONCE
