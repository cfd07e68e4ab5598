#include <vector>

#include "backend/cpu/kernels/product/gemm.h"
#include "backend/cpu/kernels/product/gemm_job.h"

namespace dpt::cpu {

namespace {

/// The patches of a convolution as rows; taps, if any, are the caller's.
RowSource patches_of(const ConvArgs& args) {
  const bool plain = args.kernel_h == 1 && args.kernel_w == 1 && args.stride == 1 &&
                     args.pad_top == 0 && args.pad_left == 0 && args.out_height == args.height &&
                     args.out_width == args.width && args.source_height == 0;
  return {.data = args.input,
          .rows = args.batch * args.out_height * args.out_width,
          .depth = args.weights->depth(),
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
          .relu = args.relu_input};
}

/// The same convolution of the resized map, which is made for it.
void conv2d_of_copy(ThreadPool& pool, ConvArgs args) {
  Buffer<float> resized(static_cast<size_t>(args.batch * args.height * args.width * args.channels),
                        "a resized map");
  bilinear(pool, {.input = args.input,
                  .batch = args.batch,
                  .height = args.source_height,
                  .width = args.source_width,
                  .channels = args.channels,
                  .out_height = args.height,
                  .out_width = args.width,
                  .coordinates = args.coordinates,
                  .output = resized.data()});
  args.input = resized.data();
  args.source_height = args.source_width = 0;
  conv2d(pool, args);
}

}  // namespace

void conv2d(ThreadPool& pool, const ConvArgs& args) {
  RowSource rows = patches_of(args);
  std::vector<Tap> row_taps;
  std::vector<Tap> column_taps;
  if (args.source_height != 0) {
    const Arithmetic arithmetic = args.weights->arithmetic();
    const bool on_the_way = arithmetic != Arithmetic::fp32 && parts_gemm_resizes(rows, arithmetic);
    if (!on_the_way) return conv2d_of_copy(pool, args);
    row_taps = bilinear_taps(args.source_height, args.height, args.coordinates);
    column_taps = bilinear_taps(args.source_width, args.width, args.coordinates);
    rows.row_taps = row_taps.data();
    rows.column_taps = column_taps.data();
    rows.source_height = args.source_height;
    rows.source_width = args.source_width;
  }
  run_gemm(pool, {.a = rows,
                  .weights = args.weights,
                  .b = args.weights->data(),
                  .columns = args.weights->columns(),
                  .epilogue = args.epilogue,
                  .c = {.data = args.output, .row_stride = args.weights->columns()}});
}

// Row i of the s x s block that a pixel becomes is one product whose output rows, s * O floats
// each, are neighbours along x.
void conv_transpose(ThreadPool& pool, const ConvTransposeArgs& args) {
  const PackedWeights& weights = *args.weights;
  const int64_t s = args.stride;
  const int64_t columns = s * args.out_channels;
  std::vector<float> bias(static_cast<size_t>(columns), 0.0F);
  for (int64_t j = 0; args.bias != nullptr && j < columns; ++j) {
    bias[static_cast<size_t>(j)] = args.bias[j % args.out_channels];
  }
  for (int64_t i = 0; i < s; ++i) {
    run_gemm(pool, {.a = {.data = args.input,
                          .rows = args.batch * args.height * args.width,
                          .depth = args.channels,
                          .row_stride = args.channels},
                    .weights = &weights,
                    .b = weights.group(i),
                    .columns = columns,
                    .epilogue = {.bias = bias.data()},
                    .c = {.data = args.output + i * args.width * columns,
                          .row_stride = columns,
                          .group = args.width,
                          .group_stride = s * args.width * columns}});
  }
}

}  // namespace dpt::cpu
