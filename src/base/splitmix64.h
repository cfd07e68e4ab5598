// SplitMix64 (Steele, Lea, Flood 2014): reproducible numbers that are the same on every machine.
#pragma once

#include <cstdint>

namespace dpt {

inline constexpr uint64_t splitmix64_step = 0x9E3779B97F4A7C15U;

/// A well-mixed function of 64 bits: the first number of a generator that begins with `x`.
constexpr uint64_t scramble(uint64_t x) {
  x += splitmix64_step;
  x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31U);
}

/// One addition and a scramble per number; any beginning will do.
class SplitMix64 {
 public:
  explicit constexpr SplitMix64(uint64_t state) : state_(state) {}
  constexpr uint64_t next() {
    const uint64_t number = scramble(state_);
    state_ += splitmix64_step;
    return number;
  }

 private:
  uint64_t state_;
};

}  // namespace dpt
