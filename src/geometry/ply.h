// PLY point clouds.
#pragma once

#include <cstddef>
#include <vector>

#include "geometry/surface.h"

namespace dpt::geometry {

/// Binary, little-endian: for each vertex x, y, z, nx, ny, nz (float32) and red, green, blue
/// (uint8).
std::vector<std::byte> encode_ply(const Surface& surface);

}  // namespace dpt::geometry
