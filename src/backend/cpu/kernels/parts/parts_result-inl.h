// From the sums of a product in parts to its output.
#if defined(DPT_CPU_PARTS_RESULT_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DPT_CPU_PARTS_RESULT_INL_H
#undef DPT_CPU_PARTS_RESULT_INL_H
#else
#define DPT_CPU_PARTS_RESULT_INL_H
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "backend/cpu/kernels/parts/parts_job.h"
#include "backend/cpu/kernels/parts/parts_operand-inl.h"
#include "backend/cpu/kernels/product/epilogue-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace dpt::cpu::HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX3
/// Calls body(row of the output, index of the row in the block, rows) for the stretches of output
/// rows among the rows [first, first + count) of a task's A.
template <class Body>
HWY_INLINE void for_each_stretch(const PartsJob& job, const Strip* strip, Range rows, int64_t first,
                                 int64_t count, const Body& body) {
  if (strip == nullptr) {
    body(rows.begin + first, 0, HWY_MIN(count, rows.size() - first));
    return;
  }
  const RowSource& a = job.gemm.a;
  const int64_t width = strip->columns.size();
  const int64_t strip_width = width + a.kernel_w - 1;
  int64_t y = first / strip_width;
  int64_t x = first % strip_width;
  for (int64_t done = 0; done < count && y < strip->lines.size(); ++y, x = 0) {
    const int64_t valid = HWY_MIN(count - done, width - x);
    if (valid > 0) {
      const int64_t line = strip->picture * a.out_height + strip->lines.begin + y;
      body(line * a.out_width + strip->columns.begin + x, done, valid);
    }
    done += strip_width - x;
  }
}

/// Epilogue of whole rows of a block whose result is kept in parts.
inline void finish_parts(const GemmJob& g, int64_t row, int64_t rows, int64_t column,
                         const float* sums) {
  HWY_ALIGN float values[dot_block * dot_block];
  const int64_t columns = HWY_MIN(dot_block, g.columns - column);
  if (columns < dot_block) std::fill(std::begin(values), std::end(values), 0.0F);
  Epilogue epilogue = g.epilogue;
  if (epilogue.bias != nullptr) epilogue.bias += column;
  finish_tile(sums, epilogue, {.data = values, .row_stride = dot_block}, 0, rows, 0, columns);
  for (int64_t r = 0; r < rows; ++r) {
    store_parts_row(values + r * dot_block, dot_block, g.c.parts,
                    g.c.parts.data + (row + r) * g.c.parts.row_bytes + column * 2);
  }
}

/// Epilogue of a block of sums whose first row is row `first` of the task's rows of A.
HWY_INLINE void finish_block(const PartsJob& job, const Strip* strip, Range rows, int64_t first,
                             int64_t count, int64_t column, const float* sums) {
  const GemmJob& g = job.gemm;
  const int64_t columns = HWY_MIN(dot_block, g.columns - column);
  if (g.c.parts) {
    finish_parts(g, rows.begin + first, HWY_MIN(count, rows.size() - first), column, sums);
    return;
  }
  for_each_stretch(
      job, strip, rows, first, count, [&](int64_t row, int64_t index, int64_t stretch) {
        finish_tile(sums + index * dot_block, g.epilogue, g.c, row, stretch, column, columns);
      });
}

/// Asks for what the epilogue will read and write, which takes about as long as the products.
HWY_INLINE void prefetch_block(const PartsJob& job, const Strip* strip, Range rows, int64_t first,
                               int64_t count, int64_t column) {
  const GemmJob& g = job.gemm;
  if (g.c.parts) return;
  for_each_stretch(job, strip, rows, first, count, [&](int64_t row, int64_t, int64_t stretch) {
    for (int64_t r = row; r < row + stretch; ++r) {
      const int64_t offset = g.c.offset(r) + column;
      for (const float* residual : g.epilogue.residual) {
        if (residual == nullptr || residual == g.c.data) continue;
        __builtin_prefetch(residual + offset);
        __builtin_prefetch(residual + offset + 16);
      }
      __builtin_prefetch(g.c.data + offset, 1);
      __builtin_prefetch(g.c.data + offset + 16, 1);
    }
  });
}

/// The sums of int8 products in a block as floats, in the same place. `panel_end`: the columns'
/// sums and scales. `rows`: rows of A, each with its scale; or none, where all have scale `strip`.
DPT_DOT inline void dequantize_block(const TileRows& rows, int64_t scale_offset,
                                     const RowScale* strip, int64_t count,
                                     const std::byte* panel_end, float* sums) {
  const auto* panel = reinterpret_cast<const PanelScales*>(panel_end);
  for (int64_t r = 0; r < count; ++r) {
    const RowScale scale =
        strip != nullptr ? *strip : load_scale(rows.data + r * rows.row_bytes + scale_offset);
    const __m512i zero = _mm512_set1_epi32(scale.zero);
    for (int64_t j = 0; j < dot_block; j += 16) {
      float* at = sums + r * dot_block + j;
      const __m512i offset = _mm512_mullo_epi32(zero, _mm512_loadu_si512(panel->sums + j));
      const __m512i sum = _mm512_sub_epi32(_mm512_load_si512(at), offset);
      const __m512 factor =
          _mm512_mul_ps(_mm512_set1_ps(scale.scale), _mm512_loadu_ps(panel->scales + j));
      _mm512_store_ps(at, _mm512_mul_ps(_mm512_cvtepi32_ps(sum), factor));
    }
  }
}
#endif  // HWY_AVX3

}  // namespace dpt::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per target
