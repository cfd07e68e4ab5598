// The filters' side of Winograd's convolution.
#include "backend/cpu/kernels/winograd/winograd.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "backend/cpu/kernels/winograd/winograd_pack.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include <algorithm>
#include <numbers>

#include "backend/cpu/kernels/product/gemm_kernel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace dpt::cpu::HWY_NAMESPACE {

using F64 = hn::RepartitionToWide<F32>;

/// Three taps -> the filter's values at the six points, over the derivative there of
/// x (x^2 - 1/2) (x^2 - 2). In double: what the transform adds to the error is the last rounding.
template <class V>
HWY_INLINE void transform_filter(const V g[3], V out[6]) {
  const F64 d;
  const V a = hn::Set(d, std::numbers::sqrt2 / 2);
  const V b = hn::Set(d, std::numbers::sqrt2);
  const V even_a = hn::MulAdd(hn::Set(d, 0.5), g[2], g[0]);
  const V even_b = hn::MulAdd(hn::Set(d, 2.0), g[2], g[0]);
  const V scale_a = hn::Set(d, -2.0 / 3);
  const V scale_b = hn::Set(d, 1.0 / 6);
  out[0] = g[0];
  out[1] = hn::Mul(hn::MulAdd(a, g[1], even_a), scale_a);
  out[2] = hn::Mul(hn::NegMulAdd(a, g[1], even_a), scale_a);
  out[3] = hn::Mul(hn::MulAdd(b, g[1], even_b), scale_b);
  out[4] = hn::Mul(hn::NegMulAdd(b, g[1], even_b), scale_b);
  out[5] = g[2];
}

/// The filters of one input channel, taps [9][tile_columns] -> the 36 points, `stride` apart.
void transform_filters(const float* taps, float* to, int64_t stride) {
  const F64 d;
  const hn::Rebind<float, F64> single;
  for (int64_t column = 0; column < tile_columns; column += HWY_LANES(double)) {
    hn::Vec<F64> half[3][6];
#pragma GCC unroll 3
    for (int i = 0; i < 3; ++i) {
      hn::Vec<F64> row[3];
#pragma GCC unroll 3
      for (int j = 0; j < 3; ++j) {
        row[j] = hn::PromoteTo(d, hn::LoadU(single, taps + (3 * i + j) * tile_columns + column));
      }
      transform_filter(row, half[i]);
    }
#pragma GCC unroll 6
    for (int j = 0; j < 6; ++j) {
      const hn::Vec<F64> in[3] = {half[0][j], half[1][j], half[2][j]};
      hn::Vec<F64> out[6];
      transform_filter(in, out);
#pragma GCC unroll 6
      for (int i = 0; i < 6; ++i) {
        hn::StoreU(hn::DemoteTo(single, out[i]), single, to + (6 * i + j) * stride + column);
      }
    }
  }
}

/// filters [used][channels][9] -> panel [36][channels][tile_columns], filled up with zeros.
void transform_panel(const float* filters, int64_t used, int64_t channels, float* panel) {
  constexpr int64_t block = 16;  // channels whose taps, transposed, fit in the first cache
  alignas(64) float taps[block * 9 * tile_columns] = {};
  for (int64_t first = 0; first < channels; first += block) {
    const int64_t count = HWY_MIN(block, channels - first);
    for (int64_t column = 0; column < used; ++column) {
      const float* from = filters + (column * channels + first) * 9;
      for (int64_t i = 0; i < count * 9; ++i) taps[i * tile_columns + column] = from[i];
    }
    for (int64_t c = 0; c < count; ++c) {
      transform_filters(taps + c * 9 * tile_columns, panel + (first + c) * tile_columns,
                        channels * tile_columns);
    }
  }
}

}  // namespace dpt::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "backend/cpu/kernels/dispatch.h"
#include "backend/cpu/kernels/product/pack.h"

namespace dpt::cpu {

HWY_EXPORT(transform_panel);

WinogradWeights pack_winograd(const WeightRows& weights, int64_t out, int64_t in) {
  WinogradWeights packed;
  packed.channels_ = in;
  packed.columns_ = out;
  packed.panel_ = panel_width();
  const int64_t panels = (out + packed.panel_ - 1) / packed.panel_;
  // [panel][36][in][panel width]
  const int64_t panel_size = 36 * in * packed.panel_;
  packed.data_ = Buffer<float>(static_cast<size_t>(panels * panel_size), "weights");
  Buffer<float> filters(static_cast<size_t>(packed.panel_ * in * 9), "weights");
  for (int64_t panel = 0; panel < panels; ++panel) {
    const int64_t first = panel * packed.panel_;
    const int64_t used = std::min(packed.panel_, out - first);
    DPT_DISPATCH(transform_panel)
    (weights.get(first, used, in * 9, filters.data()), used, in,
     packed.data_.data() + panel * panel_size);
  }
  return packed;
}

}  // namespace dpt::cpu
#endif  // HWY_ONCE
