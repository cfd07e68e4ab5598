// The matrix unit's inner loop. x86-64 only; for the one instruction set that AMX implies.
#if defined(DPT_CPU_AMX_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DPT_CPU_AMX_INL_H
#undef DPT_CPU_AMX_INL_H
#else
#define DPT_CPU_AMX_INL_H
#endif

#include <cstddef>
#include <cstdint>

#include "backend/cpu/kernels/parts_job.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace dpt::cpu::HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX3
#undef DPT_AMX
#define DPT_AMX __attribute__((target("amx-tile,amx-bf16,amx-int8,avx512bf16")))

// A tile register holds 16 rows of 64 bytes. Tiles 0 to 3 hold a block of 32 x 32 sums, 4 and 5 the
// rows of A, 6 and 7 the columns of B.
constexpr int64_t tile_side = 16;
constexpr int64_t tile_bytes = 1024;
constexpr int64_t amx_block = 2 * tile_side;  ///< rows and columns of a block of sums

/// While it lives, the calling thread may use the tiles.
class TileState {
 public:
  DPT_AMX TileState() {
    alignas(64) static constexpr struct {
      uint8_t palette = 1, start_row = 0, reserved[14] = {};
      uint16_t column_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
      uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
    } config;
    _tile_loadconfig(&config);
  }
  DPT_AMX ~TileState() { _tile_release(); }
  TileState(const TileState&) = delete;
  TileState& operator=(const TileState&) = delete;
};

/// Left operand: 16 or 32 rows of bf16 numbers, `row_bytes` apart; part p lies p * part_bytes on.
struct TileRows {
  const std::byte* data;
  int64_t row_bytes, part_bytes;
};

/// Something that will be needed soon: `lines_per_step` cache lines of it are asked for at each
/// step.
struct Prefetch {
  const std::byte* data;
  int64_t lines_per_step;
};

/// The order of the products of parts (i of A, j of B): small ones first, and each differs from the
/// one before in one operand where possible. `first_sweep` of them are added over the whole depth
/// before the others: with three parts, sums that already hold x1*y1 would be rounded six times as
/// often, and that would be the largest error.
template <int parts>
struct PartProducts;
template <>
struct PartProducts<1> {
  static constexpr int count = 1, first_sweep = 1;
  static constexpr int a[] = {0}, b[] = {0};
};
template <>
struct PartProducts<2> {
  static constexpr int count = 3, first_sweep = 3;
  static constexpr int a[] = {1, 0, 0}, b[] = {0, 0, 1};
};
template <>
struct PartProducts<3> {
  static constexpr int count = 6, first_sweep = 5;
  static constexpr int a[] = {2, 1, 1, 0, 0, 0}, b[] = {0, 0, 1, 1, 2, 0};
};

/// Adds the products [first, last) of the parts of `tiles` tiles of rows over the whole depth to
/// the tiles of sums.
template <int parts, int tiles, int first, int last>
DPT_AMX HWY_INLINE void add_products(const TileRows& rows, const DepthRun* runs, int64_t run_count,
                                     const std::byte* b, Prefetch ahead, const float* sums) {
  using Products = PartProducts<parts>;
  const int64_t row_bytes = rows.row_bytes;
  const int64_t second_tile = tile_side * row_bytes;
  int64_t left = 0;
  for (int64_t r = 0; r < run_count; ++r) left += runs[r].steps;
  for (int64_t r = 0; r < run_count; ++r) {
    const std::byte* a = rows.data + runs[r].offset;
    for (int64_t step = 0; step < runs[r].steps; ++step) {
#pragma GCC unroll 6
      for (int p = first; p < last; ++p) {
        if (p == first || Products::a[p] != Products::a[p - 1]) {
          const std::byte* from = a + Products::a[p] * rows.part_bytes;
          _tile_loadd(4, from, row_bytes);
          if constexpr (tiles == 2) _tile_loadd(5, from + second_tile, row_bytes);
        }
        if (p == first || Products::b[p] != Products::b[p - 1]) {
          const std::byte* from = b + Products::b[p] * 2 * tile_bytes;
          _tile_loadd(6, from, 64);
          _tile_loadd(7, from + tile_bytes, 64);
        }
        _tile_dpbf16ps(0, 4, 6);
        _tile_dpbf16ps(1, 4, 7);
        if constexpr (tiles == 2) {
          _tile_dpbf16ps(2, 5, 6);
          _tile_dpbf16ps(3, 5, 7);
        }
      }
      // The operands have pushed the sums' place out of the first cache; stores to a line that is
      // not there wait for each other.
      if (--left < 4) {
        const float* quarter = sums + left * amx_block * amx_block / 4;
        for (int64_t i = 0; i < amx_block * amx_block / 4; i += 16) {
          __builtin_prefetch(quarter + i, 1);
        }
      }
      for (int64_t line = 0; line < ahead.lines_per_step; ++line, ahead.data += 64) {
        _mm_prefetch(reinterpret_cast<const char*>(ahead.data), _MM_HINT_T1);
      }
      a += 64;
      b += parts * 2 * tile_bytes;
    }
  }
}

