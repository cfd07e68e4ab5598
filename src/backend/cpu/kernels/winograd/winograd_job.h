// How Winograd's convolution is cut into tasks.
#pragma once

#include <cstdint>
#include <vector>

#include "backend/cpu/kernels/product/gemm_blocking.h"
#include "backend/cpu/kernels/product/gemm_layout.h"
#include "backend/cpu/kernels/product/gemm_task.h"
#include "backend/cpu/kernels/simple/resample_taps.h"
#include "backend/cpu/kernels/winograd/winograd.h"

namespace dpt::cpu {

/// Patches are the 4x4 parts of the output, numbered (picture, y, x); they are the rows of the 36
/// products. A task transforms the 6x6 inputs of a block of patches and multiplies them with a
/// block of the columns.
struct WinogradJob {
  WinogradArgs args;
  TileShape tile;
  Blocking blocking;
  std::vector<Tap> rows, columns;  ///< of an input that is resized; else empty

  bool resizes() const { return args.source_height != 0; }
  /// Floats of one picture of the input.
  int64_t picture_size() const {
    const int64_t pixels =
        resizes() ? args.source_height * args.source_width : args.height * args.width;
    return pixels * args.channels;
  }

  int64_t patches_x() const { return (args.width + 3) / 4; }
  int64_t patches_y() const { return (args.height + 3) / 4; }
  int64_t patches() const { return args.batch * patches_y() * patches_x(); }
  int64_t passes() const { return (args.channels + block_depth - 1) / block_depth; }

  /// Most patches of a task.
  int64_t block_patches() const { return blocking.block_rows() * tile.rows; }
  // Floats of the parts of a thread's memory.
  /// Transformed input: [36][passes][block_patches][block_stride].
  int64_t inputs_size() const { return 36 * passes() * block_patches() * block_stride; }
  /// Products: [36][block_patches][tile.columns].
  int64_t sums_size() const { return (36 * block_patches() * tile.columns + 15) / 16 * 16; }
  /// A pixel of zeros, for what lies outside the map.
  int64_t zeros_size() const { return (args.channels + 15) / 16 * 16; }
  /// The 36 pixels of a patch of a resized input.
  int64_t patch_size() const { return resizes() ? 36 * zeros_size() : 0; }
  int64_t per_thread() const { return inputs_size() + sums_size() + zeros_size() + patch_size(); }
};

}  // namespace dpt::cpu
