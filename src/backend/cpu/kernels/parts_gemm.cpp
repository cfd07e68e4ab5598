// Matrix products in bf16 parts on the matrix unit.
//
// A task computes a block of the output. It first writes the rows of A that it needs as bf16 parts
// to memory of its own, in one of two ways:
// - as rows: one per row of the output (linear layers; patches of strided convolutions);
// - as a strip: the lines of the map under the block, with the padding around them. Then the row of
//   A for tap (i, j) of pixel p of the strip is pixel p + i * strip_width + j: the tiles are read
//   from the strip itself, at 9 places for a 3x3 convolution, and nothing is copied 9 times. Pixels
//   of the strip are numbered through, so kernel_w - 1 sums per line are computed in vain.
#include "backend/cpu/kernels/gemm_job.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "backend/cpu/kernels/parts_gemm.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "backend/cpu/kernels/amx-inl.h"
#include "backend/cpu/kernels/bilinear-inl.h"
#include "backend/cpu/kernels/copy_rows-inl.h"
#include "backend/cpu/kernels/epilogue-inl.h"
#include "backend/cpu/kernels/parts_job.h"

HWY_BEFORE_NAMESPACE();
namespace dpt::cpu::HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX3
template <int parts>
DPT_AMX void split_row(const PartsJob& job, const float* from, int64_t count, std::byte* to) {
  if (job.gemm.a.relu) {
    split_floats<parts, true>(from, count, to, job.part_bytes);
  } else {
    split_floats<parts, false>(from, count, to, job.part_bytes);
  }
}

/// Elements `k` of the rows [rows.begin, rows.end) of A.
template <int parts>
DPT_AMX void split_rows(const PartsJob& job, Range rows, Range k, float* patch, std::byte* to) {
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
    split_row<parts>(job, from, k.size(), to);
  }
}