/// sums[32][32] (+)= rows * columns for `tiles` (1 or 2) tiles of 16 rows. `b`: for each step,
/// [part][2 tiles].
template <int parts, int tiles>
DPT_AMX void multiply_tiles(const TileRows& rows, const DepthRun* runs, int64_t run_count,
                            const std::byte* b, Prefetch ahead, float* sums, bool accumulate) {
  using Products = PartProducts<parts>;
  constexpr int64_t sums_bytes = amx_block * sizeof(float);
  if (accumulate) {
    _tile_loadd(0, sums, sums_bytes);
    _tile_loadd(1, sums + tile_side, sums_bytes);
    if constexpr (tiles == 2) {
      _tile_loadd(2, sums + tile_side * amx_block, sums_bytes);
      _tile_loadd(3, sums + tile_side * amx_block + tile_side, sums_bytes);
    }
  } else {
    _tile_zero(0);
    _tile_zero(1);
    if constexpr (tiles == 2) {
      _tile_zero(2);
      _tile_zero(3);
    }
  }
  add_products<parts, tiles, 0, Products::first_sweep>(rows, runs, run_count, b, ahead, sums);
  if constexpr (Products::first_sweep < Products::count) {
    ahead.lines_per_step = 0;
    add_products<parts, tiles, Products::first_sweep, Products::count>(rows, runs, run_count, b,
                                                                       ahead, sums);
  }
  _tile_stored(0, sums, sums_bytes);
  _tile_stored(1, sums + tile_side, sums_bytes);
  if constexpr (tiles == 2) {
    _tile_stored(2, sums + tile_side * amx_block, sums_bytes);
    _tile_stored(3, sums + tile_side * amx_block + tile_side, sums_bytes);
  }
}

/// Numbers as bf16 parts: 32 floats -> `parts` times 32 bf16.
template <int parts>
DPT_AMX HWY_INLINE void split(__m512 low, __m512 high, __m512i out[parts]) {
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
DPT_AMX HWY_INLINE void split_floats(const float* from, int64_t count, std::byte* to,
                                     int64_t part_bytes) {
  const auto load = [&](int64_t i) DPT_AMX {
    const int64_t left = count - i;
    const __mmask16 mask =
        left >= 16 ? __mmask16{0xFFFF} : static_cast<__mmask16>((1U << (left < 0 ? 0 : left)) - 1);
    const __m512 x = _mm512_maskz_loadu_ps(mask, from + i);
    if constexpr (!relu) return x;
    // NaN stays.
    const __mmask16 keep = _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_NLT_UQ);
    return _mm512_maskz_mov_ps(keep, x);
  };
  for (int64_t i = 0; i < count; i += 32, to += 64) {
    __m512i out[parts];
    split<parts>(load(i), load(i + 16), out);
#pragma GCC unroll 3
    for (int p = 0; p < parts; ++p) _mm512_store_si512(to + p * part_bytes, out[p]);
  }
}
#endif  // HWY_AVX3

}  // namespace dpt::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per target
