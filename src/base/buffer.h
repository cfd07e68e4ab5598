// Aligned memory that fails with an Error instead of std::bad_alloc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace dpt {

namespace detail {
/// Gives memory of allocate_aligned() back.
struct FreeAligned {
  size_t bytes = 0;
  void operator()(void* memory) const;
};
/// Aligned to 64 bytes (large blocks: to huge pages, and straight from the system, so that freeing
/// them leaves no holes) and uninitialised. Throws Error(resource) with `what` and the size when
/// there is not enough memory.
void* allocate_aligned(size_t bytes, const char* what);
}  // namespace detail

/// A fixed number of uninitialised trivially copyable elements, aligned to at least 64 bytes.
template <typename T>
class Buffer {
 public:
  Buffer() = default;
  /// `what` names the purpose in the error message, e.g. "activations".
  explicit Buffer(size_t count, const char* what = "a buffer") : count_(count) {
    if (count == 0) return;
    const size_t bytes = count > SIZE_MAX / sizeof(T) ? SIZE_MAX : count * sizeof(T);
    data_ = {static_cast<T*>(detail::allocate_aligned(bytes, what)), detail::FreeAligned{bytes}};
  }

  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }
  size_t size() const { return count_; }
  T& operator[](size_t i) { return data_.get()[i]; }
  const T& operator[](size_t i) const { return data_.get()[i]; }
  std::span<T> span() { return {data(), count_}; }
  std::span<const T> span() const { return {data(), count_}; }
  T* begin() { return data(); }
  T* end() { return data() + count_; }
  const T* begin() const { return data(); }
  const T* end() const { return data() + count_; }

 private:
  std::unique_ptr<T[], detail::FreeAligned> data_;
  size_t count_ = 0;
};

}  // namespace dpt
