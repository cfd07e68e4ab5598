// Matrix products with fused epilogues, and the convolutions that are matrix products of patches.
#pragma once

#include <cstddef>
#include <cstdint>

#include "backend/cpu/kernels/arithmetic.h"
#include "backend/cpu/kernels/parts/part_rows.h"
#include "backend/cpu/kernels/product/weight_rows.h"
#include "backend/cpu/kernels/simple/resample.h"
#include "base/buffer.h"
#include "base/machine/thread_pool.h"

namespace dpt::cpu {

enum class Activation : uint8_t { none, relu, gelu };

/// What happens to each sum before it is stored:
/// c = activation(sum + bias[column]) + residual0 + residual1.
struct Epilogue {
  const float* bias = nullptr;  ///< [columns], or null
  Activation activation = Activation::none;
  /// Added last; addressed as the output (same leading dimension); may be the output itself.
  const float* residual[2] = {nullptr, nullptr};
};

/// Weights in the order in which the inner loop reads them; made once, shared by all threads.
/// `data` is opaque: its layout depends on the instruction set chosen at run time.
class PackedWeights {
 public:
  PackedWeights() = default;
  int64_t depth() const { return depth_; }      ///< K: length of each sum
  int64_t columns() const { return columns_; }  ///< N: number of sums per row
  Arithmetic arithmetic() const { return arithmetic_; }
  const std::byte* data() const { return data_.data(); }
  size_t bytes() const { return data_.size(); }
  int64_t panel() const { return panel_; }  ///< columns that lie side by side in `data`
  /// A part of the columns whose panels are its own (see pack_conv_transpose).
  const std::byte* group(int64_t index) const { return data() + index * group_bytes_; }

 private:
  friend class WeightPacker;
  Arithmetic arithmetic_ = Arithmetic::fp32;
  int64_t depth_ = 0;
  int64_t columns_ = 0;
  int64_t panel_ = 0;
  int64_t group_bytes_ = 0;
  Buffer<std::byte> data_;
};

/// Packs a linear layer's weights [columns, depth] (row-major, as in checkpoints). Where the
/// machine has no unit for `arithmetic`, and where it would not pay, the weights are packed as
/// fp32; the same holds below.
PackedWeights pack_linear(const WeightRows& weights, int64_t columns, int64_t depth,
                          Arithmetic arithmetic = Arithmetic::fp32);

/// Packs convolution weights [out, in, kh, kw]; the sums run over (kh, kw, in).
PackedWeights pack_conv(const WeightRows& weights, int64_t out, int64_t in, int64_t kh, int64_t kw,
                        Arithmetic arithmetic = Arithmetic::fp32);

/// c[rows, columns] = epilogue(a[rows, depth] * weights). `lda`, `ldc`: floats between rows.
/// c must not overlap a.
/// Weights in parts may take their rows in parts (`a_parts` instead of a) and give theirs so
/// (`c_parts` instead of c; no residuals then).
struct LinearArgs {
  const float* a = nullptr;
  int64_t lda = 0;
  PartRows a_parts{};
  int64_t rows = 0;
  const PackedWeights* weights = nullptr;
  Epilogue epilogue{};
  float* c = nullptr;
  int64_t ldc = 0;
  PartRows c_parts{};
};
void linear(ThreadPool& pool, const LinearArgs& args);
void linear_reference(const LinearArgs& args, const float* weights /* [columns, depth] */);

/// 2-D convolution, zero padding. input [N, H, W, C] -> output [N, OH, OW, O].
struct ConvArgs {
  const float* input = nullptr;
  int64_t batch = 1, height = 0, width = 0, channels = 0;
  int64_t kernel_h = 1, kernel_w = 1, stride = 1;
  int64_t pad_top = 0, pad_left = 0;  ///< what is missing at bottom and right follows from out_*
  int64_t out_height = 0, out_width = 0;
  bool relu_input = false;  ///< the input is max(input, 0); saves a pass over it
  /// Unless 0: `input` is [N, source_height, source_width, C], and what is convolved is that map
  /// resized bilinearly to height x width.
  int64_t source_height = 0, source_width = 0;
  Coordinates coordinates = Coordinates::align_corners;
  const PackedWeights* weights = nullptr;
  Epilogue epilogue{};
  float* output = nullptr;
};
void conv2d(ThreadPool& pool, const ConvArgs& args);
void conv2d_reference(const ConvArgs& args, const float* weights /* [out, in, kh, kw] */,
                      int64_t out_channels);

/// Transposed convolution whose stride equals its kernel, so that outputs do not overlap.
/// input [N, H, W, C] -> output [N, s*H, s*W, O];
/// output[n, s*y+i, s*x+j, o] = bias[o] + sum_c input[n, y, x, c] * weights[c, o, i, j].
struct ConvTransposeArgs {
  const float* input = nullptr;
  int64_t batch = 1, height = 0, width = 0, channels = 0;
  int64_t stride = 1;
  int64_t out_channels = 0;
  const PackedWeights* weights = nullptr;  ///< of pack_conv_transpose
  const float* bias = nullptr;
  float* output = nullptr;
};
/// weights [in, out, s, s]. The packed columns are (i, j, o).
PackedWeights pack_conv_transpose(const WeightRows& weights, int64_t in, int64_t out,
                                  int64_t stride, Arithmetic arithmetic = Arithmetic::fp32);
void conv_transpose(ThreadPool& pool, const ConvTransposeArgs& args);
void conv_transpose_reference(const ConvTransposeArgs& args, const float* weights);

}  // namespace dpt::cpu
