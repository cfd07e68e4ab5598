// Bilinear interpolation of the channels of one pixel. Included once per instruction set.
#if defined(DPT_CPU_BILINEAR_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DPT_CPU_BILINEAR_INL_H
#undef DPT_CPU_BILINEAR_INL_H
#else
#define DPT_CPU_BILINEAR_INL_H
#endif

#include <cstdint>

#include "backend/cpu/kernels/simple/resample_taps.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace dpt::cpu::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// a + weight * (b - a), rounded as (1 - weight) * a + weight * b.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V blend(V a, V b, V weight_a, V weight_b) {
  return hn::MulAdd(a, weight_a, hn::Mul(b, weight_b));
}

/// `count` channels of an output pixel from its four neighbours.
template <class D>
HWY_INLINE void interpolate(D d, const float* const corner[4], float wx, float wy, int64_t c,
                            float* out) {
  const auto x1 = hn::Set(d, wx);
  const auto x0 = hn::Set(d, 1 - wx);
  const auto top = blend<D>(hn::LoadU(d, corner[0] + c), hn::LoadU(d, corner[1] + c), x0, x1);
  const auto bottom = blend<D>(hn::LoadU(d, corner[2] + c), hn::LoadU(d, corner[3] + c), x0, x1);
  hn::StoreU(blend<D>(top, bottom, hn::Set(d, 1 - wy), hn::Set(d, wy)), d, out + c);
}

/// All channels of a pixel from the lines of the input above and below it.
HWY_INLINE void interpolate_pixel(const float* top, const float* bottom, float weight,
                                  const Tap& column, int64_t channels, float* out) {
  const hn::ScalableTag<float> d;
  const hn::CappedTag<float, 1> one;
  const auto n = static_cast<int64_t>(hn::Lanes(d));
  const int64_t low = column.low * channels;
  const int64_t high = column.high * channels;
  const float* const corner[4] = {top + low, top + high, bottom + low, bottom + high};
  int64_t c = 0;
  for (; c + n <= channels; c += n) interpolate(d, corner, column.weight, weight, c, out);
  for (; c < channels; ++c) interpolate(one, corner, column.weight, weight, c, out);
}

}  // namespace dpt::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // DPT_CPU_BILINEAR_INL_H
