// How a product of narrow numbers is cut into tasks.
#pragma once

#include <cstddef>
#include <cstdint>

#include "backend/cpu/kernels/parts/dot_unit.h"
#include "backend/cpu/kernels/parts/row_scale.h"
#include "backend/cpu/kernels/product/gemm_blocking.h"
#include "backend/cpu/kernels/product/gemm_job.h"
#include "backend/cpu/kernels/ranges.h"

namespace dpt::cpu {

/// A run of the depth: `steps` times 64 bytes, `offset` bytes from where the rows of A begin.
struct DepthRun {
  int64_t offset, steps;
};

/// Bytes of a panel of 32 columns of weights.
constexpr int64_t packed_panel_bytes(int64_t depth, Arithmetic arithmetic) {
  const int64_t steps = (depth + step_depth(arithmetic) - 1) / step_depth(arithmetic);
  const auto scales = static_cast<int64_t>(sizeof(PanelScales));
  return steps * parts_of(arithmetic) * 2048 + (arithmetic == Arithmetic::int8 ? scales : 0);
}

struct PartsJob {
  PartsJob(const GemmJob& gemm, DotUnit dot_unit, int threads);

  /// Whether the rows are pixels of strips: patches of stride 1 with whole steps of channels.
  static bool fits_strips(const RowSource& rows, Arithmetic arithmetic) {
    return rows.row_stride == 0 && !rows.parts && rows.stride == 1 &&
           rows.channels % step_depth(arithmetic) == 0 && rows.kernel_h * rows.kernel_w <= max_taps;
  }

  GemmJob gemm;
  DotUnit unit;
  Arithmetic arithmetic;
  int parts = 1;
  bool strips = false;
  const RowScale* picture_scales = nullptr;  ///< of strips of int8
  int64_t steps = 0;                         ///< of step_depth() of the depth
  int64_t passes = 1;                        ///< over the depth, each with its own part of A
  int64_t chunk_steps = 1;  ///< of a pass that all rows go through before the next ones
  /// Strips: parts of the map's width. A block's rows are then lines of such a part.
  int64_t width_parts = 1;
  Blocking blocking;
  // Of a row of A in a task's memory; and between its parts.
  int64_t row_bytes = 0, part_bytes = 0;

  int64_t pictures() const {
    return strips ? gemm.a.rows / (gemm.a.out_height * gemm.a.out_width) : 1;
  }
  RowScale scale_of(int64_t picture) const {
    return picture_scales == nullptr ? RowScale{} : picture_scales[picture];
  }
  /// Between the panels of B.
  int64_t panel_bytes() const { return packed_panel_bytes(gemm.a.depth, arithmetic); }
  int64_t tasks() const { return pictures() * width_parts * blocking.tasks(); }
  int64_t task_bytes() const;

  /// Most taps of a kernel that works on strips.
  static constexpr int64_t max_taps = 49;

 private:
  friend struct PartsMemory;
  int64_t unit_rows() const;   ///< rows of A of one row tile of the blocking
  int64_t extra_rows() const;  ///< rows of A of a block beyond those
  int64_t block_rows() const { return blocking.block_rows() * unit_rows() + extra_rows(); }
  int64_t rows_bytes() const;
  int64_t sums_bytes() const;
  int64_t floats_bytes() const;
  int64_t runs_bytes() const;
};

/// A part of the map.
struct Strip {
  int64_t picture = 0;
  Range lines, columns;  ///< of the output
};

/// What a task computes.
struct TaskBlock {
  TaskBlock(const PartsJob& job, int64_t task);
  Range panels;
  Strip strip;  ///< if job.strips
  Range rows;   ///< of A; of a strip: numbers of its pixels
};

/// The thread's memory, cut up.
struct PartsMemory {
  PartsMemory(const PartsJob& job, std::byte* memory);
  std::byte* rows;
  float* sums;
  float* floats;  ///< a patch or a pixel before it is split
  DepthRun* runs;
};

}  // namespace dpt::cpu
