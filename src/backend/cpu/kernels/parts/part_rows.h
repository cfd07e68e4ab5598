// Rows of narrow numbers, as the dot units read them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "backend/cpu/kernels/arithmetic.h"
#include "backend/cpu/kernels/parts/row_scale.h"

namespace dpt::cpu {

/// Where rows of an Arithmetic's numbers lie: part p of row r begins at
/// data + p * part_bytes + r * row_bytes. A row of int8 ends with its RowScale. Tiles of 16 rows
/// are read whole, so rows after the last one must be readable (see part_rows()).
struct PartRows {
  Arithmetic arithmetic = Arithmetic::fp32;  ///< fp32: there are none
  int64_t row_bytes = 0, part_bytes = 0;
  std::byte* data = nullptr;

  explicit operator bool() const { return arithmetic != Arithmetic::fp32; }
  int parts() const { return parts_of(arithmetic); }
  int64_t bytes() const { return parts() * part_bytes; }
};

/// Bytes between rows of `bytes` each: whole cache lines, an odd number of them, so that the rows
/// of a tile lie in different sets of the caches.
constexpr int64_t row_distance(int64_t bytes) {
  const int64_t lines = (bytes + 63) / 64;
  return (lines % 2 == 0 ? lines + 1 : lines) * 64;
}

/// Bytes between rows of `depth` numbers, a RowScale included.
constexpr int64_t row_distance(int64_t depth, Arithmetic arithmetic) {
  const int64_t steps = (depth + step_depth(arithmetic) - 1) / step_depth(arithmetic);
  const auto scale = static_cast<int64_t>(sizeof(RowScale));
  return row_distance(steps * 64 + (arithmetic == Arithmetic::int8 ? scale : 0));
}

/// Layout of `rows` rows of `depth` numbers (a multiple of step_depth), without memory.
constexpr PartRows part_rows(int64_t rows, int64_t depth, Arithmetic arithmetic) {
  const int64_t row_bytes = row_distance(depth, arithmetic);
  return {arithmetic, row_bytes, (rows + 31) / 32 * 32 * row_bytes, nullptr};
}

/// Writes `count` floats (a multiple of step_depth) as row `row` of `to`, from number `first` (a
/// multiple of 32) on. Rows of int8 are written whole: first = 0.
void store_parts(const float* from, int64_t count, const PartRows& to, int64_t row,
                 int64_t first = 0);

}  // namespace dpt::cpu
