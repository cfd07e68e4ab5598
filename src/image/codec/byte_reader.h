// Integers of either byte order out of bytes; the caller has checked that they are there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace dpt::image {

inline uint16_t load_u16(std::span<const std::byte> bytes, size_t at, bool big_endian = false) {
  const auto first = static_cast<unsigned>(bytes[at]);
  const auto second = static_cast<unsigned>(bytes[at + 1]);
  return static_cast<uint16_t>(big_endian ? first << 8 | second : second << 8 | first);
}

inline uint32_t load_u32(std::span<const std::byte> bytes, size_t at, bool big_endian = false) {
  const uint32_t first = load_u16(bytes, at, big_endian);
  const uint32_t second = load_u16(bytes, at + 2, big_endian);
  return big_endian ? first << 16 | second : second << 16 | first;
}

}  // namespace dpt::image
