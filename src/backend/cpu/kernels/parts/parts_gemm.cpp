// Matrix products of narrow numbers on a dot unit.
//
// A task computes a block of the output. It first writes the rows of A that it needs as bf16 parts
// or integers to memory of its own, in one of two ways:
// - as rows: one per row of the output (linear layers; patches of strided convolutions);
// - as a strip: the lines of the map under the block, with the padding around them. Then the row of
//   A for tap (i, j) of pixel p of the strip is pixel p + i * strip_width + j: the products read
//   the strip itself, at 9 places for a 3x3 convolution, and nothing is copied 9 times. Pixels of
//   the strip are numbered through, so kernel_w - 1 sums per line are computed in vain.
#include "backend/cpu/kernels/product/gemm_job.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "backend/cpu/kernels/parts/parts_gemm.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "backend/cpu/kernels/parts/dot_units-inl.h"
#include "backend/cpu/kernels/parts/parts_job.h"
#include "backend/cpu/kernels/parts/parts_operand-inl.h"
#include "backend/cpu/kernels/parts/parts_result-inl.h"

HWY_BEFORE_NAMESPACE();
namespace dpt::cpu::HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX3
void store_row(const float* from, int64_t count, const PartRows& rows, std::byte* to) {
  store_parts_row(from, count, rows, to);
}

/// The runs of a chunk of the depth, whose first step in the task's rows of A is `origin`.
DPT_DOT int64_t depth_runs(const PartsJob& job, const Strip* strip, Range steps, int64_t origin,
                           DepthRun* runs) {
  const RowSource& a = job.gemm.a;
  if (strip == nullptr) {
    runs[0] = {(steps.begin - origin) * 64, steps.size()};
    return 1;
  }
  const int64_t per_tap = a.channels / step_depth(job.arithmetic);
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

/// A panel of a task, one chunk of the depth after the other, so that the chunk of the panel stays
/// in the first cache while all rows pass by.
template <class Unit, Arithmetic arithmetic>
DPT_DOT void multiply_panel(const PartsJob& job, const TaskBlock& block, const PartsMemory& m,
                            Range steps, bool first_pass, bool last_pass, int64_t panel,
                            float* sums) {
  constexpr int64_t step_bytes = parts_of(arithmetic) * 2 * tile_bytes;
  const Strip* strip = job.strips ? &block.strip : nullptr;
  const PartRows& given = job.gemm.a.parts;
  const std::byte* first_row =
      given ? given.data + block.rows.begin * given.row_bytes + steps.begin * 64 : m.rows;
  const int64_t row_count = block.rows.size();
  const int64_t blocks = (row_count + dot_block - 1) / dot_block;
  const std::byte* panel_b = job.gemm.b + panel * job.panel_bytes();
  const std::byte* b = panel_b + steps.begin * step_bytes;
  // The same part of the next panel, of which each product asks for its share.
  Prefetch ahead{b + job.panel_bytes(), 0};
  if (panel + 1 < block.panels.end) ahead.lines_per_step = (step_bytes / 64 + blocks - 1) / blocks;
  const RowScale strip_scale = strip != nullptr ? job.scale_of(strip->picture) : RowScale{};
  const int64_t chunks = (steps.size() + job.chunk_steps - 1) / job.chunk_steps;
  for (int64_t chunk = 0; chunk < chunks; ++chunk) {
    const Range within = part(steps.size(), chunks, chunk);
    const int64_t runs = depth_runs(
        job, strip, {steps.begin + within.begin, steps.begin + within.end}, steps.begin, m.runs);
    const bool first = first_pass && chunk == 0;
    const bool last = last_pass && chunk == chunks - 1;
    for (int64_t row = 0; row < row_count; row += dot_block) {
      const int64_t count = HWY_MIN(row_count - row, dot_block);
      const TileRows rows{first_row + row * job.row_bytes, job.row_bytes, job.part_bytes};
      // Sums that are finished at once share one place, which stays in the first cache.
      float* block_sums = sums + (first && last ? 0 : row * dot_block);
      const std::byte* chunk_b = b + within.begin * step_bytes;
      if (last) prefetch_block(job, strip, block.rows, row, count, panel * dot_block);
      Unit::template multiply<arithmetic>(rows, count, m.runs, runs, chunk_b, ahead, block_sums,
                                          !first);
      ahead.data += ahead.lines_per_step * within.size() * 64;
      if (!last) continue;
      if constexpr (arithmetic == Arithmetic::int8) {
        dequantize_block(rows, job.steps * 64, strip != nullptr ? &strip_scale : nullptr, count,
                         panel_b + job.steps * step_bytes, block_sums);
      }
      finish_block(job, strip, block.rows, row, count, panel * dot_block, block_sums);
    }
  }
}

template <class Unit, Arithmetic arithmetic>
DPT_DOT void parts_task(const PartsJob& job, int64_t task, std::byte* memory) {
  [[maybe_unused]] const typename Unit::State state;
  const PartsMemory m(job, memory);
  const TaskBlock block(job, task);
  const int64_t sums_of_panel =
      (block.rows.size() + dot_block - 1) / dot_block * dot_block * dot_block;
  for (int64_t pass = 0; pass < job.passes; ++pass) {
    const Range steps = part(job.steps, job.passes, pass);
    if (job.gemm.a.parts) {
      fetch_rows(job.gemm.a.parts, block.rows, {steps.begin * 64, steps.end * 64});
    } else if (!job.strips) {
      const int64_t step = step_depth(arithmetic);
      const int64_t depth = job.gemm.a.depth;
      split_rows<arithmetic>(job, block.rows,
                             {steps.begin * step, HWY_MIN(depth, steps.end * step)}, m.floats,
                             m.rows);
    } else if (pass == 0) {
      split_strip<arithmetic>(job, block.strip, m.floats, m.rows);
    }
    float* sums = m.sums;
    for (int64_t panel = block.panels.begin; panel < block.panels.end; ++panel) {
      multiply_panel<Unit, arithmetic>(job, block, m, steps, pass == 0, pass == job.passes - 1,
                                       panel, sums);
      if (job.passes > 1) sums += sums_of_panel;
    }
  }
}

template <class Unit>
void run_task_of(const PartsJob& job, int64_t task, std::byte* memory) {
  switch (job.arithmetic) {
    case Arithmetic::fp32:
      return;  // never here
    case Arithmetic::bf16:
      return parts_task<Unit, Arithmetic::bf16>(job, task, memory);
    case Arithmetic::bf16x3:
      return parts_task<Unit, Arithmetic::bf16x3>(job, task, memory);
    case Arithmetic::bf16x6:
      return parts_task<Unit, Arithmetic::bf16x6>(job, task, memory);
    case Arithmetic::int8:
      return parts_task<Unit, Arithmetic::int8>(job, task, memory);
  }
}

void run_parts_task(const PartsJob& job, int64_t task, std::byte* memory) {
  if (job.unit == DotUnit::amx) return run_task_of<AmxUnit>(job, task, memory);
  run_task_of<Avx512Unit>(job, task, memory);
}

DPT_DOT FloatRange range_of(const float* from, int64_t count) { return find_range(from, count); }
#endif

}  // namespace dpt::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <vector>

