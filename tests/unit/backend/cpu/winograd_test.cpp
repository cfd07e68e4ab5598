#include "backend/cpu/kernels/winograd/winograd.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "kernel_test.h"

namespace dpt::cpu {
namespace {

class Winograd : public KernelTest {};
DPT_FOR_EVERY_INSTRUCTION_SET(Winograd);

struct Case {
  int64_t batch, height, width, in, out;
};

/// The direct convolution's definition with the same arguments.
ConvArgs direct(const WinogradArgs& args) {
  return {.input = args.input,
          .batch = args.batch,
          .height = args.height,
          .width = args.width,
          .channels = args.channels,
          .kernel_h = 3,
          .kernel_w = 3,
          .pad_top = 1,
          .pad_left = 1,
          .out_height = args.height,
          .out_width = args.width,
          .relu_input = args.relu_input,
          .epilogue = args.epilogue,
          .output = args.output};
}

void check(const Case& c, int threads, Activation activation, bool relu_input) {
  const auto count = static_cast<size_t>(c.batch * c.height * c.width * c.out);
  const Floats input = random_floats(c.batch * c.height * c.width * c.in, 1);
  const Floats w = random_floats(c.out * c.in * 9, 2);
  const Floats bias = random_floats(c.out, 3);
  const Floats extra = random_floats(static_cast<int64_t>(count), 4);
  const Floats start = random_floats(static_cast<int64_t>(count), 5);
  Floats expected = start;
  Floats actual = start;
  Floats size(count);
  const WinogradWeights packed = pack_winograd(w.data(), c.out, c.in);
  WinogradArgs args{.input = input.data(),
                    .batch = c.batch,
                    .height = c.height,
                    .width = c.width,
                    .channels = c.in,
                    .relu_input = relu_input,
                    .weights = &packed,
                    .epilogue = {.bias = bias.data(),
                                 .activation = activation,
                                 .residual = {extra.data(), expected.data()}},
                    .output = expected.data()};
  conv2d_reference(direct(args), w.data(), c.out);
  args.epilogue.residual[1] = actual.data();
  args.output = actual.data();
  ThreadPool pool(threads);
  conv2d_winograd(pool, args);
  const Floats input_size = absolute(input);
  const Floats w_size = absolute(w);
  args.input = input_size.data();
  args.relu_input = false;
  args.epilogue = {};
  args.output = size.data();
  conv2d_reference(direct(args), w_size.data(), c.out);
  // An output depends on the whole 6x6 input of its patch, so the largest sum of the map stands for
  // the neighbours'. The three transforms enlarge numbers by |A| |B| |G|, whose rows' absolute
  // values add up to 4 and 6 per axis at most (measured: the error is 2 to 4 times conv2d's).
  const double largest = *std::max_element(size.begin(), size.end());
  const double tolerance =
      4 * 4 * rounding * std::sqrt(static_cast<double>(c.in * 9)) * largest + 8 * rounding * 4;
  expect_close(
      actual, expected, [&](size_t) { return tolerance; },
      "winograd h " + std::to_string(c.height) + " w " + std::to_string(c.width) + " in " +
          std::to_string(c.in) + " out " + std::to_string(c.out) + " threads " +
          std::to_string(threads));
}

TEST_P(Winograd, EqualsDirectConvolutionAtOddSizes) {
  run([] {
    for (const Case& c : {Case{1, 1, 1, 1, 1},
                          {1, 2, 3, 5, 7},
                          {1, 4, 4, 16, 32},
                          {2, 5, 9, 17, 33},
                          {1, 12, 12, 40, 70},
                          {3, 8, 7, 3, 64},
                          {1, 9, 9, 300, 20},
                          {1, 33, 30, 19, 19}}) {
      for (const int threads : {1, 2, 3}) check(c, threads, Activation::none, threads == 2);
    }
  });
}

TEST_P(Winograd, Activations) {
  run([] {
    check({1, 7, 9, 20, 40}, 2, Activation::relu, true);
    check({1, 7, 9, 20, 40}, 2, Activation::gelu, false);
  });
}

/// Root mean square of a - b over that of b.
double relative_error(const Floats& a, const Floats& b) {
  double error = 0;
  double size = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    error += (double{a[i]} - b[i]) * (double{a[i]} - b[i]);
    size += double{b[i]} * b[i];
  }
  return std::sqrt(error / size);
}

// The numbers of docs/kernels.md.
TEST_P(Winograd, ResizesItsInput) {
  struct Sizes {
    int64_t batch, height, width, out_height, out_width;
    Coordinates coordinates;
  };
  constexpr int64_t channels = 35;
  constexpr int64_t out = 33;
  for (const Sizes& s : {Sizes{1, 5, 7, 10, 14, Coordinates::align_corners},
                         {2, 8, 3, 16, 6, Coordinates::align_corners},
                         {1, 9, 9, 4, 30, Coordinates::half_pixel},
                         {1, 1, 1, 2, 2, Coordinates::align_corners}}) {
    const Floats input = random_floats(s.batch * s.height * s.width * channels, 1);
    const Floats w = random_floats(out * channels * 9, 2);
    const WinogradWeights packed = pack_winograd(w.data(), out, channels);
    ThreadPool pool(2);
    Floats resized(static_cast<size_t>(s.batch * s.out_height * s.out_width * channels));
    bilinear(pool, {.input = input.data(),
                    .batch = s.batch,
                    .height = s.height,
                    .width = s.width,
                    .channels = channels,
                    .out_height = s.out_height,
                    .out_width = s.out_width,
                    .coordinates = s.coordinates,
                    .output = resized.data()});
    Floats expected(static_cast<size_t>(s.batch * s.out_height * s.out_width * out));
    Floats actual(expected.size());
    WinogradArgs args{.input = resized.data(),
                      .batch = s.batch,
                      .height = s.out_height,
                      .width = s.out_width,
                      .channels = channels,
                      .relu_input = true,
                      .weights = &packed,
                      .output = expected.data()};
    conv2d_winograd(pool, args);
    args.input = input.data();
    args.source_height = s.height;
    args.source_width = s.width;
    args.coordinates = s.coordinates;
    args.output = actual.data();
    conv2d_winograd(pool, args);
    // The same operations on the same pixels in the same order.
    EXPECT_EQ(actual, expected);
  }
}

TEST(WinogradError, StaysNearTheDirectConvolution) {
  const int64_t size = 24, in = 256, out = 32;
  const Floats input = random_floats(size * size * in, 1);
  const Floats w = random_floats(out * in * 9, 2);
  Floats expected(static_cast<size_t>(size * size * out));
  Floats winograd(expected.size());
  Floats plain(expected.size());
  const WinogradWeights packed = pack_winograd(w.data(), out, in);
  const PackedWeights plain_packed = pack_conv(w.data(), out, in, 3, 3);
  WinogradArgs args{.input = input.data(),
                    .height = size,
                    .width = size,
                    .channels = in,
                    .weights = &packed,
                    .output = winograd.data()};
  ThreadPool pool(2);
  conv2d_winograd(pool, args);
  ConvArgs conv = direct(args);
  conv.weights = &plain_packed;
  conv.output = plain.data();
  conv2d(pool, conv);
  conv.output = expected.data();
  conv2d_reference(conv, w.data(), out);
  const double winograd_error = relative_error(winograd, expected);
  const double plain_error = relative_error(plain, expected);
  RecordProperty("winograd", std::to_string(winograd_error * 1e7) + "e-7");
  RecordProperty("direct", std::to_string(plain_error * 1e7) + "e-7");
  EXPECT_LT(winograd_error, 2e-6);
  EXPECT_LT(plain_error, 1.2e-6);
}

}  // namespace
}  // namespace dpt::cpu
