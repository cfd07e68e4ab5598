// Weights as narrow numbers, in the order in which the dot units read them.
#include "backend/cpu/kernels/product/pack.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "backend/cpu/kernels/parts/parts_pack.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include <algorithm>
#include <limits>

#include "backend/cpu/kernels/parts/parts_job.h"
#include "backend/cpu/kernels/parts/parts_pack-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace dpt::cpu::HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX3
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
#include "backend/cpu/kernels/parts/dot_target.h"

namespace dpt::cpu {

PackedWeights WeightPacker::pack_parts(int64_t depth, int64_t columns, int64_t groups,
                                       Arithmetic arithmetic, const Columns& source) {
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
      const int64_t used = std::min(width, group - panel);
      const float* block = source(first + panel, used, memory.data());
      const float* rows[width] = {};
      for (int64_t j = 0; j < used; ++j) rows[j] = block + j * depth;
      DPT_DOT_CALL(pack_panel_of)(arithmetic, rows, depth, to);
    }
  }
  return packed;
}

}  // namespace dpt::cpu
#endif  // HWY_ONCE
