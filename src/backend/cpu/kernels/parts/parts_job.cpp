#include "backend/cpu/kernels/parts/parts_job.h"

#include <algorithm>

namespace dpt::cpu {

namespace {

// Rows of A of a task: half of a second cache (of 2 MiB where there is AMX, else of 1 MiB); the
// panel in use, the next one and the output want the rest.
int64_t most_row_bytes(DotUnit unit) { return int64_t{unit == DotUnit::amx ? 1024 : 512} << 10; }
constexpr int64_t most_sums_bytes = int64_t{512} << 10;  // that wait for the next pass
// Bytes of a panel that one pass reads.
constexpr int64_t most_panel_bytes = int64_t{300} << 10;

// With one part, the products are done faster than the second cache gives both operands: this many
// steps of a panel stay in the first one (of 48 or 32 KiB, with the rows that pass and the sums).
constexpr int64_t one_part_chunk = 8;

// Cycles: of a product of tiles; to split 16 numbers into parts; to bring a byte of a panel from
// beyond the second cache.
double tile_cycles(DotUnit unit) { return unit == DotUnit::amx ? 16 : 256; }
double split_cycles(Arithmetic arithmetic) {
  return arithmetic == Arithmetic::int8 ? 5 : 3 * parts_of(arithmetic);
}
constexpr double stream_cycles = 0.125;
constexpr double fetch_cycles = 4;  // to bring 16 numbers of a part that another core has written

constexpr int64_t products(int parts) { return parts * (parts + 1) / 2; }
int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }
int64_t round_up(int64_t a, int64_t unit) { return ceil_div(a, unit) * unit; }

}  // namespace

PartsJob::PartsJob(const GemmJob& job, DotUnit dot_unit, int threads)
    : gemm(job),
      unit(dot_unit),
      arithmetic(job.weights->arithmetic()),
      parts(parts_of(arithmetic)),
      strips(fits_strips(job.a, arithmetic)) {
  const RowSource& a = gemm.a;
  steps = ceil_div(a.depth, step_depth(arithmetic));
  const int64_t panel_step = parts * 2048;
  // The scale of a row of int8 is known when all of it has been seen.
  if (arithmetic != Arithmetic::int8) passes = ceil_div(steps * panel_step, most_panel_bytes);
  chunk_steps = parts == 1 ? one_part_chunk : steps;
  int64_t units;
  if (strips) {
    row_bytes = row_distance(a.channels, arithmetic);
    // At least two lines of output in a strip of the largest size.
    const int64_t line = row_bytes * parts * (a.kernel_h + 1);
    width_parts =
        std::min(a.out_width, ceil_div((a.out_width + a.kernel_w) * line, most_row_bytes(unit)));
    units = a.out_height;
  } else {
    const int64_t pass_depth = ceil_div(steps, passes) * step_depth(arithmetic);
    row_bytes = a.parts ? a.parts.row_bytes : row_distance(pass_depth, arithmetic);
    units = ceil_div(a.rows, 32);
  }
  const int64_t panels = ceil_div(gemm.columns, 32);
  const int64_t pass_bytes = strips ? row_bytes : ceil_div(steps, passes) * 64;
  const int64_t unit_bytes = unit_rows() * pass_bytes * parts;
  const int64_t halo = strips ? a.kernel_h - 1 : 0;
  const int64_t max_rows = std::max<int64_t>(1, most_row_bytes(unit) / unit_bytes - halo);
  const int64_t max_columns =
      passes == 1 ? panels : std::max<int64_t>(1, most_sums_bytes / (unit_rows() * max_rows * 128));
  const auto unit_tiles = static_cast<double>(unit_rows()) / 16;
  const double block_compute =
      unit_tiles * 2 * static_cast<double>(steps * products(parts)) * tile_cycles(unit);
  const double unit_split = static_cast<double>(unit_rows() * (strips ? a.channels : a.depth)) /
                            16 * (a.parts ? fetch_cycles * parts : split_cycles(arithmetic));
  const double panel_stream = static_cast<double>(steps * panel_step) * stream_cycles;
  blocking = choose_blocking(units, panels, max_rows, max_columns, threads,
                             [&](double rows, double columns) {
                               const double compute = rows * columns * block_compute;
                               const double stream = columns * panel_stream;
                               return std::max(compute, stream) + stream * 0.1 +
                                      (rows + static_cast<double>(halo)) * unit_split;
                             });
  part_bytes = a.parts ? a.parts.part_bytes : round_up(block_rows() * row_bytes, 64);
}

int64_t PartsJob::unit_rows() const {
  if (!strips) return 32;
  return ceil_div(gemm.a.out_width, width_parts) + gemm.a.kernel_w - 1;
}

int64_t PartsJob::extra_rows() const {
  if (!strips) return 0;
  // The lines below; then the rows that the last tile has too many, as its last tap sees them.
  return (gemm.a.kernel_h - 1) * unit_rows() + gemm.a.kernel_w - 1 + 32;
}

int64_t PartsJob::rows_bytes() const { return gemm.a.parts ? 0 : part_bytes * parts; }

int64_t PartsJob::sums_bytes() const {
  constexpr int64_t block = 32 * 32 * 4;
  const int64_t blocks = ceil_div(blocking.block_rows() * unit_rows(), 32);
  return blocks * block * (passes == 1 ? 1 : blocking.block_columns());
}

int64_t PartsJob::floats_bytes() const {
  return round_up((strips ? gemm.a.channels : gemm.a.depth) * 4, 64);
}

int64_t PartsJob::task_bytes() const {
  return rows_bytes() + sums_bytes() + floats_bytes() + runs_bytes();
}

int64_t PartsJob::runs_bytes() const {
  // A chunk may begin and end within a tap.
  return (max_taps + 2) * static_cast<int64_t>(sizeof(DepthRun));
}

TaskBlock::TaskBlock(const PartsJob& job, int64_t task) {
  const int64_t within = task % job.blocking.tasks();
  const Range units = job.blocking.row_block(within);
  panels = job.blocking.column_block(within);
  if (!job.strips) {
    rows = {units.begin * 32, std::min(units.end * 32, job.gemm.a.rows)};
    return;
  }
  const int64_t outer = task / job.blocking.tasks();
  strip.picture = outer / job.width_parts;
  strip.columns = part(job.gemm.a.out_width, job.width_parts, outer % job.width_parts);
  strip.lines = units;
  // The last line's rows beyond the map are not needed.
  const int64_t strip_width = strip.columns.size() + job.gemm.a.kernel_w - 1;
  rows = {0, strip.lines.size() * strip_width - (job.gemm.a.kernel_w - 1)};
}

PartsMemory::PartsMemory(const PartsJob& job, std::byte* memory)
    : rows(memory),
      sums(reinterpret_cast<float*>(rows + job.rows_bytes())),
      floats(reinterpret_cast<float*>(reinterpret_cast<std::byte*>(sums) + job.sums_bytes())),
      runs(reinterpret_cast<DepthRun*>(reinterpret_cast<std::byte*>(floats) + job.floats_bytes())) {
}

}  // namespace dpt::cpu
