// What the threads of a product share with the code of each instruction set.
#pragma once

#include <cstdint>

namespace dpt::cpu {

/// Size of the part of the output that the inner loop keeps in registers.
struct TileShape {
  int64_t rows, columns;
};

/// Memory of one thread, aligned to vectors.
struct GemmScratch {
  float* rows;  ///< [block rows][block_stride]: the copied part of A
  float* sums;  ///< [tiles][tile rows][tile columns]: unfinished sums
};

}  // namespace dpt::cpu
