// Textured meshes as binary glTF 2.0.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "geometry/surface.h"

namespace dpt::geometry {

/// One mesh with normals, texture coordinates and an unlit material (KHR_materials_unlit; a rough
/// one where that is unknown). `texture`: a PNG or JPEG file's bytes. Throws Error(input) for a
/// surface without triangles, and beyond the format's 4 GiB.
std::vector<std::byte> encode_glb(const Surface& surface, std::span<const std::byte> texture);

}  // namespace dpt::geometry
