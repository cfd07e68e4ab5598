// How numbers become integers of 8 bits.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace dpt::cpu {

/// What the integers q of a row of the left operand stand for: scale * (q - zero), q in [0, 255].
/// Zero itself is one of the numbers, so that padding is exact.
struct RowScale {
  float scale = 0;
  int32_t zero = 0;
};

/// Of a panel of 32 columns of weights, which are integers in [-127, 127].
struct PanelScales {
  int32_t sums[32];  ///< of a column's integers: what a row's zero point is multiplied with
  float scales[32];
};

/// Smallest and largest of some numbers and zero; NaN where one of them is not finite.
struct FloatRange {
  float low = 0, high = 0;

  static FloatRange not_finite() {
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    return {nan, nan};
  }
  bool is_finite() const { return high - low <= std::numeric_limits<float>::max(); }
  void include(const FloatRange& other) {
    const bool finite = is_finite() && other.is_finite();
    *this =
        finite ? FloatRange{std::min(low, other.low), std::max(high, other.high)} : not_finite();
  }
};

/// The integers for numbers of a range, of which negative ones count as zero if `relu`. For a range
/// that is not finite: a scale that makes all products NaN.
inline RowScale row_scale(FloatRange range, bool relu) {
  constexpr float largest = 255;
  if (!range.is_finite()) return {std::numeric_limits<float>::quiet_NaN(), 0};
  if (relu) range.low = 0;
  const float scale = (range.high - range.low) / largest;
  // Numbers so small that their scale has no inverse count as zeros.
  if (scale < std::numeric_limits<float>::min()) return {0, 0};
  return {scale, static_cast<int32_t>(std::nearbyint(-range.low / scale))};
}

}  // namespace dpt::cpu
