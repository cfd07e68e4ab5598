#include "backend/cpu/kernels/simple/norm.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "kernel_test.h"

namespace dpt::cpu {
namespace {

class Norm : public KernelTest {};
DPT_FOR_EVERY_INSTRUCTION_SET(Norm);

/// Error of (x - mean) * scale * gamma + beta in units of `deviation`: x is given to within
/// rounding * |mean|, which the division by the deviation enlarges; sums add 1e-6 of a deviation.
double norm_tolerance(float mean, float deviation) {
  const double largest = 5 * 5;  // |(x - mean) / deviation| * |gamma|
  return largest * (8 * rounding + 1e-6) + 5 * 2 * rounding * std::abs(mean) / deviation;
}

TEST_P(Norm, LayerNormEqualsReference) {
  run([] {
    for (const int64_t width : {2, 3, 16, 31, 32, 33, 768, 1024}) {
      for (const int64_t rows : {1, 2, 37, 577}) {
        for (const float mean : {0.0F, 100.0F}) {
          Floats x = random_floats(rows * width, 1, mean, 0.5F);
          const Floats gamma = random_floats(width, 2);
          const Floats beta = random_floats(width, 3);
          Floats expected(x.size());
          LayerNormArgs args{.input = x.data(),
                             .rows = rows,
                             .width = width,
                             .gamma = gamma.data(),
                             .beta = beta.data(),
                             .output = expected.data()};
          layer_norm_reference(args);
          args.output = x.data();
          ThreadPool pool(static_cast<int>(rows % 3 + 1));
          layer_norm(pool, args);
          // Two elements may lie close together, which divides by less than the deviation.
          const double tolerance = norm_tolerance(mean, 0.5F) * (width < 4 ? 100 : 1);
          expect_close(
              x, expected, [&](size_t) { return tolerance; },
              "layer norm width " + std::to_string(width) + " rows " + std::to_string(rows));
        }
      }
    }
  });
}

TEST_P(Norm, LayerNormOfAConstantRowIsBeta) {
  const Floats x(19, 7.0F);
  const Floats gamma(19, 2.0F);
  const Floats beta = random_floats(19, 1);
  Floats y(19);
  run([&] {
    ThreadPool pool(1);
    layer_norm(pool, {.input = x.data(),
                      .rows = 1,
                      .width = 19,
                      .gamma = gamma.data(),
                      .beta = beta.data(),
                      .output = y.data()});
  });
  EXPECT_EQ(y, beta);
}

struct GroupCase {
  int64_t batch, pixels, channels, groups;
};

void check_group_norm(const GroupCase& c, int threads, float mean, bool residual, bool relu) {
  const int64_t count = c.batch * c.pixels * c.channels;
  Floats x = random_floats(count, 1, mean, 0.5F);
  const Floats gamma = random_floats(c.channels, 2);
  const Floats beta = random_floats(c.channels, 3);
  const Floats extra = random_floats(count, 4);
  Floats expected(x.size());
  GroupNormArgs args{.input = x.data(),
                     .batch = c.batch,
                     .pixels = c.pixels,
                     .channels = c.channels,
                     .groups = c.groups,
                     .gamma = gamma.data(),
                     .beta = beta.data(),
                     .residual = residual ? extra.data() : nullptr,
                     .relu = relu,
                     .output = expected.data()};
  group_norm_reference(args);
  args.output = x.data();
  ThreadPool pool(threads);
  group_norm(pool, args);
  const double tolerance = norm_tolerance(mean, 0.5F);
  expect_close(
      x, expected, [&](size_t) { return tolerance; },
      "group norm pixels " + std::to_string(c.pixels) + " channels " + std::to_string(c.channels) +
          " threads " + std::to_string(threads));
}

TEST_P(Norm, GroupNormEqualsReference) {
  run([] {
    for (const GroupCase& c : {GroupCase{1, 16, 32, 32},
                               {1, 49, 64, 32},
                               {2, 35, 96, 32},
                               {1, 9216, 64, 32},
                               {3, 100, 30, 5},
                               {1, 7, 19, 1},
                               {1, 576, 1024, 32}}) {
      for (const int threads : {1, 2, 3}) {
        check_group_norm(c, threads, 0, threads == 2, threads != 2);
        check_group_norm(c, threads, 100, threads != 2, threads == 2);
      }
    }
  });
}

TEST_P(Norm, GroupNormOfAConstantMapIsBeta) {
  const Floats x(64, 3.0F);
  const Floats gamma(8, 2.0F);
  const Floats beta = random_floats(8, 1);
  Floats y(64);
  run([&] {
    ThreadPool pool(2);
    group_norm(pool, {.input = x.data(),
                      .pixels = 8,
                      .channels = 8,
                      .groups = 4,
                      .gamma = gamma.data(),
                      .beta = beta.data(),
                      .output = y.data()});
  });
  for (size_t i = 0; i < y.size(); ++i) EXPECT_EQ(y[i], beta[i % 8]) << i;
}

TEST_P(Norm, GroupNormKeepsItsAccuracyWhenThePicturesPartsDiffer) {
  // The upper half around 1000, the lower around -1000: the parts' means are far from the map's.
  const int64_t pixels = 20000, channels = 4;
  Floats x = random_floats(pixels * channels, 1);
  for (size_t i = 0; i < x.size(); ++i) x[i] += i < x.size() / 2 ? 1000.0F : -1000.0F;
  const Floats gamma(4, 1.0F);
  const Floats beta(4, 0.0F);
  Floats expected(x.size());
  Floats actual(x.size());
  GroupNormArgs args{.input = x.data(),
                     .pixels = pixels,
                     .channels = channels,
                     .groups = 2,
                     .gamma = gamma.data(),
                     .beta = beta.data(),
                     .output = expected.data()};
  group_norm_reference(args);
  run([&] {
    args.output = actual.data();
    ThreadPool pool(2);
    group_norm(pool, args);
  });
  expect_close(
      actual, expected, [](size_t) { return 2e-6; }, "group norm");
}

}  // namespace
}  // namespace dpt::cpu
