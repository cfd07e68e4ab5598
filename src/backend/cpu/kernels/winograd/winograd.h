// 3x3 convolutions of stride 1 with 36 products for 16 outputs instead of 144.
#pragma once

#include <cstdint>

#include "backend/cpu/kernels/product/gemm.h"
#include "backend/cpu/kernels/simple/resample.h"
#include "base/buffer.h"
#include "base/machine/thread_pool.h"

namespace dpt::cpu {

/// Filters in the transformed domain, in the order in which the inner loop reads them. Four times
/// the size of the filters.
class WinogradWeights {
 public:
  WinogradWeights() = default;
  int64_t channels() const { return channels_; }  ///< input channels
  int64_t columns() const { return columns_; }    ///< output channels
  const float* data() const { return data_.data(); }
  size_t bytes() const { return data_.size() * sizeof(float); }
  int64_t panel() const { return panel_; }  ///< columns that lie side by side in `data`

 private:
  friend WinogradWeights pack_winograd(const WeightRows&, int64_t, int64_t);
  int64_t channels_ = 0;
  int64_t columns_ = 0;
  int64_t panel_ = 0;
  Buffer<float> data_;
};

/// Transforms and packs 3x3 convolution weights [out, in, 3, 3].
WinogradWeights pack_winograd(const WeightRows& weights, int64_t out, int64_t in);

/// 3x3 convolution, stride 1, one zero on every side. input [N, H, W, C] -> output [N, H, W, O].
/// Winograd's F(4x4, 3x3) (Lavin and Gray, 2016, arXiv:1509.09308) with the interpolation points 0,
/// +-sqrt(1/2), +-sqrt(2) and infinity; docs/kernels.md gives its error beside conv2d's.
struct WinogradArgs {
  const float* input = nullptr;
  int64_t batch = 1, height = 0, width = 0, channels = 0;
  bool relu_input = false;  ///< the input is max(input, 0); saves a pass over it
  /// Unless 0: `input` is [N, source_height, source_width, C], and what is convolved is that map
  /// resized bilinearly to height x width, which is never held as a whole.
  int64_t source_height = 0, source_width = 0;
  Coordinates coordinates = Coordinates::align_corners;
  const WinogradWeights* weights = nullptr;
  Epilogue epilogue{};
  float* output = nullptr;
};
void conv2d_winograd(ThreadPool& pool, const WinogradArgs& args);

/// Whether conv2d_winograd is faster than conv2d for this shape; docs/kernels.md has the
/// measurements.
bool winograd_worthwhile(int64_t batch, int64_t height, int64_t width, int64_t in, int64_t out);

}  // namespace dpt::cpu
