// What the threads of conv2d_of_upsampled share.
#pragma once

#include <cstdint>
#include <vector>

#include "backend/cpu/kernels/product/gemm.h"
#include "backend/cpu/kernels/simple/resample_taps.h"

namespace dpt::cpu {

struct UpsampledConvJob {
  ConvArgs args;
  std::vector<Tap> rows, columns;  ///< from the source to the enlarged map

  int64_t channels() const { return args.weights->columns() / 9; }  ///< of the output
  /// Products of a line of the source: [source width][9 taps][channels].
  int64_t line_floats() const { return args.source_width * args.weights->columns(); }

  /// Null outside the frame.
  const Tap* row_tap(int64_t y) const {
    return y < 0 || y >= args.height ? nullptr : &rows[static_cast<size_t>(y)];
  }
  const Tap* column_tap(int64_t x) const {
    return x < 0 || x >= args.width ? nullptr : &columns[static_cast<size_t>(x)];
  }
};

}  // namespace dpt::cpu
