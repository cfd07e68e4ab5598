// The inner loop of AVX-512's dot products. x86-64 only; for the one instruction set that they
// imply.
#if defined(DPT_CPU_DOT_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DPT_CPU_DOT_INL_H
#undef DPT_CPU_DOT_INL_H
#else
#define DPT_CPU_DOT_INL_H
#endif

#include <cstddef>
#include <cstdint>
#include <utility>

#include "backend/cpu/kernels/parts/dot_operands-inl.h"
#include "backend/cpu/kernels/ranges.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace dpt::cpu::HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX3
/// Rows whose sums stay in registers, with two vectors of B.
constexpr int dot_rows = 12;

/// sum + the products of each 4 bytes of `b` with the 4 bytes at `a`.
template <Arithmetic arithmetic>
DPT_DOT HWY_INLINE __m512 add_dot(__m512 sum, const std::byte* a, __m512i b) {
  int32_t word;
  __builtin_memcpy(&word, a, sizeof(word));
  const __m512i x = _mm512_set1_epi32(word);
  if constexpr (arithmetic == Arithmetic::int8) {
    return _mm512_castsi512_ps(_mm512_dpbusd_epi32(_mm512_castps_si512(sum), x, b));
  } else {
    return _mm512_dpbf16_ps(sum, (__m512bh)x, (__m512bh)b);
  }
}

/// Adds the products [first, last) of the parts of Rows rows over the whole depth to the sums.
template <Arithmetic arithmetic, int Rows, int first, int last>
DPT_DOT HWY_INLINE void add_dots(const TileRows& rows, const DepthRun* runs, int64_t run_count,
                                 const std::byte* b, __m512 (&sum)[Rows][2]) {
  constexpr int parts = parts_of(arithmetic);
  using Products = PartProducts<parts>;
  const int64_t stride = rows.row_bytes;
  for (int64_t run = 0; run < run_count; ++run) {
    const std::byte* a = rows.data + runs[run].offset;
    for (int64_t step = 0; step < runs[run].steps; ++step) {
#pragma GCC unroll 6
      for (int p = first; p < last; ++p) {
        const std::byte* from = a + Products::a[p] * rows.part_bytes;
        const std::byte* columns = b + Products::b[p] * 2 * tile_bytes;
        // Four rows share a pointer, so that all of them fit into registers.
        const std::byte* fours[3] = {from, from + 4 * stride, from + 8 * stride};
#pragma GCC unroll 4
        for (int64_t i = 0; i < tile_side; ++i) {
          const __m512i b0 = _mm512_load_si512(columns + i * 64);
          const __m512i b1 = _mm512_load_si512(columns + tile_bytes + i * 64);
#pragma GCC unroll 12
          for (int r = 0; r < Rows; ++r) {
            const std::byte* at = fours[r / 4] + (r % 4) * stride + i * 4;
            sum[r][0] = add_dot<arithmetic>(sum[r][0], at, b0);
            sum[r][1] = add_dot<arithmetic>(sum[r][1], at, b1);
          }
        }
      }
      a += 64;
      b += parts * 2 * tile_bytes;
    }
  }
}

/// sums[Rows][32] (+)= rows * columns; see multiply_tiles.
template <Arithmetic arithmetic, int Rows>
DPT_DOT void multiply_dot_rows(const TileRows& rows, const DepthRun* runs, int64_t run_count,
                               const std::byte* b, float* sums, bool accumulate) {
  using Products = PartProducts<parts_of(arithmetic)>;
  __m512 sum[Rows][2];
#pragma GCC unroll 12
  for (int r = 0; r < Rows; ++r) {
    sum[r][0] = accumulate ? _mm512_load_ps(sums + r * dot_block) : _mm512_setzero_ps();
    sum[r][1] = accumulate ? _mm512_load_ps(sums + r * dot_block + 16) : _mm512_setzero_ps();
  }
  add_dots<arithmetic, Rows, 0, Products::first_sweep>(rows, runs, run_count, b, sum);
  if constexpr (Products::first_sweep < Products::count) {
    add_dots<arithmetic, Rows, Products::first_sweep, Products::count>(rows, runs, run_count, b,
                                                                       sum);
  }
#pragma GCC unroll 12
  for (int r = 0; r < Rows; ++r) {
    _mm512_store_ps(sums + r * dot_block, sum[r][0]);
    _mm512_store_ps(sums + r * dot_block + 16, sum[r][1]);
  }
}

using MultiplyDotRows = void (*)(const TileRows&, const DepthRun*, int64_t, const std::byte*,
                                 float*, bool);

template <Arithmetic arithmetic, int... Rows>
constexpr MultiplyDotRows select_dot_rows(int64_t rows, std::integer_sequence<int, Rows...>) {
  constexpr MultiplyDotRows table[] = {multiply_dot_rows<arithmetic, Rows + 1>...};
  return table[rows - 1];
}

/// sums[count][32] (+)= rows * columns for up to 32 rows; operands and sums as multiply_tiles has
/// them.
template <Arithmetic arithmetic>
void multiply_dots(const TileRows& rows, int64_t count, const DepthRun* runs, int64_t run_count,
                   const std::byte* b, float* sums, bool accumulate) {
  const int64_t groups = (count + dot_rows - 1) / dot_rows;
  for (int64_t group = 0; group < groups; ++group) {
    const Range r = part(count, groups, group);
    const TileRows some{rows.data + r.begin * rows.row_bytes, rows.row_bytes, rows.part_bytes};
    select_dot_rows<arithmetic>(r.size(), std::make_integer_sequence<int, dot_rows>())(
        some, runs, run_count, b, sums + r.begin * dot_block, accumulate);
  }
}
#endif  // HWY_AVX3

}  // namespace dpt::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per target
