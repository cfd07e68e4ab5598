// Where the packers take weights from.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

namespace dpt::cpu {

/// Weights [rows, ...] as checkpoints hold them: in memory, or produced when they are asked for, so
/// that no more than what is being packed is held, and that in the cache.
class WeightRows {
 public:
  /// Writes rows [first, first + count), dense.
  using Read = std::function<void(int64_t first, int64_t count, float* to)>;

  /// Implicit: dense weights stand for themselves.
  WeightRows(const float* dense) : dense_(dense) {}  // NOLINT(google-explicit-constructor)
  /// Each row is asked for once, in order.
  WeightRows(Read read) : read_(std::move(read)) {}  // NOLINT(google-explicit-constructor)

  /// Rows [first, first + count) of `length` floats each; `memory` has room for them.
  const float* get(int64_t first, int64_t count, int64_t length, float* memory) const {
    if (dense_ != nullptr) return dense_ + first * length;
    read_(first, count, memory);
    return memory;
  }

 private:
  const float* dense_ = nullptr;
  Read read_;
};

}  // namespace dpt::cpu
