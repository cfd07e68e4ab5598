// The left operand of a product: rows that lie in memory, or patches of a map gathered on the way.
#pragma once

#include <cstdint>

#include "backend/cpu/kernels/parts/part_rows.h"
#include "backend/cpu/kernels/simple/resample_taps.h"

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
  PartRows parts{};  ///< instead of `data`: plain rows that are split already
  /// Unless null, the map is [source_height, source_width, channels] in memory, and pixel (y, x) of
  /// what the patches are cut from is interpolated by row_taps[y] and column_taps[x].
  const Tap* row_taps = nullptr;
  const Tap* column_taps = nullptr;
  int64_t source_height = 0, source_width = 0;

  bool resized() const { return row_taps != nullptr; }
  /// Floats of one picture in memory.
  int64_t picture_size() const {
    return (resized() ? source_height * source_width : height * width) * channels;
  }
};

}  // namespace dpt::cpu
