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
DPT_AMX void store_parts_as(const float* from, int64_t count, std::byte* to, int64_t part_bytes) {
  split_floats<parts, false>(from, count, to, part_bytes);
}

void store_parts_row(const float* from, int64_t count, const PartRows& rows, std::byte* to) {
  if (rows.parts == 1) return store_parts_as<1>(from, count, to, rows.part_bytes);
  if (rows.parts == 2) return store_parts_as<2>(from, count, to, rows.part_bytes);
  store_parts_as<3>(from, count, to, rows.part_bytes);
}

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
  HWY_ALIGN float values[amx_block * amx_block];
  const int64_t columns = HWY_MIN(amx_block, g.columns - column);
  if (columns < amx_block) std::fill(std::begin(values), std::end(values), 0.0F);
  Epilogue epilogue = g.epilogue;
  if (epilogue.bias != nullptr) epilogue.bias += column;
  finish_tile(sums, epilogue, {.data = values, .row_stride = amx_block}, 0, rows, 0, columns);
  for (int64_t r = 0; r < rows; ++r) {
    store_parts_row(values + r * amx_block, amx_block, g.c.parts,
                    g.c.parts.data + (row + r) * g.c.parts.row_bytes + column * 2);
  }
}

/// Epilogue of a block of sums whose first row is row `first` of the task's rows of A.
HWY_INLINE void finish_block(const PartsJob& job, const Strip* strip, Range rows, int64_t first,
                             int64_t count, int64_t column, const float* sums) {
  const GemmJob& g = job.gemm;
  const int64_t columns = HWY_MIN(amx_block, g.columns - column);
  if (g.c.parts) {
    finish_parts(g, rows.begin + first, HWY_MIN(count, rows.size() - first), column, sums);
    return;
  }
  for_each_stretch(
      job, strip, rows, first, count, [&](int64_t row, int64_t index, int64_t stretch) {
        finish_tile(sums + index * amx_block, g.epilogue, g.c, row, stretch, column, columns);
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

/// The runs of a chunk of the depth, whose first step in the task's rows of A is `origin`.
DPT_AMX int64_t depth_runs(const PartsJob& job, const Strip* strip, Range steps, int64_t origin,
                           DepthRun* runs) {
  const RowSource& a = job.gemm.a;
  if (strip == nullptr) {
    runs[0] = {(steps.begin - origin) * 64, steps.size()};
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

/// Brings rows that lie in memory into the second cache: the tiles' strided loads would wait for
/// each line.
DPT_AMX void fetch_rows(const PartRows& rows, Range range, Range bytes) {
  for (int part = 0; part < rows.parts; ++part) {
    for (int64_t row = range.begin; row < range.end; ++row) {
      const std::byte* from = rows.data + part * rows.part_bytes + row * rows.row_bytes;
      for (int64_t i = bytes.begin; i < bytes.end; i += 64) {
        _mm_prefetch(reinterpret_cast<const char*>(from + i), _MM_HINT_T1);
      }
    }
  }
}

/// The panels of a task, times one chunk of the depth after the other, so that the chunk of a panel
/// stays in the first cache while all rows pass by.
template <int parts>
DPT_AMX void multiply_panel(const PartsJob& job, const TaskBlock& block, const PartsMemory& m,
                            Range steps, bool first_pass, bool last_pass, int64_t panel,
                            float* sums) {
  constexpr int64_t step_bytes = parts * 2 * tile_bytes;
  const Strip* strip = job.strips ? &block.strip : nullptr;
  const PartRows& given = job.gemm.a.parts;
  const std::byte* first_row =
      given ? given.data + block.rows.begin * given.row_bytes + steps.begin * 64 : m.rows;
  const int64_t row_tiles = (block.rows.size() + tile_side - 1) / tile_side;
  const int64_t pairs = (row_tiles + 1) / 2;
  const std::byte* b = job.gemm.b + (panel * job.steps + steps.begin) * step_bytes;
  // The same part of the next panel, of which each product asks for its share.
  Prefetch ahead{b + job.steps * step_bytes, 0};
  if (panel + 1 < block.panels.end) ahead.lines_per_step = (step_bytes / 64 + pairs - 1) / pairs;
  const int64_t chunks = (steps.size() + job.chunk_steps - 1) / job.chunk_steps;
  for (int64_t chunk = 0; chunk < chunks; ++chunk) {
    const Range within = part(steps.size(), chunks, chunk);
    const int64_t runs = depth_runs(
        job, strip, {steps.begin + within.begin, steps.begin + within.end}, steps.begin, m.runs);
    const bool first = first_pass && chunk == 0;
    const bool last = last_pass && chunk == chunks - 1;
    for (int64_t tile = 0; tile < row_tiles; tile += 2) {
      const int64_t count = HWY_MIN(row_tiles - tile, 2);
      const TileRows rows{first_row + tile * tile_side * job.row_bytes, job.row_bytes,
                          job.part_bytes};
      // Sums that are finished at once share one place, which stays in the first cache.
      float* block_sums = sums + (first && last ? 0 : tile / 2 * amx_block * amx_block);
      const std::byte* chunk_b = b + within.begin * step_bytes;
      const auto multiply = count == 2 ? multiply_tiles<parts, 2> : multiply_tiles<parts, 1>;
      if (last) {
        prefetch_block(job, strip, block.rows, tile * tile_side, count * tile_side,
                       panel * amx_block);
      }
      multiply(rows, m.runs, runs, chunk_b, ahead, block_sums, !first);
      ahead.data += ahead.lines_per_step * within.size() * 64;
      if (last) {
        finish_block(job, strip, block.rows, tile * tile_side, count * tile_side, panel * amx_block,
                     block_sums);
      }
    }
  }
}

template <int parts>
DPT_AMX void parts_task(const PartsJob& job, int64_t task, std::byte* memory) {
  const TileState state;
  const PartsMemory m(job, memory);
  const TaskBlock block(job, task);
  const int64_t sums_of_panel =
      (block.rows.size() + amx_block - 1) / amx_block * amx_block * amx_block;
  for (int64_t pass = 0; pass < job.passes; ++pass) {
    const Range steps = part(job.steps, job.passes, pass);
    if (job.gemm.a.parts) {
      fetch_rows(job.gemm.a.parts, block.rows, {steps.begin * 64, steps.end * 64});
    } else if (!job.strips) {
      const int64_t depth = job.gemm.a.depth;
      split_rows<parts>(job, block.rows, {steps.begin * 32, HWY_MIN(depth, steps.end * 32)},
                        m.floats, m.rows);
    } else if (job.strips && pass == 0) {
      split_strip<parts>(job, block.strip, m.floats, m.rows);
    }
    float* sums = m.sums;
    for (int64_t panel = block.panels.begin; panel < block.panels.end; ++panel) {
      multiply_panel<parts>(job, block, m, steps, pass == 0, pass == job.passes - 1, panel, sums);
      if (job.passes > 1) sums += sums_of_panel;
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

void store_parts(const float* from, int64_t count, const PartRows& to, int64_t row, int64_t first) {
  DPT_AMX_CALL(store_parts_row)(from, count, to, to.data + row * to.row_bytes + first * 2);
}

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