#include "backend/cpu/kernels/parts/dot_target.h"

namespace dpt::cpu {

namespace {

/// Scales of the maps that strips are cut from, one for each picture.
std::vector<RowScale> find_scales(ThreadPool& pool, const PartsJob& job) {
  constexpr int64_t numbers_per_task = 65536;
  const RowSource& a = job.gemm.a;
  const int64_t size = a.picture_size();
  const int64_t parts = (size + numbers_per_task - 1) / numbers_per_task;
  std::vector<FloatRange> ranges(static_cast<size_t>(job.pictures() * parts));
  pool.parallel_for(job.pictures() * parts, [&](int64_t task, int) {
    const Range some = part(size, parts, task % parts);
    ranges[static_cast<size_t>(task)] =
        DPT_DOT_CALL(range_of)(a.data + task / parts * size + some.begin, some.size());
  });
  std::vector<RowScale> scales;
  for (auto first = ranges.begin(); first != ranges.end(); first += parts) {
    FloatRange all;
    std::for_each(first, first + parts, [&](const FloatRange& range) { all.include(range); });
    scales.push_back(row_scale(all, a.relu));
  }
  return scales;
}

}  // namespace

void store_parts(const float* from, int64_t count, const PartRows& to, int64_t row, int64_t first) {
  DPT_DOT_CALL(store_row)(from, count, to, to.data + row * to.row_bytes + first * 2);
}

bool parts_gemm_resizes(const RowSource& rows, Arithmetic arithmetic) {
  return PartsJob::fits_strips(rows, arithmetic);
}

void run_parts_gemm(ThreadPool& pool, const GemmJob& job) {
  PartsJob parts(job, dot_unit(), pool.size());
  std::vector<RowScale> scales;
  if (parts.strips && parts.arithmetic == Arithmetic::int8) {
    scales = find_scales(pool, parts);
    parts.picture_scales = scales.data();
  }
  pool.parallel_for(parts.tasks(), [&](int64_t task, int thread) {
    DPT_DOT_CALL(run_parts_task)
    (parts, task, pool.scratch(thread, static_cast<size_t>(parts.task_bytes())));
  });
}

}  // namespace dpt::cpu
#endif  // HWY_ONCE
