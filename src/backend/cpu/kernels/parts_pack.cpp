// Weights in bf16 parts, in the order in which the matrix unit reads them.
#include "backend/cpu/kernels/pack.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "backend/cpu/kernels/parts_pack.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "backend/cpu/kernels/amx-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace dpt::cpu::HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX3
/// 16 x 16 numbers of 32 bits, in place.
DPT_AMX HWY_INLINE void transpose(__m512i m[16]) {
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

/// One tile of each part: columns `from[0..15]` (null: zeros), 32 of the depth, of which `count`
/// are there.
template <int parts>
DPT_AMX void pack_tile(const float* const from[16], int64_t k, int64_t count, std::byte* to,
                       int64_t part_bytes) {
  __m512i tile[parts][16];
  for (int column = 0; column < 16; ++column) {
    const float* w = from[column];
    const int64_t used = w == nullptr ? 0 : count;
    const auto mask = [&](int64_t first) {
      const int64_t n = used - first;
      return n >= 16 ? __mmask16{0xFFFF} : static_cast<__mmask16>((1U << (n < 0 ? 0 : n)) - 1);
    };
    const __m512 low = _mm512_maskz_loadu_ps(mask(0), w + k);
    const __m512 high = _mm512_maskz_loadu_ps(mask(16), w + k + 16);
    __m512i out[parts];
    split<parts>(low, high, out);
    for (int p = 0; p < parts; ++p) tile[p][column] = out[p];
  }
  for (int p = 0; p < parts; ++p) {
    transpose(tile[p]);
    for (int row = 0; row < 16; ++row) {
      _mm512_store_si512(to + p * part_bytes + row * 64, tile[p][row]);
    }
  }
}

template <int parts>
DPT_AMX void pack_panel(const float* const rows[32], int64_t depth, std::byte* to) {
  for (int64_t k = 0; k < depth; k += 32, to += parts * 2 * tile_bytes) {
    for (int half = 0; half < 2; ++half) {
      pack_tile<parts>(rows + 16 * half, k, HWY_MIN(int64_t{32}, depth - k), to + half * tile_bytes,
                       2 * tile_bytes);
    }
  }
}

void pack_panel_of(int parts, const float* const rows[32], int64_t depth, std::byte* to) {
  if (parts == 1) return pack_panel<1>(rows, depth, to);
  if (parts == 2) return pack_panel<2>(rows, depth, to);
  pack_panel<3>(rows, depth, to);
}
#endif

}  // namespace dpt::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "backend/cpu/kernels/amx_target.h"

namespace dpt::cpu {

PackedWeights WeightPacker::pack_parts(int64_t depth, int64_t columns, int64_t groups,
                                       Arithmetic arithmetic, const Row& row) {
  constexpr int64_t width = 32;
  const int parts = parts_of(arithmetic);
  PackedWeights packed;
  packed.arithmetic_ = arithmetic;
  packed.depth_ = depth;
  packed.columns_ = columns;
  packed.panel_ = width;
  const int64_t group = columns / groups;
  const int64_t panels = (group + width - 1) / width;
  const int64_t panel_bytes = (depth + 31) / 32 * parts * 2048;
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
      DPT_AMX_CALL(pack_panel_of)(parts, rows, depth, to);
    }
  }
  return packed;
}

}  // namespace dpt::cpu
#endif  // HWY_ONCE
