// How far results are from what is expected.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace dpt::test {

/// Largest |a[i] - b[i]|; infinite when one is not a number, or when they are not equally many.
inline double largest_difference(std::span<const float> a, std::span<const float> b) {
  if (a.size() != b.size()) return std::numeric_limits<double>::infinity();
  double largest = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    const double difference = std::abs(static_cast<double>(a[i]) - b[i]);
    // Every comparison with NaN is false: it would be lost in a maximum.
    if (std::isnan(difference)) return std::numeric_limits<double>::infinity();
    largest = std::max(largest, difference);
  }
  return largest;
}

/// The same in units of b's range.
inline double range_error(std::span<const float> a, std::span<const float> b) {
  const auto [low, high] = std::minmax_element(b.begin(), b.end());
  if (low == b.end()) return std::numeric_limits<double>::infinity();
  return largest_difference(a, b) / (static_cast<double>(*high) - *low);
}

}  // namespace dpt::test
