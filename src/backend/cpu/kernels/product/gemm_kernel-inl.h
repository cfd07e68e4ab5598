// The inner loop of every matrix product, for the instruction set being compiled.
#if defined(DPT_CPU_GEMM_KERNEL_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DPT_CPU_GEMM_KERNEL_INL_H
#undef DPT_CPU_GEMM_KERNEL_INL_H
#else
#define DPT_CPU_GEMM_KERNEL_INL_H
#endif

#include <cstdint>
#include <utility>

#include "backend/cpu/kernels/product/gemm_layout.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace dpt::cpu::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using F32 = hn::ScalableTag<float>;
constexpr int lanes = HWY_LANES(float);
constexpr int tile_columns = 2 * lanes;

// Rows of a tile: as many as leave registers for two vectors of B and one of A.
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL
constexpr int tile_rows = 14;
#elif HWY_TARGET == HWY_NEON
constexpr int tile_rows = 12;
#else
constexpr int tile_rows = 6;
#endif

/// out[Rows][tile_columns] (+)= a[Rows][depth] * b[depth][tile_columns]. Rows of `a` are
/// block_stride apart; rows of `out` out_stride. `b` and `out` are aligned to vectors.
template <int Rows, int64_t out_stride>
void multiply_rows(const float* HWY_RESTRICT a, const float* HWY_RESTRICT b, int64_t depth,
                   float* HWY_RESTRICT out, bool accumulate) {
  const F32 d;
  hn::Vec<F32> sum[Rows][2];
#pragma GCC unroll 16
  for (int r = 0; r < Rows; ++r) {
    sum[r][0] = accumulate ? hn::Load(d, out + r * out_stride) : hn::Zero(d);
    sum[r][1] = accumulate ? hn::Load(d, out + r * out_stride + lanes) : hn::Zero(d);
  }
  for (int64_t k = 0; k < depth; ++k) {
    const auto b0 = hn::Load(d, b + k * tile_columns);
    const auto b1 = hn::Load(d, b + k * tile_columns + lanes);
#pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r) {
      const auto x = hn::Set(d, a[r * block_stride + k]);
      sum[r][0] = hn::MulAdd(x, b0, sum[r][0]);
      sum[r][1] = hn::MulAdd(x, b1, sum[r][1]);
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < Rows; ++r) {
    hn::Store(sum[r][0], d, out + r * out_stride);
    hn::Store(sum[r][1], d, out + r * out_stride + lanes);
  }
}

using MultiplyRows = void (*)(const float*, const float*, int64_t, float*, bool);

template <int64_t out_stride, int... Rows>
constexpr MultiplyRows select_rows(int64_t rows, std::integer_sequence<int, Rows...>) {
  constexpr MultiplyRows table[] = {multiply_rows<Rows + 1, out_stride>...};
  return table[rows - 1];
}

/// The version for `rows` in [1, tile_rows].
template <int64_t out_stride = tile_columns>
MultiplyRows multiply_rows_for(int64_t rows) {
  return select_rows<out_stride>(rows, std::make_integer_sequence<int, tile_rows>());
}

}  // namespace dpt::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per target
