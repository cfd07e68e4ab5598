#include <vector>

#include "backend/cpu/kernels/gemm.h"
#include "backend/cpu/kernels/gemm_job.h"

namespace dpt::cpu {

void conv2d(ThreadPool& pool, const ConvArgs& args) {
  const PackedWeights& weights = *args.weights;
  const bool plain = args.kernel_h == 1 && args.kernel_w == 1 && args.stride == 1 &&
                     args.pad_top == 0 && args.pad_left == 0 && args.out_height == args.height &&
                     args.out_width == args.width;
  run_gemm(pool, {.a = {.data = args.input,
                        .rows = args.batch * args.out_height * args.out_width,
                        .depth = weights.depth(),
                        .row_stride = plain ? args.channels : 0,
                        .height = args.height,
                        .width = args.width,
                        .channels = args.channels,
                        .kernel_h = args.kernel_h,
                        .kernel_w = args.kernel_w,
                        .stride = args.stride,
                        .pad_top = args.pad_top,
                        .pad_left = args.pad_left,
                        .out_height = args.out_height,
                        .out_width = args.out_width,
                        .relu = args.relu_input},
                  .b = weights.data(),
                  .columns = weights.columns(),
                  .panel = weights.panel(),
                  .epilogue = args.epilogue,
                  .c = {.data = args.output, .row_stride = weights.columns()}});
}

// Row i of the s x s block that a pixel becomes is one product whose output rows, s * O floats
// each, are neighbours along x.
void conv_transpose(ThreadPool& pool, const ConvTransposeArgs& args) {
  const PackedWeights& weights = *args.weights;
  const int64_t s = args.stride;
  const int64_t columns = s * args.out_channels;
  const int64_t panels = (columns + weights.panel() - 1) / weights.panel();
  std::vector<float> bias(static_cast<size_t>(columns), 0.0F);
  for (int64_t j = 0; args.bias != nullptr && j < columns; ++j) {
    bias[static_cast<size_t>(j)] = args.bias[j % args.out_channels];
  }
  for (int64_t i = 0; i < s; ++i) {
    run_gemm(pool, {.a = {.data = args.input,
                          .rows = args.batch * args.height * args.width,
                          .depth = args.channels,
                          .row_stride = args.channels},
                    .b = weights.data() + i * panels * weights.depth() * weights.panel(),
                    .columns = columns,
                    .panel = weights.panel(),
                    .epilogue = {.bias = bias.data()},
                    .c = {.data = args.output + i * args.width * columns,
                          .row_stride = columns,
                          .group = args.width,
                          .group_stride = s * args.width * columns}});
  }
}

}  // namespace dpt::cpu
