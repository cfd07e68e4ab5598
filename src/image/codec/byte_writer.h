// Integers of files, little-endian, at the end of bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace dpt::image {

inline void append_u32(std::vector<std::byte>& to, uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) to.push_back(static_cast<std::byte>(value >> shift));
}

}  // namespace dpt::image
