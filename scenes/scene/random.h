// The random numbers of a scene: the same on every machine for the same seed.
#pragma once

#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <span>

#include "base/splitmix64.h"
#include "scene/vec.h"

namespace dpt::scene {

/// Any seed will do.
class Random {
 public:
  explicit Random(uint64_t seed) : numbers_(scramble(seed) + splitmix64_step) {}

  uint64_t bits() { return numbers_.next(); }
  /// In [0, 1).
  float unit() { return static_cast<float>(bits() >> 40U) * 0x1p-24F; }
  float range(float low, float high) { return low + (high - low) * unit(); }
  /// Equal chances for equal ratios. 0 < low <= high.
  float log_range(float low, float high) { return low * std::exp(unit() * std::log(high / low)); }
  /// In [low, high].
  int integer(int low, int high) {
    return low + static_cast<int>(bits() % static_cast<uint64_t>(high - low + 1));
  }
  bool chance(float p) { return unit() < p; }
  /// Mean 0, deviation 1: the sum of four uniform numbers, which never strays beyond 3.5.
  float normal() {
    const uint64_t b = bits();
    const uint64_t sum = (b & 0xffffU) + (b >> 16U & 0xffffU) + (b >> 32U & 0xffffU) + (b >> 48U);
    return (static_cast<float>(sum) * 0x1p-16F - 2) * 1.7320508F;
  }
  float sign() { return chance(0.5F) ? 1.0F : -1.0F; }
  template <typename T>
  T pick(std::initializer_list<T> values) {
    return values.begin()[bits() % values.size()];
  }
  /// Level direction.
  Vec3 heading() {
    const float a = range(0, 6.2831853F);
    return {std::cos(a), std::sin(a), 0};
  }

 private:
  SplitMix64 numbers_;
};

}  // namespace dpt::scene
