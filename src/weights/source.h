// What every reader of this folder shares: the file being read, its limits, and how errors begin.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/tensor.h"
#include "weights/names.h"

namespace dpt::weights {

/// Tensors of one file. DPT has some 450; a training checkpoint with its optimizer's state a few
/// thousand.
constexpr size_t max_tensors = size_t{1} << 17;

/// Bytes of a file or of a part of it, and its name for errors ("weights/a.pt", printable).
struct Source {
  std::string name;
  std::span<const std::byte> bytes;
  NameTables tables = {};  ///< of the models that may be in it

  /// Throws Error(model): the name, a colon, the text.
  template <typename... Args>
  [[noreturn]] void fail(fmt::format_string<Args...> text, Args&&... args) const {
    throw Error(ErrorKind::model, name + ": " + fmt::format(text, std::forward<Args>(args)...));
  }

  std::string_view text() const {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
};

/// Little-endian unsigned integer at `offset`; the caller has checked that it is inside.
template <typename T>
T load_le(std::span<const std::byte> bytes, size_t offset) {
  T value = 0;
  for (size_t i = 0; i < sizeof(T); ++i) {
    const auto byte = std::to_integer<uint64_t>(bytes[offset + i]);
    value = static_cast<T>(value | static_cast<T>(byte << (8 * i)));
  }
  return value;
}

/// True when [offset, offset + length) lies in [0, size), whatever the values are.
constexpr bool inside(uint64_t offset, uint64_t length, uint64_t size) {
  return offset <= size && length <= size - offset;
}

/// Bytes of a dense tensor with these extents (none negative); nothing when they do not fit into 63
/// bits.
inline std::optional<uint64_t> dense_bytes(std::span<const int64_t> extents, DType type) {
  auto bytes = static_cast<int64_t>(size_of(type));
  for (const int64_t extent : extents) {
    if (__builtin_mul_overflow(bytes, extent, &bytes)) return std::nullopt;
  }
  return static_cast<uint64_t>(bytes);
}

}  // namespace dpt::weights
