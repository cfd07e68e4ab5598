// Gathers rows of the left operand into a block, for the instruction set being compiled.
#if defined(DPT_CPU_COPY_ROWS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DPT_CPU_COPY_ROWS_INL_H
#undef DPT_CPU_COPY_ROWS_INL_H
#else
#define DPT_CPU_COPY_ROWS_INL_H
#endif

#include <algorithm>
#include <cstdint>

#include "backend/cpu/kernels/product/gemm_layout.h"
#include "backend/cpu/kernels/product/row_source.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace dpt::cpu::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// to[0, count) = relu ? max(from, 0) : from.
inline void copy_floats(const float* HWY_RESTRICT from, float* HWY_RESTRICT to, int64_t count,
                        bool relu) {
  const hn::ScalableTag<float> d;
  const auto n = static_cast<int64_t>(hn::Lanes(d));
  int64_t i = 0;
  if (relu) {
    for (; i + n <= count; i += n) {
      const auto v = hn::LoadU(d, from + i);
      hn::StoreU(hn::IfThenZeroElse(hn::Lt(v, hn::Zero(d)), v), d, to + i);
    }
    for (; i < count; ++i) to[i] = from[i] < 0.0F ? 0.0F : from[i];
  } else {
    for (; i + n <= count; i += n) hn::StoreU(hn::LoadU(d, from + i), d, to + i);
    for (; i < count; ++i) to[i] = from[i];
  }
}

/// Asks for `count` floats that will soon be read: rows of a block lie apart, so the hardware's
/// prefetching starts anew at each.
inline void prefetch_floats(const float* from, int64_t count) {
  constexpr int64_t floats_per_line = 16;
  for (int64_t i = 0; i < count; i += floats_per_line) __builtin_prefetch(from + i);
}

/// Elements [first, first + count) of the patch whose top left corner is (y, x) of the picture.
inline void copy_patch(const RowSource& a, const float* picture, int64_t y, int64_t x,
                       int64_t first, int64_t count, float* to) {
  const int64_t segment = a.kernel_w * a.channels;
  // What of a segment lies inside the map.
  const int64_t inside_begin = std::clamp<int64_t>(-x * a.channels, 0, segment);
  const int64_t inside_end = std::clamp<int64_t>((a.width - x) * a.channels, 0, segment);
  for (int64_t done = 0; done < count;) {
    const int64_t i = (first + done) / segment;
    const int64_t begin = (first + done) % segment;
    const int64_t end = std::min(segment, begin + count - done);
    int64_t from = std::clamp(inside_begin, begin, end);
    int64_t until = std::clamp(inside_end, begin, end);
    if (y + i < 0 || y + i >= a.height || from >= until) from = until = end;
    std::fill_n(to + done, from - begin, 0.0F);
    if (from < until) {
      const float* line = picture + ((y + i) * a.width + x) * a.channels;
      copy_floats(line + from, to + done + (from - begin), until - from, a.relu);
    }
    std::fill_n(to + done + (until - begin), end - until, 0.0F);
    done += end - begin;
  }
}

/// Elements [first, first + count) of rows [row, row + rows), block_stride apart; count <=
/// block_depth.
inline void copy_rows(const RowSource& a, int64_t row, int64_t rows, int64_t first, int64_t count,
                      float* to) {
  if (a.row_stride != 0) {
    constexpr int64_t ahead = 4;
    const float* from = a.data + row * a.row_stride + first;
    for (int64_t r = 0; r < rows; ++r, from += a.row_stride, to += block_stride) {
      if (r + ahead < rows) prefetch_floats(from + ahead * a.row_stride, count);
      copy_floats(from, to, count, a.relu);
    }
    return;
  }
  int64_t ox = row % a.out_width;
  int64_t oy = row / a.out_width % a.out_height;
  int64_t n = row / a.out_width / a.out_height;
  for (int64_t r = 0; r < rows; ++r, to += block_stride) {
    copy_patch(a, a.data + n * a.height * a.width * a.channels, oy * a.stride - a.pad_top,
               ox * a.stride - a.pad_left, first, count, to);
    if (++ox == a.out_width) {
      ox = 0;
      if (++oy == a.out_height) {
        oy = 0;
        ++n;
      }
    }
  }
}

}  // namespace dpt::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per target
