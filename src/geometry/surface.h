// The surface that a picture shows.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "geometry/camera.h"
#include "image/image.h"

namespace dpt::geometry {

struct Vertex {
  std::array<float, 3> position{};
  std::array<float, 3> normal{};   ///< unit length, towards the camera's side
  std::array<float, 2> texture{};  ///< 0 to 1 from the picture's upper left corner
  image::Rgb color;
};

struct Surface {
  std::vector<Vertex> vertices;
  std::vector<std::array<uint32_t, 3>> triangles;  ///< counter-clockwise as the camera sees them
};

struct SurfaceOptions {
  int64_t most_vertices =
      1000000;  ///< every n-th row and column is taken so that there are no more
  /// Largest relative change of distance between neighbouring pixels that are one surface; 0: any.
  /// Vertices beside a larger one float between near and far and are left out.
  double largest_step = 0.04;
};

/// `distance`: along the camera's axis, of the picture's size; what is not above 0 has no vertex.
/// Throws Error(usage) when the sizes differ.
Surface make_surface(const image::Plane& distance, const image::ImageView& picture,
                     const Camera& camera, const SurfaceOptions& options = {});

}  // namespace dpt::geometry
