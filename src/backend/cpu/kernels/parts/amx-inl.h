// The matrix unit's inner loop. x86-64 only; for the one instruction set that AMX implies.
#if defined(DPT_CPU_AMX_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DPT_CPU_AMX_INL_H
#undef DPT_CPU_AMX_INL_H
#else
#define DPT_CPU_AMX_INL_H
#endif

#include <cstddef>
#include <cstdint>

#include "backend/cpu/kernels/parts/dot_operands-inl.h"
#include "hwy/highway.h"
#ifdef DPT_EMULATED_TILES  // set by the build of a test, to its plain version of the instructions
#include DPT_EMULATED_TILES
#endif

HWY_BEFORE_NAMESPACE();
namespace dpt::cpu::HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX3
// A tile register holds a tile of an operand or 16 x 16 sums. Registers 0 to 3 hold a block of
// sums, 4 and 5 the rows of A, 6 and 7 the columns of B.

/// While it lives, the calling thread may use the tiles.
class TileState {
 public:
  DPT_DOT TileState() {
    alignas(64) static constexpr struct {
      uint8_t palette = 1, start_row = 0, reserved[14] = {};
      uint16_t column_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
      uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
    } config;
    _tile_loadconfig(&config);
  }
  DPT_DOT ~TileState() { _tile_release(); }
  TileState(const TileState&) = delete;
  TileState& operator=(const TileState&) = delete;
};

/// Adds the products [first, last) of the parts of `tiles` tiles of rows over the whole depth to
/// the tiles of sums.
template <Arithmetic arithmetic, int tiles, int first, int last>
DPT_DOT HWY_INLINE void add_products(const TileRows& rows, const DepthRun* runs, int64_t run_count,
                                     const std::byte* b, Prefetch ahead, const float* sums) {
  constexpr int parts = parts_of(arithmetic);
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
        if constexpr (arithmetic == Arithmetic::int8) {
          _tile_dpbusd(0, 4, 6);
          _tile_dpbusd(1, 4, 7);
        } else {
          _tile_dpbf16ps(0, 4, 6);
          _tile_dpbf16ps(1, 4, 7);
        }
        if constexpr (tiles == 2 && arithmetic == Arithmetic::int8) {
          _tile_dpbusd(2, 5, 6);
          _tile_dpbusd(3, 5, 7);
        } else if constexpr (tiles == 2) {
          _tile_dpbf16ps(2, 5, 6);
          _tile_dpbf16ps(3, 5, 7);
        }
      }
      // The operands have pushed the sums' place out of the first cache; stores to a line that is
      // not there wait for each other.
      if (--left < 4) {
        const float* quarter = sums + left * dot_block * dot_block / 4;
        for (int64_t i = 0; i < dot_block * dot_block / 4; i += 16) {
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
/// [part][2 tiles]. The sums of int8 are int32 in the same place.
template <Arithmetic arithmetic, int tiles>
DPT_DOT void multiply_tiles(const TileRows& rows, const DepthRun* runs, int64_t run_count,
                            const std::byte* b, Prefetch ahead, float* sums, bool accumulate) {
  constexpr int parts = parts_of(arithmetic);
  using Products = PartProducts<parts>;
  constexpr int64_t sums_bytes = dot_block * sizeof(float);
  if (accumulate) {
    _tile_loadd(0, sums, sums_bytes);
    _tile_loadd(1, sums + tile_side, sums_bytes);
    if constexpr (tiles == 2) {
      _tile_loadd(2, sums + tile_side * dot_block, sums_bytes);
      _tile_loadd(3, sums + tile_side * dot_block + tile_side, sums_bytes);
    }
  } else {
    _tile_zero(0);
    _tile_zero(1);
    if constexpr (tiles == 2) {
      _tile_zero(2);
      _tile_zero(3);
    }
  }
  add_products<arithmetic, tiles, 0, Products::first_sweep>(rows, runs, run_count, b, ahead, sums);
  if constexpr (Products::first_sweep < Products::count) {
    ahead.lines_per_step = 0;
    add_products<arithmetic, tiles, Products::first_sweep, Products::count>(rows, runs, run_count,
                                                                            b, ahead, sums);
  }
  _tile_stored(0, sums, sums_bytes);
  _tile_stored(1, sums + tile_side, sums_bytes);
  if constexpr (tiles == 2) {
    _tile_stored(2, sums + tile_side * dot_block, sums_bytes);
    _tile_stored(3, sums + tile_side * dot_block + tile_side, sums_bytes);
  }
}
#endif  // HWY_AVX3

}  // namespace dpt::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per target
