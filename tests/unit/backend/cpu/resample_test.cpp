#include "backend/cpu/kernels/simple/resample.h"

#include <gtest/gtest.h>

#include <string>

#include "kernel_test.h"

namespace dpt::cpu {
namespace {

class Resample : public KernelTest {};
DPT_FOR_EVERY_INSTRUCTION_SET(Resample);

struct Size {
  int64_t height, width;
};

TEST_P(Resample, BilinearEqualsReference) {
  run([] {
    const Size sizes[] = {{1, 1}, {2, 3}, {5, 7}, {12, 12}, {24, 17}};
    for (const Coordinates coordinates : {Coordinates::align_corners, Coordinates::half_pixel}) {
      for (const Size& in : sizes) {
        for (const Size& out : {Size{1, 1}, Size{in.height * 2, in.width * 2}, Size{7, 10}}) {
          for (const int64_t channels : {1, 3, 16, 35}) {
            const Floats x = random_floats(2 * in.height * in.width * channels, 1);
            Floats expected(static_cast<size_t>(2 * out.height * out.width * channels));
            Floats actual(expected.size());
            BilinearArgs args{.input = x.data(),
                              .batch = 2,
                              .height = in.height,
                              .width = in.width,
                              .channels = channels,
                              .out_height = out.height,
                              .out_width = out.width,
                              .coordinates = coordinates,
                              .output = expected.data()};
            bilinear_reference(args);
            args.output = actual.data();
            ThreadPool pool(static_cast<int>(channels % 3 + 1));
            bilinear(pool, args);
            // Six roundings of numbers below 5.
            expect_close(
                actual, expected, [](size_t) { return 6 * 5 * rounding; },
                "bilinear " + std::to_string(in.height) + "x" + std::to_string(in.width));
          }
        }
      }
    }
  });
}

// Values of torch.nn.functional.interpolate([[0, 1, 2]], size=(1, 6)), both conventions.
TEST_P(Resample, BilinearKnownValues) {
  const Floats x{0, 1, 2};
  Floats corners(6);
  Floats half(6);
  run([&] {
    ThreadPool pool(1);
    BilinearArgs args{.input = x.data(),
                      .height = 1,
                      .width = 3,
                      .channels = 1,
                      .out_height = 1,
                      .out_width = 6,
                      .coordinates = Coordinates::align_corners,
                      .output = corners.data()};
    bilinear(pool, args);
    args.coordinates = Coordinates::half_pixel;
    args.output = half.data();
    bilinear(pool, args);
  });
  const float expected_corners[] = {0, 0.4F, 0.8F, 1.2F, 1.6F, 2};
  const float expected_half[] = {0, 0.25F, 0.75F, 1.25F, 1.75F, 2};
  for (size_t i = 0; i < 6; ++i) {
    EXPECT_NEAR(corners[i], expected_corners[i], 1e-6) << i;
    EXPECT_FLOAT_EQ(half[i], expected_half[i]) << i;
  }
}

TEST_P(Resample, MaxPoolEqualsReference) {
  run([] {
    for (const Size& in : {Size{1, 1}, Size{6, 8}, Size{7, 9}, Size{192, 20}}) {
      for (const int64_t pad : {0, 1}) {
        for (const int64_t channels : {1, 16, 67}) {
          const Floats x = random_floats(2 * in.height * in.width * channels, 1, -3);
          MaxPoolArgs args{.input = x.data(),
                           .batch = 2,
                           .height = in.height,
                           .width = in.width,
                           .channels = channels,
                           .pad_top = pad,
                           .pad_left = pad,
                           .out_height = (in.height + 1) / 2,
                           .out_width = (in.width + 1) / 2};
          Floats expected(static_cast<size_t>(2 * args.out_height * args.out_width * channels));
          Floats actual(expected.size());
          args.output = expected.data();
          max_pool_reference(args);
          args.output = actual.data();
          ThreadPool pool(static_cast<int>(channels % 3 + 1));
          max_pool(pool, args);
          EXPECT_EQ(actual, expected);
        }
      }
    }
  });
}

}  // namespace
}  // namespace dpt::cpu
