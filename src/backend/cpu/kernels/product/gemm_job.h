// One matrix product as all of linear, conv2d and conv_transpose state it.
#pragma once

#include <cstdint>

#include "backend/cpu/kernels/product/gemm.h"
#include "backend/cpu/kernels/product/row_source.h"
#include "base/machine/thread_pool.h"

namespace dpt::cpu {

/// Where row r of the output lies: data + (r / group) * group_stride + (r % group) * row_stride.
struct RowTarget {
  float* data = nullptr;
  int64_t row_stride = 0;
  int64_t group = 0;  ///< rows per group; 0: all rows are one group
  int64_t group_stride = 0;
  PartRows parts{};  ///< instead of `data`: rows of parts

  /// Floats between `data` and the row.
  int64_t offset(int64_t row) const {
    if (group == 0) return row * row_stride;
    return row / group * group_stride + row % group * row_stride;
  }
};

/// c = epilogue(a * b). `b` points to the panels of one group of `weights`: for fp32
/// [columns / panel][depth][panel] floats.
struct GemmJob {
  RowSource a{};
  const PackedWeights* weights = nullptr;
  const std::byte* b = nullptr;
  int64_t columns = 0;
  Epilogue epilogue{};
  RowTarget c{};
};
void run_gemm(ThreadPool& pool, const GemmJob& job);

/// The same for weights in narrow numbers, on a dot unit.
void run_parts_gemm(ThreadPool& pool, const GemmJob& job);
/// Whether run_parts_gemm resizes the rows' map on its way (RowSource::resized).
bool parts_gemm_resizes(const RowSource& rows, Arithmetic arithmetic);

}  // namespace dpt::cpu
