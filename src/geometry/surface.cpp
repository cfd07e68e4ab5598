#include "geometry/surface.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "base/error.h"

namespace dpt::geometry {

namespace {

using Vector = std::array<float, 3>;
constexpr uint32_t none = std::numeric_limits<uint32_t>::max();

/// Something is seen there.
bool is_there(float distance) { return std::isfinite(distance) && distance > 0; }

/// Every step-th pixel of a picture.
struct Samples {
  int step = 1;
  int columns = 0, rows = 0;
  std::vector<Vector> positions;
  std::vector<float> distances;  // 0: nothing there

  size_t index(int x, int y) const {
    return static_cast<size_t>(y) * static_cast<size_t>(columns) + static_cast<size_t>(x);
  }
};

int choose_step(int64_t width, int64_t height, int64_t most) {
  int step = 1;
  while (((width + step - 1) / step) * ((height + step - 1) / step) > most) ++step;
  return step;
}

Samples take_samples(const image::Plane& distance, const Camera& camera, int step) {
  Samples s;
  s.step = step;
  s.columns = (distance.width() + step - 1) / step;
  s.rows = (distance.height() + step - 1) / step;
  const size_t count = s.index(0, s.rows);
  s.positions.resize(count);
  s.distances.resize(count);
  for (int y = 0; y < s.rows; ++y) {
    for (int x = 0; x < s.columns; ++x) {
      const float z = distance.at(x * step, y * step);
      if (!is_there(z)) continue;
      const double across = (x * step + 0.5 - camera.center_x) / camera.focal;
      const double down = (y * step + 0.5 - camera.center_y) / camera.focal;
      s.distances[s.index(x, y)] = z;
      s.positions[s.index(x, y)] = {static_cast<float>(across * z), static_cast<float>(-down * z),
                                    -z};
    }
  }
  return s;
}

bool joined(float a, float b, double largest_step) {
  if (largest_step <= 0) return true;
  return std::max(a, b) <= (1 + largest_step) * std::min(a, b);
}

/// Has a neighbouring pixel that it is not one surface with.
bool is_loose(const image::Plane& distance, int x, int y, double largest_step) {
  const float own = distance.at(x, y);
  for (int j = std::max(y - 1, 0); j <= std::min(y + 1, distance.height() - 1); ++j) {
    for (int i = std::max(x - 1, 0); i <= std::min(x + 1, distance.width() - 1); ++i) {
      const float other = distance.at(i, j);
      if (is_there(other) && !joined(own, other, largest_step)) return true;
    }
  }
  return false;
}

struct Pixel {
  int x, y;
};

/// Two samples are one surface if all pixels on the line between them are: neighbouring samples may
/// be many pixels and so much distance apart.
bool joined_along(const image::Plane& distance, Pixel from, Pixel to, double largest_step) {
  const int pixels = std::max(std::abs(to.x - from.x), std::abs(to.y - from.y));
  const int right = (to.x - from.x) / pixels;
  const int down = (to.y - from.y) / pixels;
  for (int i = 0; i < pixels; ++i) {
    const float here = distance.at(from.x + i * right, from.y + i * down);
    const float next = distance.at(from.x + (i + 1) * right, from.y + (i + 1) * down);
    if (!is_there(here) || !is_there(next) || !joined(here, next, largest_step)) return false;
  }
  return true;
}

Vector minus(const Vector& a, const Vector& b) { return {a[0] - b[0], a[1] - b[1], a[2] - b[2]}; }

/// From the neighbours in both directions; towards the camera where there are none.
Vector normal_at(const Samples& s, int x, int y) {
  const auto place = [&](int i, int j) {
    const size_t index = s.index(std::clamp(i, 0, s.columns - 1), std::clamp(j, 0, s.rows - 1));
    return s.distances[index] > 0 ? s.positions[index] : s.positions[s.index(x, y)];
  };
  const Vector right = minus(place(x + 1, y), place(x - 1, y));
  const Vector up = minus(place(x, y - 1), place(x, y + 1));
  const Vector cross = {right[1] * up[2] - right[2] * up[1], right[2] * up[0] - right[0] * up[2],
                        right[0] * up[1] - right[1] * up[0]};
  const float length = std::hypot(cross[0], cross[1], cross[2]);
  if (!(length > 0)) return {0, 0, 1};
  return {cross[0] / length, cross[1] / length, cross[2] / length};
}

void add_triangles(const Samples& s, const image::Plane& distance,
                   const std::vector<uint32_t>& vertex_of, double largest_step, Surface& surface) {
  const auto one_surface = [&](Pixel a, Pixel b) {
    return joined_along(distance, {a.x * s.step, a.y * s.step}, {b.x * s.step, b.y * s.step},
                        largest_step);
  };
  const auto add = [&](Pixel a, Pixel b, Pixel c) {
    const std::array<uint32_t, 3> vertices = {
        vertex_of[s.index(a.x, a.y)], vertex_of[s.index(b.x, b.y)], vertex_of[s.index(c.x, c.y)]};
    if (std::find(vertices.begin(), vertices.end(), none) != vertices.end()) return;
    if (!one_surface(a, b) || !one_surface(b, c) || !one_surface(c, a)) return;
    surface.triangles.push_back(vertices);
  };
  for (int y = 0; y + 1 < s.rows; ++y) {
    for (int x = 0; x + 1 < s.columns; ++x) {
      add({x, y}, {x, y + 1}, {x + 1, y});
      add({x + 1, y}, {x, y + 1}, {x + 1, y + 1});
    }
  }
}

}  // namespace

Surface make_surface(const image::Plane& distance, const image::ImageView& picture,
                     const Camera& camera, const SurfaceOptions& options) {
  if (distance.width() != picture.width || distance.height() != picture.height) {
    fail(ErrorKind::usage, "surface: the picture is {}x{}, its depth {}x{}", picture.width,
         picture.height, distance.width(), distance.height());
  }
  const int64_t most = std::max<int64_t>(options.most_vertices, 1);
  const int step = choose_step(distance.width(), distance.height(), most);
  const Samples s = take_samples(distance, camera, step);
  Surface surface;
  std::vector<uint32_t> vertex_of(s.distances.size(), none);
  std::vector<uint8_t> row(3 * static_cast<size_t>(picture.width));
  for (int y = 0; y < s.rows; ++y) {
    image::copy_row_as_rgb(picture, y * step, row.data());
    for (int x = 0; x < s.columns; ++x) {
      const size_t index = s.index(x, y);
      if (!(s.distances[index] > 0) ||
          is_loose(distance, x * step, y * step, options.largest_step)) {
        continue;
      }
      vertex_of[index] = static_cast<uint32_t>(surface.vertices.size());
      const uint8_t* pixel = row.data() + ptrdiff_t{3} * x * step;
      surface.vertices.push_back(
          {s.positions[index],
           normal_at(s, x, y),
           {(static_cast<float>(x * step) + 0.5F) / static_cast<float>(picture.width),
            (static_cast<float>(y * step) + 0.5F) / static_cast<float>(picture.height)},
           {pixel[0], pixel[1], pixel[2]}});
    }
  }
  add_triangles(s, distance, vertex_of, options.largest_step, surface);
  return surface;
}

}  // namespace dpt::geometry
