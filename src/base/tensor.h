// Shapes, element types and non-owning views of tensors. Data is always dense and row-major.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace dpt {

enum class DType : uint8_t { f64, f32, f16, bf16, i64, i32, i16, i8, u8, boolean };

/// Bytes of one element.
size_t size_of(DType type);
/// The name that safetensors uses, e.g. "F32".
std::string_view name_of(DType type);
/// True for f64, f32, f16 and bf16.
bool is_floating(DType type);

/// Extents of a dense tensor, outermost first; rank 0 (a scalar) to 8.
class Shape {
 public:
  static constexpr size_t max_rank = 8;

  Shape() = default;
  Shape(std::initializer_list<int64_t> extents);
  explicit Shape(std::span<const int64_t> extents);

  size_t rank() const { return rank_; }
  int64_t operator[](size_t axis) const { return extents_[axis]; }
  int64_t& operator[](size_t axis) { return extents_[axis]; }
  const int64_t* begin() const { return extents_.data(); }
  const int64_t* end() const { return extents_.data() + rank_; }
  int64_t back() const { return extents_[rank_ - 1]; }

  /// Product of the extents; 1 for a scalar. Readers of untrusted files check for overflow first.
  int64_t elements() const;
  /// Product of all but the outermost extent.
  int64_t row_elements() const;

  /// "[2, 3, 4]"
  std::string text() const;

  bool operator==(const Shape& other) const = default;

 private:
  std::array<int64_t, max_rank> extents_{};
  size_t rank_ = 0;
};

/// A tensor that somebody else owns; `data` need not be aligned (mapped files are not).
struct TensorView {
  DType dtype = DType::f32;
  Shape shape;
  const std::byte* data = nullptr;

  size_t bytes() const { return static_cast<size_t>(shape.elements()) * size_of(dtype); }
};

/// Writes the elements of a floating tensor as float32. `out` holds view.shape.elements() values.
/// Throws Error(model) when the element type is not floating.
void to_float(const TensorView& view, float* out);

}  // namespace dpt
