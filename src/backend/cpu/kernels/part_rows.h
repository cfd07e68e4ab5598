// Rows of numbers in bf16 parts, as the matrix unit reads them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace dpt::cpu {

/// Where rows of bf16 parts lie: part p of row r begins at data + p * part_bytes + r * row_bytes.
/// Tiles of 16 rows are read whole, so rows after the last one must be readable (see part_rows()).
struct PartRows {
  int parts = 0;  ///< 0: there are none
  int64_t row_bytes = 0, part_bytes = 0;
  std::byte* data = nullptr;

  explicit operator bool() const { return parts > 0; }
  int64_t bytes() const { return parts * part_bytes; }
};

/// Bytes between rows of `bytes` each: whole cache lines, an odd number of them, so that the rows
/// of a tile lie in different sets of the caches.
constexpr int64_t row_distance(int64_t bytes) {
  const int64_t lines = (bytes + 63) / 64;
  return (lines % 2 == 0 ? lines + 1 : lines) * 64;
}

/// Layout of `rows` rows of `depth` numbers (a multiple of 32), without memory.
constexpr PartRows part_rows(int64_t rows, int64_t depth, int parts) {
  const int64_t row_bytes = row_distance(depth * 2);
  return {parts, row_bytes, (rows + 31) / 32 * 32 * row_bytes, nullptr};
}

/// Writes `count` floats (a multiple of 32) as row `row` of `to`, from number `first` (a multiple
/// of 32) on.
void store_parts(const float* from, int64_t count, const PartRows& to, int64_t row,
                 int64_t first = 0);

}  // namespace dpt::cpu
