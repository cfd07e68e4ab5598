// A bitmap font of ASCII 32 to 126.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace dpt::image {

inline constexpr int glyph_width = 5;
inline constexpr int glyph_height = 8;

/// One row of five pixels per element, the left one in bit 4.
using Glyph = std::array<uint8_t, glyph_height>;

/// Other characters than ASCII 32..126 have the glyph of '?'.
const Glyph& glyph_of(char c);

}  // namespace dpt::image
