#include "backend/cpu/kernels/winograd/upsampled_conv.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <string>

#include "kernel_test.h"

namespace dpt::cpu {
namespace {

class UpsampledConv : public KernelTest {};
DPT_FOR_EVERY_INSTRUCTION_SET(UpsampledConv);

struct Case {
  int64_t batch, source_height, source_width, height, width, channels, out;
  Coordinates coordinates;
};

void check(const Case& c, int threads, Activation activation, int residuals,
           Arithmetic arithmetic) {
  const Floats input = random_floats(c.batch * c.source_height * c.source_width * c.channels, 1);
  const int64_t depth = c.channels * 9;
  const Floats w = random_floats(c.out * depth, 2);
  const Floats bias = random_floats(c.out, 3);
  const auto count = static_cast<size_t>(c.batch * c.height * c.width * c.out);
  const Floats extra = random_floats(static_cast<int64_t>(count), 4);
  const PackedWeights packed = pack_upsampled_conv(w.data(), c.out, c.channels, arithmetic);
  Floats expected(count);
  Floats actual(count);
  Floats size(count);
  ConvArgs args{.input = input.data(),
                .batch = c.batch,
                .height = c.height,
                .width = c.width,
                .channels = c.channels,
                .kernel_h = 3,
                .kernel_w = 3,
                .pad_top = 1,
                .pad_left = 1,
                .out_height = c.height,
                .out_width = c.width,
                .source_height = c.source_height,
                .source_width = c.source_width,
                .coordinates = c.coordinates,
                .weights = &packed,
                .epilogue = {.bias = bias.data(), .activation = activation}};
  if (residuals > 0) args.epilogue.residual[0] = extra.data();
  args.output = expected.data();
  conv2d_reference(args, w.data(), c.out);
  args.output = actual.data();
  ThreadPool pool(threads);
  conv2d_of_upsampled(pool, args);
  const Floats input_size = absolute(input);
  args.input = input_size.data();
  args.epilogue = {};
  args.output = size.data();
  conv2d_reference(args, absolute(w).data(), c.out);
  // Two interpolations round a few times more; so does the one of the reference's input.
  const double products = product_error(packed.arithmetic()) + 12 * rounding;
  const double integers = int8_tolerance(packed.arithmetic(), depth, input, w);
  expect_close(
      actual, expected,
      [&](size_t i) {
        return sum_tolerance(depth, size[i], expected[i]) + products * size[i] + integers;
      },
      "source " + std::to_string(c.source_height) + "x" + std::to_string(c.source_width) + " to " +
          std::to_string(c.height) + "x" + std::to_string(c.width) + ", " +
          std::to_string(c.channels) + " -> " + std::to_string(c.out) + ", threads " +
          std::to_string(threads) + ", arithmetic " +
          std::to_string(static_cast<int>(packed.arithmetic())));
}

void check(const Case& c, int threads, Activation activation = Activation::none,
           int residuals = 0) {
  for (const Arithmetic arithmetic : arithmetics()) {
    check(c, threads, activation, residuals, arithmetic);
  }
}

TEST_P(UpsampledConv, EqualsConvolutionOfTheEnlargedMap) {
  run([] {
    for (const Coordinates coordinates : {Coordinates::align_corners, Coordinates::half_pixel}) {
      for (const Case& c : {Case{1, 4, 6, 8, 12, 32, 20, coordinates},
                            {2, 5, 3, 10, 6, 19, 32, coordinates},
                            {1, 1, 1, 2, 2, 8, 5, coordinates},
                            {1, 1, 7, 1, 14, 8, 16, coordinates},
                            {1, 6, 5, 6, 5, 33, 7, coordinates},     // the same size
                            {1, 3, 4, 17, 11, 64, 33, coordinates},  // any ratio
                            {1, 9, 8, 10, 15, 16, 16, coordinates}}) {
        for (const int threads : {1, 2, 3}) check(c, threads);
      }
    }
  });
}

TEST_P(UpsampledConv, SeveralBandsEqualOne) {
  // A band of 2^21 floats holds 12 lines of these.
  run([] { check({2, 40, 150, 45, 151, 2, 128, Coordinates::align_corners}, 2); });
}

TEST_P(UpsampledConv, EpiloguesEqualReference) {
  run([] {
    for (const Activation activation : {Activation::none, Activation::relu, Activation::gelu}) {
      for (const int residuals : {0, 1}) {
        check({1, 4, 6, 8, 12, 16, 21, Coordinates::align_corners}, 2, activation, residuals);
      }
    }
  });
}

TEST(UpsampledConvErrors, OtherConvolutionsAreRefused) {
  const Floats w(9, 1.0F);
  const PackedWeights packed = pack_upsampled_conv(w.data(), 1, 1);
  Floats map(16);
  ConvArgs args{.input = map.data(),
                .height = 2,
                .width = 2,
                .channels = 1,
                .source_height = 4,
                .source_width = 4,
                .weights = &packed,
                .output = map.data()};
  ThreadPool pool(1);
  EXPECT_THROW(conv2d_of_upsampled(pool, args), std::logic_error);
  args.height = args.width = 8;
  args.relu_input = true;
  EXPECT_THROW(conv2d_of_upsampled(pool, args), std::logic_error);
}

}  // namespace
}  // namespace dpt::cpu
