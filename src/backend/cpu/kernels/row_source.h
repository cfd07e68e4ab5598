// The left operand of a product: rows that lie in memory, or patches of a map gathered on the way.
#pragma once

#include <cstdint>

namespace dpt::cpu {

/// Row r = ((n * out_height) + oy) * out_width + ox is the patch of picture n whose top left corner
/// is (oy * stride - pad_top, ox * stride - pad_left): kernel_h segments of kernel_w * channels
/// floats that are neighbours in memory, zero outside the map. Plain rows are 1 x 1 patches.
struct RowSource {
  const float* data = nullptr;
  int64_t rows = 0, depth = 0;
  int64_t row_stride = 0;  ///< floats between plain rows; 0 if the rows are patches
  int64_t height = 0, width = 0, channels = 0;
  int64_t kernel_h = 1, kernel_w = 1, stride = 1, pad_top = 0, pad_left = 0;
  int64_t out_height = 0, out_width = 0;
  bool relu = false;
};

}  // namespace dpt::cpu
