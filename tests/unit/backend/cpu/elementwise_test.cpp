#include "backend/cpu/kernels/simple/elementwise.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "kernel_test.h"

namespace dpt::cpu {
namespace {

class Elementwise : public KernelTest {};
DPT_FOR_EVERY_INSTRUCTION_SET(Elementwise);

TEST_P(Elementwise, GeluIsAccurateOverAllMagnitudes) {
  // Every 1021st float of both signs, so every exponent and 8000 of each binade.
  Floats x;
  for (uint64_t bits = 0; bits < 0x7F800000U; bits += 1021) {
    const auto value = std::bit_cast<float>(static_cast<uint32_t>(bits));
    x.push_back(value);
    x.push_back(-value);
  }
  const auto count = static_cast<int64_t>(x.size());
  Floats expected(x.size());
  Floats actual(x.size());
  activate_reference(Activation::gelu, x.data(), count, expected.data());
  run([&] {
    ThreadPool pool(2);
    activate(pool, Activation::gelu, x.data(), count, actual.data());
  });
  expect_close(
      actual, expected, [&](size_t i) { return 3e-7 * std::max(1.0, std::abs(double{x[i]})); },
      "gelu");
}

TEST_P(Elementwise, GeluOfInfinityAndNan) {
  const float infinity = std::numeric_limits<float>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Floats x{infinity, -infinity, nan, 0.0F};
  Floats y(4);
  run([&] {
    ThreadPool pool(1);
    activate(pool, Activation::gelu, x.data(), 4, y.data());
  });
  EXPECT_EQ(y[0], infinity);
  EXPECT_TRUE(std::isnan(y[1])) << "-inf * 0, as the definition";
  EXPECT_TRUE(std::isnan(y[2]));
  EXPECT_EQ(y[3], 0.0F);
}

TEST_P(Elementwise, ReluKeepsNan) {
  Floats x(37, std::numeric_limits<float>::quiet_NaN());
  x[0] = -1;
  x[1] = 2;
  run([&] {
    ThreadPool pool(1);
    activate(pool, Activation::relu, x.data(), 37, x.data());
  });
  EXPECT_EQ(x[0], 0.0F);
  EXPECT_EQ(x[1], 2.0F);
  for (size_t i = 2; i < x.size(); ++i) EXPECT_TRUE(std::isnan(x[i])) << i;
}

TEST_P(Elementwise, AddAndScaleAndInvertAtOddSizes) {
  for (const int64_t count : {0, 1, 7, 16, 33, 1000, 40000, 65537}) {
    for (const int threads : {1, 2, 3}) {
      const Floats a = random_floats(count, 1);
      const Floats b = random_floats(count, 2);
      Floats sum = a;
      Floats depth(a.size());
      run([&] {
        ThreadPool pool(threads);
        add(pool, sum.data(), b.data(), count, sum.data());
        invert_depth(pool, a.data(), count, 0.000305F, 0.1378F, depth.data());
      });
      for (size_t i = 0; i < sum.size(); ++i) {
        ASSERT_EQ(sum[i], a[i] + b[i]);
        const double expected = 1 / std::max(0.000305 * a[i] + 0.1378, 1e-8);
        ASSERT_NEAR(depth[i], expected, 4 * rounding * expected);
      }
    }
  }
}

TEST_P(Elementwise, InvertDepthIsBoundedWhereTheNetworkIsNegative) {
  const Floats x{-1e6F};
  Floats depth(1);
  run([&] {
    ThreadPool pool(1);
    invert_depth(pool, x.data(), 1, 1.0F, 0.0F, depth.data());
  });
  EXPECT_FLOAT_EQ(depth[0], 1e8F);
}

TEST_P(Elementwise, ScaleChannels) {
  for (const int64_t channels : {1, 3, 16, 37}) {
    const int64_t rows = 1000;
    const Floats x = random_floats(rows * channels, 1);
    const Floats scale = random_floats(channels, 2);
    const Floats shift = random_floats(channels, 3);
    Floats y(x.size());
    run([&] {
      ThreadPool pool(3);
      scale_channels(pool, x.data(), rows, channels, scale.data(), shift.data(), y.data());
    });
    for (size_t i = 0; i < y.size(); ++i) {
      const size_t c = i % static_cast<size_t>(channels);
      const double product = double{x[i]} * scale[c];
      ASSERT_NEAR(y[i], product + shift[c],
                  2 * rounding * (std::abs(product) + std::abs(shift[c])));
    }
  }
}

}  // namespace
}  // namespace dpt::cpu
