#include "geometry/camera.h"

#include <cmath>
#include <numbers>

#include "image/draw/colormap.h"

namespace dpt::geometry {

Camera camera_of_focal(int width, int height, double focal_pixels) {
  return {focal_pixels, width / 2.0, height / 2.0};
}

Camera camera_of_view(int width, int height, double degrees) {
  const double half = degrees / 2 * std::numbers::pi / 180;
  return camera_of_focal(width, height, width / 2.0 / std::tan(half));
}

Camera camera_of_35mm(int width, int height, double millimetres) {
  const double film = std::hypot(36.0, 24.0);
  return camera_of_focal(width, height, millimetres * std::hypot(width, height) / film);
}

image::Plane distances_of_relative(const image::Plane& inverse, double near, double far) {
  const image::Range range = image::finite_range(inverse);
  const double spread = static_cast<double>(range.max) - range.min;
  image::Plane out(inverse.width(), inverse.height());
  for (size_t i = 0; i < out.size(); ++i) {
    const float value = inverse.data()[i];
    const double share = spread > 0 ? (value - range.min) / spread : 0;
    const double distance = 1 / (1 / far + share * (1 / near - 1 / far));
    out.data()[i] = std::isfinite(value) ? static_cast<float>(distance) : 0.0F;
  }
  return out;
}

}  // namespace dpt::geometry
