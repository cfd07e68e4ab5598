#include "base/tensor.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cassert>
#include <cstring>

#include "base/error.h"
#include "base/half.h"

namespace dpt {

namespace {

struct TypeFacts {
  std::string_view name;
  size_t bytes;
};

constexpr std::array<TypeFacts, 10> type_facts = {{{"F64", 8},
                                                   {"F32", 4},
                                                   {"F16", 2},
                                                   {"BF16", 2},
                                                   {"I64", 8},
                                                   {"I32", 4},
                                                   {"I16", 2},
                                                   {"I8", 1},
                                                   {"U8", 1},
                                                   {"BOOL", 1}}};

template <typename Stored, typename Convert>
void convert_elements(const TensorView& view, float* out, Convert convert) {
  const auto count = static_cast<size_t>(view.shape.elements());
  for (size_t i = 0; i < count; ++i) {
    Stored stored;
    std::memcpy(&stored, view.data + i * sizeof(Stored), sizeof(Stored));
    out[i] = convert(stored);
  }
}

}  // namespace

size_t size_of(DType type) { return type_facts[static_cast<size_t>(type)].bytes; }

std::string_view name_of(DType type) { return type_facts[static_cast<size_t>(type)].name; }

bool is_floating(DType type) {
  return type == DType::f64 || type == DType::f32 || type == DType::f16 || type == DType::bf16;
}

Shape::Shape(std::initializer_list<int64_t> extents)
    : Shape(std::span<const int64_t>(extents.begin(), extents.size())) {}

Shape::Shape(std::span<const int64_t> extents) : rank_(extents.size()) {
  assert(extents.size() <= max_rank);
  std::copy(extents.begin(), extents.end(), extents_.begin());
}

int64_t Shape::elements() const {
  int64_t product = 1;
  for (const int64_t extent : *this) product *= extent;
  return product;
}

int64_t Shape::row_elements() const {
  int64_t product = 1;
  for (size_t axis = 1; axis < rank_; ++axis) product *= extents_[axis];
  return product;
}

std::string Shape::text() const { return fmt::format("[{}]", fmt::join(begin(), end(), ", ")); }

void to_float(const TensorView& view, float* out) {
  switch (view.dtype) {
    case DType::f32:
      std::memcpy(out, view.data, view.bytes());
      return;
    case DType::f64:
      convert_elements<double>(view, out, [](double v) { return static_cast<float>(v); });
      return;
    case DType::f16:
      convert_elements<uint16_t>(view, out, half_to_float);
      return;
    case DType::bf16:
      convert_elements<uint16_t>(view, out, bfloat16_to_float);
      return;
    default:
      fail(ErrorKind::model, "expected a floating-point tensor, found {}", name_of(view.dtype));
  }
}

}  // namespace dpt
