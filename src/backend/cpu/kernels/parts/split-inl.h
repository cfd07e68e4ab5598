// Floats as the narrow numbers that the dot units multiply. x86-64 only; for the one instruction
// set that the units imply.
#if defined(DPT_CPU_SPLIT_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DPT_CPU_SPLIT_INL_H
#undef DPT_CPU_SPLIT_INL_H
#else
#define DPT_CPU_SPLIT_INL_H
#endif

#include <cstddef>
#include <cstdint>

#include "backend/cpu/kernels/parts/dot_operands-inl.h"
#include "backend/cpu/kernels/parts/row_scale.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace dpt::cpu::HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX3
/// Floats [i, i + 16) of `count`, zeros beyond; negative ones are zeros too if `relu`. NaN stays.
template <bool relu>
DPT_DOT HWY_INLINE __m512 load_floats(const float* from, int64_t i, int64_t count) {
  const int64_t left = count - i;
  const __mmask16 mask =
      left >= 16 ? __mmask16{0xFFFF} : static_cast<__mmask16>((1U << (left < 0 ? 0 : left)) - 1);
  const __m512 x = _mm512_maskz_loadu_ps(mask, from + i);
  if constexpr (!relu) return x;
  const __mmask16 keep = _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_NLT_UQ);
  return _mm512_maskz_mov_ps(keep, x);
}

/// Numbers as bf16 parts: 32 floats -> `parts` times 32 bf16.
template <int parts>
DPT_DOT HWY_INLINE void split(__m512 low, __m512 high, __m512i out[parts]) {
#pragma GCC unroll 3
  for (int p = 0; p < parts; ++p) {
    out[p] = (__m512i)_mm512_cvtne2ps_pbh(high, low);
    if (p + 1 == parts) break;
    // bf16 is the upper half of a float32: the subtractions are exact.
    const __m512i low_half = _mm512_cvtepu16_epi32(_mm512_castsi512_si256(out[p]));
    const __m512i high_half = _mm512_cvtepu16_epi32(_mm512_extracti64x4_epi64(out[p], 1));
    low = _mm512_sub_ps(low, _mm512_castsi512_ps(_mm512_slli_epi32(low_half, 16)));
    high = _mm512_sub_ps(high, _mm512_castsi512_ps(_mm512_slli_epi32(high_half, 16)));
  }
}

/// Splits `count` floats; the parts lie part_bytes apart, each filled up with zeros to a multiple
/// of 32 numbers.
template <int parts, bool relu>
DPT_DOT HWY_INLINE void split_floats(const float* from, int64_t count, std::byte* to,
                                     int64_t part_bytes) {
  for (int64_t i = 0; i < count; i += 32, to += 64) {
    __m512i out[parts];
    split<parts>(load_floats<relu>(from, i, count), load_floats<relu>(from, i + 16, count), out);
#pragma GCC unroll 3
    for (int p = 0; p < parts; ++p) _mm512_store_si512(to + p * part_bytes, out[p]);
  }
}

/// Range of `count` numbers.
DPT_DOT HWY_INLINE FloatRange find_range(const float* from, int64_t count) {
  __m512 low = _mm512_setzero_ps();
  __m512 high = low;
  // NaN if a number is not finite.
  __m512 zeros = low;
  for (int64_t i = 0; i < count; i += 16) {
    const __m512 x = load_floats<false>(from, i, count);
    low = _mm512_min_ps(low, x);
    high = _mm512_max_ps(high, x);
    zeros = _mm512_fmadd_ps(x, _mm512_setzero_ps(), zeros);
  }
  if (_mm512_cmp_ps_mask(zeros, zeros, _CMP_UNORD_Q) != 0) {
    return FloatRange::not_finite();
  }
  return {_mm512_reduce_min_ps(low), _mm512_reduce_max_ps(high)};
}

/// `count` floats as integers, filled up with those of zeros to a multiple of 64.
template <bool relu>
DPT_DOT HWY_INLINE void quantize_floats(const float* from, int64_t count, const RowScale& scale,
                                        std::byte* to) {
  const float inverse = scale.scale > 0 ? 1 / scale.scale : 0;
  const __m512 factor = _mm512_set1_ps(inverse);
  const __m512i zero = _mm512_set1_epi32(scale.zero);
  for (int64_t i = 0; i < count; i += 64, to += 64) {
#pragma GCC unroll 4
    for (int64_t j = 0; j < 64; j += 16) {
      const __m512 x = load_floats<relu>(from, i + j, count);
      const __m512i q = _mm512_add_epi32(_mm512_cvtps_epi32(_mm512_mul_ps(x, factor)), zero);
      const __m128i bytes = _mm512_cvtusepi32_epi8(_mm512_max_epi32(q, _mm512_setzero_si512()));
      _mm_store_si128(reinterpret_cast<__m128i*>(to + j), bytes);
    }
  }
}
#endif  // HWY_AVX3

}  // namespace dpt::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per target
