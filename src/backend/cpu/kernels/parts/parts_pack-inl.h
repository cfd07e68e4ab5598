// The right operand in bf16 parts: tiles of 32 columns in the order in which the units read them.
#if defined(DPT_CPU_PARTS_PACK_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DPT_CPU_PARTS_PACK_INL_H
#undef DPT_CPU_PARTS_PACK_INL_H
#else
#define DPT_CPU_PARTS_PACK_INL_H
#endif

#include <cstddef>
#include <cstdint>

#include "backend/cpu/kernels/parts/split-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace dpt::cpu::HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX3
/// 16 x 16 numbers of 32 bits, in place.
DPT_DOT HWY_INLINE void transpose(__m512i m[16]) {
  __m512i t[16];
#pragma GCC unroll 8
  for (int i = 0; i < 16; i += 2) {
    t[i] = _mm512_unpacklo_epi32(m[i], m[i + 1]);
    t[i + 1] = _mm512_unpackhi_epi32(m[i], m[i + 1]);
  }
#pragma GCC unroll 4
  for (int i = 0; i < 16; i += 4) {
    m[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
    m[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
    m[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
    m[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
  }
  // Now m[4 q + r] holds columns r, r + 4, ... of rows 4 q to 4 q + 3.
#pragma GCC unroll 4
  for (int r = 0; r < 4; ++r) {
    t[r] = _mm512_shuffle_i32x4(m[r], m[r + 4], 0x88);
    t[r + 4] = _mm512_shuffle_i32x4(m[r], m[r + 4], 0xDD);
    t[r + 8] = _mm512_shuffle_i32x4(m[r + 8], m[r + 12], 0x88);
    t[r + 12] = _mm512_shuffle_i32x4(m[r + 8], m[r + 12], 0xDD);
  }
#pragma GCC unroll 4
  for (int r = 0; r < 4; ++r) {
    m[r] = _mm512_shuffle_i32x4(t[r], t[r + 8], 0x88);
    m[r + 8] = _mm512_shuffle_i32x4(t[r], t[r + 8], 0xDD);
    m[r + 4] = _mm512_shuffle_i32x4(t[r + 4], t[r + 12], 0x88);
    m[r + 12] = _mm512_shuffle_i32x4(t[r + 4], t[r + 12], 0xDD);
  }
}

/// Columns `from[0..15]` of the weights (null: zeros), of whose depth `count` numbers are left at
/// k.
struct Columns {
  const float* const* from;
  int64_t k, count;

  int64_t used(int64_t column) const { return from[column] == nullptr ? 0 : count; }
};

DPT_DOT HWY_INLINE void store_tile(__m512i tile[16], std::byte* to) {
  transpose(tile);
  for (int row = 0; row < 16; ++row) _mm512_store_si512(to + row * 64, tile[row]);
}

/// One tile of each part: 32 of the depth.
template <int parts>
DPT_DOT void pack_tile(const Columns& c, std::byte* to, int64_t part_bytes) {
  __m512i tile[parts][16];
  for (int column = 0; column < 16; ++column) {
    const float* w = c.from[column] + c.k;
    const int64_t used = c.used(column);
    __m512i out[parts];
    split<parts>(load_floats<false>(w, 0, used), load_floats<false>(w, 16, used), out);
    for (int p = 0; p < parts; ++p) tile[p][column] = out[p];
  }
  for (int p = 0; p < parts; ++p) store_tile(tile[p], to + p * part_bytes);
}

template <int parts>
DPT_DOT void pack_panel(const float* const rows[32], int64_t depth, std::byte* to) {
  for (int64_t k = 0; k < depth; k += 32, to += parts * 2 * tile_bytes) {
    for (int half = 0; half < 2; ++half) {
      pack_tile<parts>({rows + 16 * half, k, depth - k}, to + half * tile_bytes, 2 * tile_bytes);
    }
  }
}
#endif  // HWY_AVX3

}  // namespace dpt::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per target
