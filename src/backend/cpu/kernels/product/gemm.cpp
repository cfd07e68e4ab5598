#include "backend/cpu/kernels/product/gemm.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "backend/cpu/kernels/product/gemm.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "backend/cpu/kernels/product/copy_rows-inl.h"
#include "backend/cpu/kernels/product/epilogue-inl.h"
#include "backend/cpu/kernels/product/gemm_blocking.h"
#include "backend/cpu/kernels/product/gemm_job.h"
#include "backend/cpu/kernels/product/gemm_kernel-inl.h"
#include "backend/cpu/kernels/product/gemm_task.h"

HWY_BEFORE_NAMESPACE();
namespace dpt::cpu::HWY_NAMESPACE {

TileShape tile_shape() { return {tile_rows, tile_columns}; }

/// Asks for the part of the output that the epilogue of a tile will write, which takes about as
/// long as the tile.
inline void prefetch_target(const RowTarget& target, Range rows, int64_t column, int64_t columns) {
  constexpr int64_t floats_per_line = 16;
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    const float* out = target.data + target.offset(row) + column;
    for (int64_t i = 0; i < columns; i += floats_per_line) __builtin_prefetch(out + i, 1);
  }
}

/// Computes one block of the output. The rows of A are copied block_depth at a time to
/// scratch.rows; sums that need several such passes wait in scratch.sums.
void run_task(const GemmJob& job, const Blocking& blocking, int64_t task, GemmScratch scratch) {
  const Range row_tiles = blocking.row_block(task);
  const Range column_tiles = blocking.column_block(task);
  const int64_t first_row = part(job.a.rows, blocking.row_tiles, row_tiles.begin).begin;
  const int64_t last_row = part(job.a.rows, blocking.row_tiles, row_tiles.end - 1).end;
  const int64_t passes = (job.a.depth + block_depth - 1) / block_depth;
  const auto* all_panels = reinterpret_cast<const float*>(job.b);
  for (int64_t pass = 0; pass < passes; ++pass) {
    const Range k = part(job.a.depth, passes, pass);
    copy_rows(job.a, first_row, last_row - first_row, k.begin, k.size(), scratch.rows);
    float* sums = scratch.sums;
    for (int64_t panel = column_tiles.begin; panel < column_tiles.end; ++panel) {
      const float* b = all_panels + (panel * job.a.depth + k.begin) * tile_columns;
      const int64_t column = panel * tile_columns;
      const int64_t columns = HWY_MIN(tile_columns, job.columns - column);
      for (int64_t tile = row_tiles.begin; tile < row_tiles.end; ++tile) {
        const Range rows = part(job.a.rows, blocking.row_tiles, tile);
        if (pass == passes - 1) prefetch_target(job.c, rows, column, columns);
        multiply_rows_for(rows.size())(scratch.rows + (rows.begin - first_row) * block_stride, b,
                                       k.size(), sums, pass > 0);
        if (pass == passes - 1) {
          finish_tile(sums, job.epilogue, job.c, rows.begin, rows.size(), column, columns);
        }
        if (passes > 1) sums += tile_rows * tile_columns;
      }
    }
  }
}

}  // namespace dpt::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "backend/cpu/kernels/dispatch.h"
#include "backend/cpu/kernels/product/narrow.h"
#include "backend/cpu/kernels/product/pack.h"
#include "base/error.h"

namespace dpt::cpu {

HWY_EXPORT(tile_shape);
HWY_EXPORT(run_task);

namespace {

// Largest block of a task: 196 rows of A are 208 KiB, and with 512 columns the waiting sums
// 392 KiB, together 60 % of a second cache of 1 MiB. 144 rows were 1.3 % slower at 577 rows.
constexpr int64_t max_block_rows = 196;
constexpr int64_t max_block_columns = 512;

}  // namespace

int64_t panel_width() { return DPT_DISPATCH(tile_shape)().columns; }

void run_gemm(ThreadPool& pool, const GemmJob& job) {
  if (job.a.rows == 0 || job.columns == 0) return;
  if (job.weights->arithmetic() != Arithmetic::fp32) return run_parts_gemm(pool, job);
  const TileShape tile = DPT_DISPATCH(tile_shape)();
  if (job.weights->panel() != tile.columns) {
    fail(ErrorKind::usage,
         "weights were packed for panels of {} columns, instruction set {} needs {}: pack again",
         job.weights->panel(), instruction_set(), tile.columns);
  }
  if (is_narrow(job)) return run_narrow(pool, job);
  const Blocking blocking = choose_blocking(
      (job.a.rows + tile.rows - 1) / tile.rows, (job.columns + tile.columns - 1) / tile.columns,
      max_block_rows / tile.rows, max_block_columns / tile.columns, pool.size(), tile_product_time);
  const int64_t tiles =
      job.a.depth > block_depth ? blocking.block_rows() * blocking.block_columns() : 1;
  const int64_t rows_size = blocking.block_rows() * tile.rows * block_stride;
  const int64_t sums_size = tiles * tile.rows * tile.columns;
  const int64_t per_thread = rows_size + sums_size;
  pool.parallel_for(blocking.tasks(), [&](int64_t task, int thread) {
    auto* mine = reinterpret_cast<float*>(
        pool.scratch(thread, static_cast<size_t>(per_thread) * sizeof(float)));
    HWY_DYNAMIC_DISPATCH(run_task)(job, blocking, task, {mine, mine + rows_size});
  });
}

}  // namespace dpt::cpu
#endif  // HWY_ONCE
