// Mean and variance of numbers that arrive in parts.
#pragma once

#include <cstdint>

namespace dpt::cpu {

/// Count, mean and sum of squared differences from the mean.
struct Moments {
  double count = 0, mean = 0, squares = 0;

  /// Of `count` numbers, from the sums of (x - shift) and (x - shift)^2.
  static Moments of_shifted_sums(int64_t count, double shift, double sum, double square) {
    const auto n = static_cast<double>(count);
    return {n, shift + sum / n, square - sum * (sum / n)};
  }

  /// Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample
  /// variances" (1979): no difference of large numbers.
  void merge(const Moments& other) {
    const double total = count + other.count;
    const double delta = other.mean - mean;
    squares += other.squares + delta * delta * count * other.count / total;
    mean += delta * other.count / total;
    count = total;
  }

  /// Biased.
  double variance() const { return squares > 0 ? squares / count : 0; }
};

/// y = (x - mean[c]) * scale[c] + beta[c].
struct ChannelMap {
  const float* mean;
  const float* scale;
};

}  // namespace dpt::cpu
