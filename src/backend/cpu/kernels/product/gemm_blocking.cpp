#include "backend/cpu/kernels/product/gemm_blocking.h"

#include <algorithm>
#include <limits>

namespace dpt::cpu {

namespace {

// Part of a block by which the threads end apart when they do not run at the same speed.
constexpr double unevenness = 0.25;

}  // namespace

double tile_product_time(double rows, double columns) {
  constexpr double copy = 0.12;  // of the rows of a tile, shared by the tiles of a row of the block
  constexpr double panel = 0.2;  // to bring a panel, shared by the tiles of a column
  return rows * columns + copy * rows + panel * columns;
}

Blocking choose_blocking(int64_t row_tiles, int64_t column_tiles, int64_t max_rows,
                         int64_t max_columns, int threads, const BlockTime& time_of) {
  Blocking best;
  double least = std::numeric_limits<double>::infinity();
  for (int64_t rows = 1; rows <= std::min(max_rows, row_tiles); ++rows) {
    for (int64_t columns = 1; columns <= std::min(max_columns, column_tiles); ++columns) {
      const Blocking blocking{row_tiles, column_tiles, (row_tiles + rows - 1) / rows,
                              (column_tiles + columns - 1) / columns};
      const auto r = static_cast<double>(blocking.block_rows());
      const auto c = static_cast<double>(blocking.block_columns());
      const auto rounds = static_cast<double>((blocking.tasks() + threads - 1) / threads);
      const double wait = threads > 1 ? unevenness : 0;
      const double time = (rounds + wait) * time_of(r, c);
      if (time < least) {
        least = time;
        best = blocking;
      }
    }
  }
  return best;
}

}  // namespace dpt::cpu
