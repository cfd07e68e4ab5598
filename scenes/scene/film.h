// From linear light to the bytes of a photograph.
#pragma once

#include <vector>

#include "image/image.h"
#include "scene/random.h"
#include "scene/scene.h"

namespace dpt::scene {

/// Linear light, height x width.
struct Film {
  int width = 0, height = 0;
  std::vector<Vec3> light;

  Film(int w, int h)
      : width(w), height(h), light(static_cast<size_t>(w) * static_cast<size_t>(h)) {}
  Vec3& at(int x, int y) { return light[static_cast<size_t>(y) * static_cast<size_t>(width) + x]; }
  const Vec3& at(int x, int y) const {
    return light[static_cast<size_t>(y) * static_cast<size_t>(width) + x];
  }
};

/// Lens faults, automatic exposure, noise, tone curve, sharpening and 8 bits. `depth`: metres, of
/// the film's size.
image::Image develop(Film film, const image::Plane& depth, const Sensor& sensor, Random& random);

}  // namespace dpt::scene
