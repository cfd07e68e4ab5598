// The definitions of gemm.h, with sums in double: what the fast versions are tested against.
#include <algorithm>
#include <cmath>
#include <vector>

#include "backend/cpu/kernels/product/gemm.h"
#include "backend/cpu/kernels/simple/elementwise.h"

namespace dpt::cpu {

namespace {

/// epilogue(sum) for the output element at `offset` of the output, in column `column`.
float finish(double sum, const Epilogue& epilogue, int64_t column, int64_t offset) {
  const double biased = sum + (epilogue.bias != nullptr ? epilogue.bias[column] : 0.0F);
  auto value = static_cast<float>(biased);
  activate_reference(epilogue.activation, &value, 1, &value);
  for (const float* residual : epilogue.residual) {
    if (residual != nullptr) value += residual[offset];
  }
  return value;
}

}  // namespace

void linear_reference(const LinearArgs& args, const float* weights) {
  const int64_t depth = args.weights->depth();
  for (int64_t row = 0; row < args.rows; ++row) {
    for (int64_t column = 0; column < args.weights->columns(); ++column) {
      double sum = 0;
      for (int64_t k = 0; k < depth; ++k) {
        sum += double{args.a[row * args.lda + k]} * weights[column * depth + k];
      }
      const int64_t offset = row * args.ldc + column;
      args.c[offset] = finish(sum, args.epilogue, column, offset);
    }
  }
}

void conv2d_reference(const ConvArgs& args, const float* weights, int64_t out_channels) {
  if (args.source_height != 0) {
    std::vector<float> resized(
        static_cast<size_t>(args.batch * args.height * args.width * args.channels));
    bilinear_reference({.input = args.input,
                        .batch = args.batch,
                        .height = args.source_height,
                        .width = args.source_width,
                        .channels = args.channels,
                        .out_height = args.height,
                        .out_width = args.width,
                        .coordinates = args.coordinates,
                        .output = resized.data()});
    ConvArgs call = args;
    call.input = resized.data();
    call.source_height = call.source_width = 0;
    return conv2d_reference(call, weights, out_channels);
  }
  const auto input_at = [&](int64_t n, int64_t y, int64_t x, int64_t c) -> double {
    if (y < 0 || y >= args.height || x < 0 || x >= args.width) return 0;
    const float value = args.input[((n * args.height + y) * args.width + x) * args.channels + c];
    return args.relu_input ? std::max(value, 0.0F) : value;
  };
  int64_t offset = 0;
  for (int64_t n = 0; n < args.batch; ++n) {
    for (int64_t oy = 0; oy < args.out_height; ++oy) {
      for (int64_t ox = 0; ox < args.out_width; ++ox) {
        for (int64_t o = 0; o < out_channels; ++o, ++offset) {
          double sum = 0;
          const float* w = weights + o * args.channels * args.kernel_h * args.kernel_w;
          for (int64_t c = 0; c < args.channels; ++c) {
            for (int64_t i = 0; i < args.kernel_h; ++i) {
              for (int64_t j = 0; j < args.kernel_w; ++j) {
                sum += *w++ * input_at(n, oy * args.stride + i - args.pad_top,
                                       ox * args.stride + j - args.pad_left, c);
              }
            }
          }
          args.output[offset] = finish(sum, args.epilogue, o, offset);
        }
      }
    }
  }
}

void conv_transpose_reference(const ConvTransposeArgs& args, const float* weights) {
  const int64_t s = args.stride;
  int64_t offset = 0;
  for (int64_t n = 0; n < args.batch; ++n) {
    for (int64_t y = 0; y < args.height * s; ++y) {
      for (int64_t x = 0; x < args.width * s; ++x) {
        const float* pixel =
            args.input + ((n * args.height + y / s) * args.width + x / s) * args.channels;
        for (int64_t o = 0; o < args.out_channels; ++o, ++offset) {
          double sum = args.bias != nullptr ? args.bias[o] : 0.0F;
          for (int64_t c = 0; c < args.channels; ++c) {
            sum +=
                double{pixel[c]} * weights[((c * args.out_channels + o) * s + y % s) * s + x % s];
          }
          args.output[offset] = static_cast<float>(sum);
        }
      }
    }
  }
}

}  // namespace dpt::cpu
