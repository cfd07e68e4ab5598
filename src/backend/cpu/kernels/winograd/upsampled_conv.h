// 3x3 convolutions of a map that is enlarged first, with the products of the map as it was.
#pragma once

#include <cstdint>

#include "backend/cpu/kernels/product/gemm.h"
#include "base/machine/thread_pool.h"

namespace dpt::cpu {

/// Packs 3x3 convolution weights [out, in, 3, 3] for conv2d_of_upsampled: columns (tap, out).
PackedWeights pack_upsampled_conv(const WeightRows& weights, int64_t out, int64_t in,
                                  Arithmetic arithmetic = Arithmetic::fp32);

/// conv2d() of a resized map (source_height != 0) that is not smaller than its source, with a 3x3
/// kernel, stride 1, one zero on every side, and no relu_input. Interpolation is linear and the
/// same for every channel, so it may follow the products: each tap's matrix is applied to the
/// pixels of the source, and a pixel of the output adds up nine interpolated results, those outside
/// the frame left out. For twice the size these are a quarter of the products. Holds a band of the
/// results.
void conv2d_of_upsampled(ThreadPool& pool, const ConvArgs& args);

}  // namespace dpt::cpu
