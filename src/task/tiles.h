// Depth of large pictures from overlapping tiles.
#pragma once

#include <functional>
#include <vector>

#include "image/image.h"

namespace dpt::task {

struct Tile {
  int left = 0, top = 0;
};

/// Tiles of one size that cover a picture, overlapping by at least a fourth of their sides.
struct TileGrid {
  int width = 0, height = 0;  ///< of each tile
  int columns = 0, rows = 0;
  std::vector<Tile> tiles;  ///< row by row
};

/// Tiles of side x side pixels, or of the picture's width or height where that is smaller. Throws
/// Error(usage) for a side below 1.
TileGrid tile_grid(int width, int height, int side);

/// Depth of a view, at its size.
using DepthOf = std::function<image::Plane(const image::ImageView&)>;

/// The overview (depth of the whole picture, at its size) with the tiles' detail. Each tile, whose
/// scale and shift the network chooses anew, is brought to the overview's by least squares; what
/// still differs is taken from the overview where it changes slowly (box filter of `radius` pixels,
/// twice), which should cover the blur of the overview's edges. Where tile and overview hardly
/// agree (correlation below 0.85, and not at all below 0.5), the overview itself remains.
/// Neighbours are blended over their overlap. So the result follows the overview at large and the
/// tiles in the small, without seams.
image::Plane merge_tiles(const image::ImageView& picture, const image::Plane& overview,
                         const TileGrid& grid, int radius, const DepthOf& depth_of);

}  // namespace dpt::task
