#include "scene/openness.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "scene/random.h"

namespace dpt::scene {
namespace {

struct Picture {
  image::Plane depth;
  std::vector<int32_t> hit;
  std::vector<Vec3> normals;
  float pixel = 0.02F;

  Picture(int width, int height)
      : depth(width, height),
        hit(static_cast<size_t>(width) * height, 0),
        normals(hit.size(), {0, 0, -1}) {}
  size_t index(int x, int y) const { return static_cast<size_t>(y) * depth.width() + x; }
  Relief relief() const { return {depth, hit, normals, pixel}; }
};

/// The definition, pixel by pixel.
float plainly(const Picture& p, int x, int y) {
  const int w = p.depth.width();
  const int h = p.depth.height();
  const auto position = [&](int px, int py) {
    const float z = std::min(p.depth.at(px, py), 1e9F);
    return Vec3{(px + 0.5F - 0.5F * w) * p.pixel * z, (py + 0.5F - 0.5F * h) * p.pixel * z, z};
  };
  const auto of_block = [&](int bx, int by) {
    const int x0 = 2 * bx;
    const int y0 = 2 * by;
    if (p.hit[p.index(x0, y0)] < 0) return 1.0F;
    const Vec3 at = position(x0, y0);
    const float reach = std::clamp(0.35F / (at.z * p.pixel), 3.0F, 40.0F);
    float closed = 0;
    for (int k = 0; k < 10; ++k) {
      const int turn = (bx * 5 + by * 3) % 16;
      const float r = std::sqrt((static_cast<float>(k) + 0.5F) / 10);
      const float a = 0.3927F * static_cast<float>(turn) + 2.3999632F * static_cast<float>(k);
      const int sx = x0 + static_cast<int>(reach * (r * std::cos(a)));
      const int sy = y0 + static_cast<int>(reach * (r * std::sin(a)));
      if (sx < 0 || sy < 0 || sx >= w || sy >= h) continue;
      const Vec3 way = position(sx, sy) - at;
      const float square = dot(way, way) + 1e-8F;
      const float rise = dot(way, p.normals[p.index(x0, y0)]) / std::sqrt(square) - 0.1F;
      closed += std::max(rise, 0.0F) / (1 + square / (0.35F * 0.35F));
    }
    return std::max(0.15F, 1 - 2.4F * closed / 10);
  };
  float sum = 0;
  int count = 0;
  for (int by = std::max(0, y / 2 - 1); by <= std::min((h + 1) / 2 - 1, y / 2 + 1); ++by) {
    for (int bx = std::max(0, x / 2 - 1); bx <= std::min((w + 1) / 2 - 1, x / 2 + 1); ++bx) {
      if (p.hit[p.index(2 * bx, 2 * by)] != p.hit[p.index(x, y)]) continue;
      sum += of_block(bx, by);
      ++count;
    }
  }
  return count > 0 ? sum / static_cast<float>(count) : 1;
}

TEST(Openness, IsThatOfThePlainDefinition) {
  Random r(3);
  for (const auto& [w, h] : {std::array{37, 23}, {64, 16}, {1, 1}, {2, 5}}) {
    Picture p(w, h);
    for (size_t i = 0; i < p.hit.size(); ++i) {
      p.hit[i] = static_cast<int32_t>(i % 7 / 3) - (r.chance(0.1F) ? 1 : 0);
      p.depth.data()[i] =
          p.hit[i] < 0 ? std::numeric_limits<float>::infinity() : r.range(0.3F, 3.0F);
      p.normals[i] = normalized({r.normal(), r.normal(), -1});
    }
    const std::vector<float> found = openness(p.relief());
    for (int y = 0; y < h; ++y) {
      for (int x = 0; x < w; ++x)
        ASSERT_NEAR(found[p.index(x, y)], plainly(p, x, y), 2e-5F) << x << ", " << y;
    }
  }
}

TEST(Openness, OfAWallIsOneAndOfAGapLess) {
  Picture p(40, 20);
  for (float& d : p.depth.span()) d = 2;
  for (const float o : openness(p.relief())) EXPECT_FLOAT_EQ(o, 1);
  for (int y = 0; y < 20; ++y) {  // two walls with a gap between them
    for (int x = 0; x < 40; ++x) p.depth.data()[p.index(x, y)] = x < 18 || x >= 24 ? 1.8F : 2.0F;
  }
  const std::vector<float> found = openness(p.relief());
  EXPECT_LT(found[p.index(21, 10)], 0.8F);
  EXPECT_GT(found[p.index(4, 10)], 0.99F);
}

}  // namespace
}  // namespace dpt::scene
