// What the tests of the kernels share.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "backend/cpu/kernels/arithmetic.h"
#include "backend/cpu/kernels/instruction_set.h"

namespace dpt::cpu {

/// Half a unit in the last place of 1: the relative error of one rounding.
constexpr double rounding = std::numeric_limits<float>::epsilon() / 2;

using Floats = std::vector<float>;

/// Normally distributed around `mean`; the same on every call with the same seed.
inline Floats random_floats(int64_t count, unsigned seed, float mean = 0, float deviation = 1) {
  std::mt19937 generator(seed);
  std::normal_distribution<float> normal(mean, deviation);
  Floats values(static_cast<size_t>(count));
  for (float& v : values) v = normal(generator);
  return values;
}

inline Floats absolute(Floats values) {
  for (float& v : values) v = std::abs(v);
  return values;
}

/// Fails at the first element that differs from the expected one by more than its tolerance.
inline void expect_close(const Floats& actual, const Floats& expected,
                         const std::function<double(size_t)>& tolerance, const std::string& what) {
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t i = 0; i < actual.size(); ++i) {
    // Negated, so that NaN fails.
    if (!(std::abs(double{actual[i]} - expected[i]) <= tolerance(i))) {
      FAIL() << what << ": element " << i << " is " << actual[i] << ", expected " << expected[i]
             << " +- " << tolerance(i);
    }
  }
}

/// Bound on the error of a float sum of `depth` products whose absolute values add up to `size`:
/// roundings are independent, so they add up like the square root (4 standard deviations); a
/// forgotten or doubled term is far larger. The last term is for bias, activation and residuals.
inline double sum_tolerance(int64_t depth, double size, double result) {
  return 4 * rounding * (std::sqrt(static_cast<double>(depth)) * size + std::abs(result) + 4);
}

/// Bound on the relative error of a product. A bf16 number has 8 significant bits: rounding to it
/// is exact within u = 2^-8, and what is left after two parts within u^2, after three within u^3.
/// One part: both operands, 2 u. Two parts: both operands and the product left out, 3 u^2. Three
/// parts: both operands and two products left out, 4 u^3 (and terms of u^4).
inline double product_error(Arithmetic arithmetic) {
  constexpr double u = 1.0 / 256;
  switch (arithmetic) {
    case Arithmetic::bf16:
      return 2 * u + u * u;
    case Arithmetic::bf16x3:
      return 3 * u * u + u * u * u;
    case Arithmetic::bf16x6:
      return 4.1 * u * u * u;
    default:
      return 0;
  }
}

inline float largest_of(const Floats& values) {
  float largest = 0;
  for (const float v : values) largest = std::max(largest, std::abs(v));
  return largest;
}

/// Bound on the error of a sum of int8 products. A number x of a becomes an integer times the range
/// of its row or picture / 255, which is wrong by up to max|a| / 255; one of w by up to half of
/// max|w| / 127: together a product by max|a| * max|w| * (1/254 + 1/255), uniformly distributed and
/// independent, so that the sum's deviation is that * sqrt(depth / 3) (4 deviations, of which GELU
/// makes 1.13 times as many). Products of integers are exact: see IntegersAreExact of
/// gemm_test.cpp.
inline double int8_tolerance(Arithmetic arithmetic, int64_t depth, const Floats& a,
                             const Floats& w) {
  if (arithmetic != Arithmetic::int8) return 0;
  const double product = largest_of(a) * largest_of(w) * (1.0 / 254 + 1.0 / 255);
  return 4 * 1.13 * product * std::sqrt(static_cast<double>(depth) / 3);
}

/// What the instruction set under test can do.
inline std::vector<Arithmetic> arithmetics() {
  std::vector<Arithmetic> result{Arithmetic::fp32};
  for (const Arithmetic arithmetic :
       {Arithmetic::bf16, Arithmetic::bf16x3, Arithmetic::bf16x6, Arithmetic::int8}) {
    if (has_unit_for(arithmetic)) result.push_back(arithmetic);
  }
  return result;
}

/// A test that runs under each instruction set of this machine's architecture.
class KernelTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (!instruction_set_supported(GetParam())) {
      GTEST_SKIP() << "this processor or build does not support " << GetParam();
    }
  }

  /// Runs `body` with the kernels switched to the instruction set under test.
  static void run(const std::function<void()>& body) {
    for_each_instruction_set([&](std::string_view name) {
      if (name == GetParam()) body();
    });
  }
};

/// The names that for_each_instruction_set may give on x86-64, or the one in use elsewhere.
inline std::vector<std::string> instruction_sets() {
#if defined(__x86_64__)
  return {"amx", "avx512", "avx2", "sse4", "scalar"};
#else
  return {std::string(instruction_set())};
#endif
}

#define DPT_FOR_EVERY_INSTRUCTION_SET(suite)                                    \
  INSTANTIATE_TEST_SUITE_P(Every, suite, testing::ValuesIn(instruction_sets()), \
                           [](const auto& instance) { return instance.param; })

}  // namespace dpt::cpu
