// The tests' own measure: what cannot be compared must not pass for equal.
#include "support/differences.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace dpt::test {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

TEST(Differences, TheLargestCounts) {
  const std::vector<float> a = {1, 2, 3}, b = {1, 4, 3.5F};
  EXPECT_EQ(largest_difference(a, b), 2);
  EXPECT_EQ(largest_difference(b, a), 2);
  EXPECT_EQ(range_error(a, b), 2.0 / 3);
  EXPECT_EQ(range_error(b, b), 0);
}

TEST(Differences, NotANumberIsInfinitelyFarWhereverItStands) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> numbers = {1, 2, 3};
  for (size_t i = 0; i < numbers.size(); ++i) {
    std::vector<float> damaged = numbers;
    damaged[i] = nan;
    EXPECT_EQ(largest_difference(damaged, numbers), infinite) << i;
    EXPECT_EQ(range_error(damaged, numbers), infinite) << i;
    EXPECT_EQ(largest_difference(damaged, damaged), infinite) << i;
  }
}

TEST(Differences, OtherSizesAreInfinitelyFar) {
  const std::vector<float> two = {1, 2}, three = {1, 2, 3}, none;
  EXPECT_EQ(range_error(two, three), infinite);
  EXPECT_EQ(range_error(three, two), infinite);
  EXPECT_EQ(range_error(none, none), infinite);
}

}  // namespace
}  // namespace dpt::test
