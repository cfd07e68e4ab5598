// How a product is cut into tasks for the threads.
#pragma once

#include <cstdint>
#include <functional>

#include "backend/cpu/kernels/ranges.h"

namespace dpt::cpu {

/// The output is a grid of tiles, row_tiles x column_tiles; a task computes a rectangle of it.
struct Blocking {
  int64_t row_tiles = 0, column_tiles = 0;
  int64_t row_blocks = 0, column_blocks = 0;

  int64_t tasks() const { return row_blocks * column_blocks; }
  /// Neighbouring tasks share rows, so that a thread finds them in its cache.
  Range row_block(int64_t task) const { return part(row_tiles, row_blocks, task / column_blocks); }
  Range column_block(int64_t task) const {
    return part(column_tiles, column_blocks, task % column_blocks);
  }
  /// Largest sizes of a block.
  int64_t block_rows() const { return (row_tiles + row_blocks - 1) / row_blocks; }
  int64_t block_columns() const { return (column_tiles + column_blocks - 1) / column_blocks; }
};

/// Time of a task of rows x columns tiles, in any unit.
using BlockTime = std::function<double(double rows, double columns)>;

/// In units of the time of one tile of float32 products, whose rows are copied and whose panels
/// come from beyond the second cache.
double tile_product_time(double rows, double columns);

/// Blocks that keep `threads` threads equally busy, none larger than max_rows x max_columns tiles.
Blocking choose_blocking(int64_t row_tiles, int64_t column_tiles, int64_t max_rows,
                         int64_t max_columns, int threads, const BlockTime& time);

}  // namespace dpt::cpu
