// How much of the light from everywhere reaches a place: corners and gaps get less of it.
#pragma once

#include <cstdint>
#include <vector>

#include "image/image.h"
#include "scene/vec.h"

namespace dpt::scene {

/// What a picture shows, per pixel; `pixel`: tangent of the angle of one pixel.
struct Relief {
  const image::Plane& depth;         ///< metres along the optical axis, infinity where nothing is
  const std::vector<int32_t>& hit;   ///< which solid; -1: none
  const std::vector<Vec3>& normals;  ///< unit vectors in camera axes
  float pixel;
};

/// For each pixel, from 0.15 (closed in) to 1 (open): by the depth of ten pixels around every
/// second pixel of every second row (those within 0.35 m count), smoothed within each solid.
std::vector<float> openness(const Relief& relief);

}  // namespace dpt::scene
