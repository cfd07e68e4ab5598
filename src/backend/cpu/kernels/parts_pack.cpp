// Weights as narrow numbers, in the order in which the dot units read them.
#include "backend/cpu/kernels/pack.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "backend/cpu/kernels/parts_pack.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include <algorithm>
#include <limits>

#include "backend/cpu/kernels/parts_job.h"
#include "backend/cpu/kernels/split-inl.h"
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

/// Columns `from[0..15]` of the weights (null: zeros), of whose depth `count` numbers are left at k.
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

/// One tile of integers: 64 of the depth. Adds the integers of each column to `sums`.
DPT_DOT void pack_tile_int8(const Columns& c, const float* inverse_scales, int32_t* sums,
                            std::byte* to) {
  __m512i tile[16];
  for (int column = 0; column < 16; ++column) {
    const __m512 factor = _mm512_set1_ps(inverse_scales[column]);
    alignas(64) std::byte bytes[64];
    __m512i sum = _mm512_setzero_si512();
    for (int64_t i = 0; i < 64; i += 16) {
      const __m512 w = load_floats<false>(c.from[column] + c.k, i, c.used(column));
      const __m512i q = _mm512_cvtps_epi32(_mm512_mul_ps(w, factor));
      sum = _mm512_add_epi32(sum, q);
      _mm_store_si128(reinterpret_cast<__m128i*>(bytes + i), _mm512_cvtsepi32_epi8(q));
    }
    sums[column] += _mm512_reduce_add_epi32(sum);
    tile[column] = _mm512_load_si512(bytes);
  }
  store_tile(tile, to);
}

/// Each column is scaled so that its largest number becomes 127.
DPT_DOT void pack_panel_int8(const float* const rows[32], int64_t depth, std::byte* to) {
  constexpr float largest = 127;
  PanelScales panel{};
  float inverse[dot_block] = {};
  for (int64_t j = 0; j < dot_block && rows[j] != nullptr; ++j) {
    const FloatRange range = find_range(rows[j], depth);
    panel.scales[j] = std::max(-range.low, range.high) / largest;
    if (panel.scales[j] >= std::numeric_limits<float>::min()) inverse[j] = 1 / panel.scales[j];
  }
  for (int64_t k = 0; k < depth; k += 64, to += 2 * tile_bytes) {
    for (int half = 0; half < 2; ++half) {
      const int first = 16 * half;
      pack_tile_int8({rows + first, k, depth - k}, inverse + first, panel.sums + first,
                     to + half * tile_bytes);
    }
  }
  __builtin_memcpy(to, &panel, sizeof(panel));
}

void pack_panel_of(Arithmetic arithmetic, const float* const rows[32], int64_t depth,
                   std::byte* to) {
  if (arithmetic == Arithmetic::int8) return pack_panel_int8(rows, depth, to);
  if (arithmetic == Arithmetic::bf16) return pack_panel<1>(rows, depth, to);
  if (arithmetic == Arithmetic::bf16x3) return pack_panel<2>(rows, depth, to);
  pack_panel<3>(rows, depth, to);
}
#endif

}  // namespace dpt::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "backend/cpu/kernels/dot_target.h"

namespace dpt::cpu {

PackedWeights WeightPacker::pack_parts(int64_t depth, int64_t columns, int64_t groups,
                                       Arithmetic arithmetic, const Row& row) {
  constexpr int64_t width = 32;
  PackedWeights packed;
  packed.arithmetic_ = arithmetic;
  packed.depth_ = depth;
  packed.columns_ = columns;
  packed.panel_ = width;
  const int64_t group = columns / groups;
  const int64_t panels = (group + width - 1) / width;
  const int64_t panel_bytes = packed_panel_bytes(depth, arithmetic);
  packed.group_bytes_ = panels * panel_bytes;
  packed.data_ = Buffer<std::byte>(static_cast<size_t>(groups * packed.group_bytes_), "weights");
  Buffer<float> memory(static_cast<size_t>(width * depth), "weights");
  std::byte* to = packed.data_.data();
  for (int64_t first = 0; first < columns; first += group) {
    for (int64_t panel = 0; panel < group; panel += width, to += panel_bytes) {
      const float* rows[width] = {};
      for (int64_t j = 0; j < std::min(width, group - panel); ++j) {
        rows[j] = row(first + panel + j, memory.data() + j * depth);
      }
      DPT_DOT_CALL(pack_panel_of)(arithmetic, rows, depth, to);
    }
  }
  return packed;
}

}  // namespace dpt::cpu
#endif  // HWY_ONCE
