// The rows of a separable resize between its two passes.
#pragma once

#include <vector>

#include "base/buffer.h"

namespace dpt::image {

/// Keeps the last `rows` source rows that a horizontal pass made. Source rows must be asked for in
/// windows that only move forward and span at most `rows` of them.
template <typename T>
class RowCache {
 public:
  RowCache(int rows, size_t row_length)
      : row_length_(row_length),
        held_(static_cast<size_t>(rows), -1),
        data_(static_cast<size_t>(rows) * row_length, "rows of a picture being resized") {}

  /// Row y; `make(y, T* row)` fills it when it is not held.
  template <typename Make>
  const T* get(int y, const Make& make) {
    const size_t slot = static_cast<size_t>(y) % held_.size();
    T* row = data_.data() + slot * row_length_;
    if (held_[slot] != y) {
      make(y, row);
      held_[slot] = y;
    }
    return row;
  }

 private:
  size_t row_length_;
  std::vector<int> held_;
  Buffer<T> data_;
};

}  // namespace dpt::image
