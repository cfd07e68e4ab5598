// How a task of a product in parts fills its rows of A.
#if defined(DPT_CPU_PARTS_OPERAND_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DPT_CPU_PARTS_OPERAND_INL_H
#undef DPT_CPU_PARTS_OPERAND_INL_H
#else
#define DPT_CPU_PARTS_OPERAND_INL_H
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "backend/cpu/kernels/parts/parts_job.h"
#include "backend/cpu/kernels/parts/split-inl.h"
#include "backend/cpu/kernels/product/copy_rows-inl.h"
#include "backend/cpu/kernels/simple/bilinear-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace dpt::cpu::HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX3
/// A row of int8 ends with its scale.
DPT_DOT HWY_INLINE void store_scale(const RowScale& scale, std::byte* row_end) {
  __builtin_memcpy(row_end, &scale, sizeof(scale));
}
DPT_DOT HWY_INLINE RowScale load_scale(const std::byte* row_end) {
  RowScale scale;
  __builtin_memcpy(&scale, row_end, sizeof(scale));
  return scale;
}

/// A row with a scale of its own.
template <bool relu>
DPT_DOT HWY_INLINE void quantize_row(const float* from, int64_t count, std::byte* to) {
  const RowScale scale = row_scale(find_range(from, count), relu);
  quantize_floats<relu>(from, count, scale, to);
  store_scale(scale, to + (count + 63) / 64 * 64);
}

template <int parts>
DPT_DOT void store_parts_as(const float* from, int64_t count, std::byte* to, int64_t part_bytes) {
  split_floats<parts, false>(from, count, to, part_bytes);
}

DPT_DOT void store_quantized_row(const float* from, int64_t count, std::byte* to) {
  quantize_row<false>(from, count, to);
}

inline void store_parts_row(const float* from, int64_t count, const PartRows& rows, std::byte* to) {
  if (rows.arithmetic == Arithmetic::int8) return store_quantized_row(from, count, to);
  if (rows.parts() == 1) return store_parts_as<1>(from, count, to, rows.part_bytes);
  if (rows.parts() == 2) return store_parts_as<2>(from, count, to, rows.part_bytes);
  store_parts_as<3>(from, count, to, rows.part_bytes);
}

/// Numbers of one row or pixel of A; int8: with this scale.
template <Arithmetic arithmetic, bool relu>
DPT_DOT HWY_INLINE void split_as(const PartsJob& job, const float* from, int64_t count,
                                 const RowScale& scale, std::byte* to) {
  if constexpr (arithmetic == Arithmetic::int8) {
    quantize_floats<relu>(from, count, scale, to);
  } else {
    split_floats<parts_of(arithmetic), relu>(from, count, to, job.part_bytes);
  }
}

/// A whole row of A, or with several parts a piece of it; int8: with a scale of its own.
template <Arithmetic arithmetic, bool relu>
DPT_DOT HWY_INLINE void split_row(const PartsJob& job, const float* from, int64_t count,
                                  std::byte* to) {
  if constexpr (arithmetic == Arithmetic::int8) {
    quantize_row<relu>(from, count, to);
  } else {
    split_as<arithmetic, relu>(job, from, count, {}, to);
  }
}

/// Elements `k` of the rows [rows.begin, rows.end) of A; of int8, all.
template <Arithmetic arithmetic>
DPT_DOT void split_rows(const PartsJob& job, Range rows, Range k, float* patch, std::byte* to) {
  const RowSource& a = job.gemm.a;
  for (int64_t row = rows.begin; row < rows.end; ++row, to += job.row_bytes) {
    const float* from = a.data + row * a.row_stride + k.begin;
    if (a.row_stride == 0) {
      const int64_t oy = row / a.out_width % a.out_height;
      const int64_t n = row / a.out_width / a.out_height;
      copy_patch(a, a.data + n * a.picture_size(), oy * a.stride - a.pad_top,
                 row % a.out_width * a.stride - a.pad_left, k.begin, k.size(), patch);
      from = patch;
    } else if (row + 2 < rows.end) {
      prefetch_floats(from + 2 * a.row_stride, k.size());
    }
    if (a.relu) {
      split_row<arithmetic, true>(job, from, k.size(), to);
    } else {
      split_row<arithmetic, false>(job, from, k.size(), to);
    }
  }
}

/// A pixel of a strip outside the map.
template <Arithmetic arithmetic>
DPT_DOT HWY_INLINE void fill_zeros(const PartsJob& job, const RowScale& scale, std::byte* to) {
  const int64_t bytes = job.gemm.a.channels * 64 / step_depth(arithmetic);
  const auto zero = static_cast<std::byte>(arithmetic == Arithmetic::int8 ? scale.zero : 0);
  for (int p = 0; p < parts_of(arithmetic); ++p) std::fill_n(to + p * job.part_bytes, bytes, zero);
}

/// The pixels of a strip: lines [strip.lines.begin - pad_top, ...) of the map.
template <Arithmetic arithmetic>
DPT_DOT void split_strip(const PartsJob& job, const Strip& strip, float* pixel, std::byte* to) {
  const RowSource& a = job.gemm.a;
  const float* picture = a.data + strip.picture * a.picture_size();
  const RowScale scale = job.scale_of(strip.picture);
  for (int64_t i = 0; i < strip.lines.size() + a.kernel_h - 1; ++i) {
    const int64_t y = strip.lines.begin + i - a.pad_top;
    for (int64_t j = 0; j < strip.columns.size() + a.kernel_w - 1; ++j, to += job.row_bytes) {
      const int64_t x = strip.columns.begin + j - a.pad_left;
      if (y < 0 || y >= a.height || x < 0 || x >= a.width) {
        fill_zeros<arithmetic>(job, scale, to);
        continue;
      }
      const float* from = picture + (y * a.width + x) * a.channels;
      if (a.resized()) {
        const Tap& row = a.row_taps[y];
        const int64_t line = a.source_width * a.channels;
        interpolate_pixel(picture + row.low * line, picture + row.high * line, row.weight,
                          a.column_taps[x], a.channels, pixel);
        from = pixel;
      }
      if (a.relu) {
        split_as<arithmetic, true>(job, from, a.channels, scale, to);
      } else {
        split_as<arithmetic, false>(job, from, a.channels, scale, to);
      }
    }
  }
}

/// Brings rows that lie in memory into the second cache: the tiles' strided loads would wait for
/// each line.
DPT_DOT void fetch_rows(const PartRows& rows, Range range, Range bytes) {
  for (int part = 0; part < rows.parts(); ++part) {
    for (int64_t row = range.begin; row < range.end; ++row) {
      const std::byte* from = rows.data + part * rows.part_bytes + row * rows.row_bytes;
      for (int64_t i = bytes.begin; i < bytes.end; i += 64) {
        _mm_prefetch(reinterpret_cast<const char*>(from + i), _MM_HINT_T1);
      }
    }
  }
}
#endif  // HWY_AVX3

}  // namespace dpt::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per target