/// The pixels of a strip: lines [strip.lines.begin - pad_top, ...) of the map.
template <int parts>
DPT_AMX void split_strip(const PartsJob& job, const Strip& strip, float* pixel, std::byte* to) {
  const RowSource& a = job.gemm.a;
  const float* picture = a.data + strip.picture * a.picture_size();
  const int64_t zeros = a.channels * 2;
  for (int64_t i = 0; i < strip.lines.size() + a.kernel_h - 1; ++i) {
    const int64_t y = strip.lines.begin + i - a.pad_top;
    for (int64_t j = 0; j < strip.columns.size() + a.kernel_w - 1; ++j, to += job.row_bytes) {
      const int64_t x = strip.columns.begin + j - a.pad_left;
      if (y < 0 || y >= a.height || x < 0 || x >= a.width) {
        for (int p = 0; p < parts; ++p) std::fill_n(to + p * job.part_bytes, zeros, std::byte{});
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
      split_row<parts>(job, from, a.channels, to);
    }
  }
}

/// Epilogue of a block of sums whose first row is row `first` of the task's rows of A.
HWY_INLINE void finish_block(const PartsJob& job, const Strip* strip, Range rows, int64_t first,
                             int64_t count, int64_t column, const float* sums) {
  const GemmJob& g = job.gemm;
  const int64_t columns = HWY_MIN(amx_block, g.columns - column);
  if (strip == nullptr) {
    finish_tile(sums, g.epilogue, g.c, rows.begin + first, HWY_MIN(count, rows.size() - first),
                column, columns);
    return;
  }
  const int64_t strip_width = strip->columns.size() + g.a.kernel_w - 1;
  const int64_t width = strip->columns.size();
  for (int64_t done = 0; done < count;) {
    const int64_t y = (first + done) / strip_width;
    const int64_t x = (first + done) % strip_width;
    if (y >= strip->lines.size()) return;
    const int64_t valid = HWY_MIN(count - done, width - x);
    if (valid > 0) {
      const int64_t row =
          (strip->picture * g.a.out_height + strip->lines.begin + y) * g.a.out_width +
          strip->columns.begin + x;
      finish_tile(sums + done * amx_block, g.epilogue, g.c, row, valid, column, columns);
    }
    done += HWY_MIN(count - done, strip_width - x);
  }
}

/// The runs of one pass over the depth.
DPT_AMX int64_t depth_runs(const PartsJob& job, const Strip* strip, Range steps, DepthRun* runs) {
  const RowSource& a = job.gemm.a;
  if (strip == nullptr) {
    runs[0] = {0, steps.size()};
    return 1;
  }
  const int64_t per_tap = a.channels / 32;
  const int64_t strip_width = strip->columns.size() + a.kernel_w - 1;
  int64_t count = 0;
  for (int64_t step = steps.begin; step < steps.end; ++count) {
    const int64_t tap = step / per_tap;
    const int64_t within = step % per_tap;
    const int64_t pixel = tap / a.kernel_w * strip_width + tap % a.kernel_w;
    runs[count] = {pixel * job.row_bytes + within * 64,
                   HWY_MIN(per_tap - within, steps.end - step)};
    step += runs[count].steps;
  }
  return count;
}

template <int parts>
DPT_AMX void parts_task(const PartsJob& job, int64_t task, std::byte* memory) {
  const TileState state;
  const PartsMemory m(job, memory);
  const TaskBlock block(job, task);
  const Strip* strip = job.strips ? &block.strip : nullptr;
  const int64_t row_tiles = (block.rows.size() + tile_side - 1) / tile_side;
  const int64_t panel_bytes = job.steps * parts * 2 * tile_bytes;
  for (int64_t pass = 0; pass < job.passes; ++pass) {
    const Range steps = part(job.steps, job.passes, pass);
    if (strip == nullptr) {
      const int64_t depth = job.gemm.a.depth;
      split_rows<parts>(job, block.rows, {steps.begin * 32, HWY_MIN(depth, steps.end * 32)},
                        m.floats, m.rows);
    } else if (pass == 0) {
      split_strip<parts>(job, *strip, m.floats, m.rows);
    }
    const int64_t run_count = depth_runs(job, strip, steps, m.runs);
    const int64_t pass_bytes = steps.size() * parts * 2 * tile_bytes;
    const int64_t lines = (pass_bytes / 64 + (row_tiles + 1) / 2 * steps.size() - 1) /
                          ((row_tiles + 1) / 2 * steps.size());
    float* sums = m.sums;
    for (int64_t panel = block.panels.begin; panel < block.panels.end; ++panel) {
      const std::byte* b = job.gemm.b + panel * panel_bytes + steps.begin * parts * 2 * tile_bytes;
      // The part of the next panel that this one's blocks ask for, each its share.
      Prefetch ahead{b + panel_bytes, panel + 1 < block.panels.end ? lines : 0};
      for (int64_t tile = 0; tile < row_tiles; tile += 2) {
        const TileRows rows{m.rows + tile * tile_side * job.row_bytes, job.row_bytes,
                            job.part_bytes};
        if (row_tiles - tile >= 2) {
          multiply_tiles<parts, 2>(rows, m.runs, run_count, b, ahead, sums, pass > 0);
        } else {
          multiply_tiles<parts, 1>(rows, m.runs, run_count, b, ahead, sums, pass > 0);
        }
        ahead.data += ahead.lines_per_step * steps.size() * 64;
        if (pass == job.passes - 1) {
          finish_block(job, strip, block.rows, tile * tile_side,
                       HWY_MIN(row_tiles - tile, 2) * tile_side, panel * amx_block, sums);
        }
        if (job.passes > 1) sums += amx_block * amx_block;
      }
    }
  }
}

void run_parts_task(const PartsJob& job, int64_t task, std::byte* memory) {
  if (job.parts == 1) return parts_task<1>(job, task, memory);
  if (job.parts == 2) return parts_task<2>(job, task, memory);
  parts_task<3>(job, task, memory);
}
#endif

}  // namespace dpt::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "backend/cpu/kernels/amx_target.h"

namespace dpt::cpu {

bool parts_gemm_resizes(const RowSource& rows) { return PartsJob::fits_strips(rows); }

void run_parts_gemm(ThreadPool& pool, const GemmJob& job) {
  const PartsJob parts(job, pool.size());
  pool.parallel_for(parts.tasks(), [&](int64_t task, int thread) {
    DPT_AMX_CALL(run_parts_task)
    (parts, task, pool.scratch(thread, static_cast<size_t>(parts.task_bytes())));
  });
}

}  // namespace dpt::cpu
#endif  // HWY_ONCE
