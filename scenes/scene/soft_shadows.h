// Shadows of lamps that are not points: what rays to different places of a lamp found, averaged.
#pragma once

#include <array>
#include <cstdint>

#include "scene/primitive.h"

namespace dpt::scene {

/// Side of the squares of pixels that are shaded together.
inline constexpr int tile = 16;
static_assert(tile * tile == bundle_size);

/// The shadows of a tile, with a margin that belongs to no solid.
struct ShadowTile {
  static constexpr int side = tile;
  static constexpr int width = side + 4;
  static constexpr int32_t none = -2;
  static constexpr size_t index(int x, int y) {
    return static_cast<size_t>(y + 2) * width + static_cast<size_t>(x + 2);
  }
  std::array<float, size_t{width} * width> amount{};
  std::array<int32_t, size_t{width} * width> solid;

  ShadowTile() { solid.fill(none); }
};

/// amount [rows x columns]: means over the places (-2 .. 1, -2 .. 1) of the same solid as `own`;
/// left as they are where there is none.
void smooth_tile(const ShadowTile& shadows, int columns, int rows, const int32_t* own,
                 float* amount);

}  // namespace dpt::scene
