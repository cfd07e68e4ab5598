// Where rays meet solids, against stepping along each ray through the solid's own inequality.
#include "scene/primitive.h"

#include <gtest/gtest.h>

#include <cmath>

#include "scene/random.h"

namespace dpt::scene {
namespace {

Frame any_frame(Random& r) {
  return turned({r.range(-1, 1), r.range(-1, 1), r.range(-1, 1)}, r.range(0, 6)) *
         tilted({}, r.range(-2, 2));
}

/// Below 0 inside the solid, in its canonical coordinates (distances in metres for the cushion).
float outside(const Primitive& p, Vec3 point) {
  const Vec3 l{dot(p.rows[0], point) + p.offset[0], dot(p.rows[1], point) + p.offset[1],
               dot(p.rows[2], point) + p.offset[2]};
  switch (p.shape) {
    case Shape::box:
      return std::max({std::abs(l.x), std::abs(l.y), std::abs(l.z)}) - 1;
    case Shape::ellipsoid:
    case Shape::foliage:
      return length(l) - 1;
    case Shape::cylinder: {
      const float radius = 0.5F * (1 + p.taper) + 0.5F * (p.taper - 1) * l.z;
      return std::max(std::abs(l.z) - 1, std::sqrt(l.x * l.x + l.y * l.y) - radius);
    }
    case Shape::cushion: {
      const Vec3 q{std::max(std::abs(l.x * p.half.x) - p.half.x + p.taper, 0.0F),
                   std::max(std::abs(l.y * p.half.y) - p.half.y + p.taper, 0.0F),
                   std::max(std::abs(l.z * p.half.z) - p.half.z + p.taper, 0.0F)};
      return length(q) - p.taper;
    }
  }
  return 0;
}

Bundle rays_at(Random& r, Vec3 target, int count) {
  Bundle b;
  for (int i = 0; i < count; ++i) {
    const Vec3 from{r.range(-4, 4), r.range(-4, 4), r.range(-4, 4)};
    const Vec3 way = target + Vec3{r.normal(), r.normal(), r.normal()} * 0.5F - from;
    b.ox[i] = from.x, b.oy[i] = from.y, b.oz[i] = from.z;
    b.dx[i] = way.x, b.dy[i] = way.y, b.dz[i] = way.z;
    b.t[i] = 1e9F;
    b.hit[i] = -1;
  }
  b.count = count;
  return b;
}

Vec3 point_at(const Bundle& b, int i, float t) {
  return {b.ox[i] + t * b.dx[i], b.oy[i] + t * b.dy[i], b.oz[i] + t * b.dz[i]};
}

// 2e-2 of the solid's size (metres for the cushion, which is found by twelve steps towards it).
constexpr float tolerance = 2e-2F;

/// True where the ray is inside the solid before it comes to `reach`.
bool enters(const Primitive& p, const Bundle& b, int i, float reach) {
  for (int step = 0; step < 400; ++step) {
    const float t = reach * static_cast<float>(step) / 400;
    if (outside(p, point_at(b, i, t)) < -tolerance) return true;
  }
  return false;
}

class EveryShape : public testing::TestWithParam<Shape> {
 protected:
  /// How many rays enter the solid before the place where they are said to meet it, or without
  /// being said to meet it; counts the others that meet it in hits_.
  int missed(const Primitive& p, const Bundle& b) {
    int count = 0;
    for (int i = 0; i < b.count; ++i) {
      if (outside(p, point_at(b, i, 0)) < 0) continue;  // starts inside
      const bool hit = b.hit[i] >= 0;
      if (enters(p, b, i, hit ? b.t[i] : 3.0F)) {
        ++count;
      } else if (hit) {
        ++hits_;
        const float at_hit = outside(p, point_at(b, i, b.t[i]));
        // Leaves may be those of the inner ball.
        EXPECT_LT(GetParam() == Shape::foliage ? at_hit : std::abs(at_hit), tolerance);
      }
    }
    return count;
  }

  int hits_ = 0;
};

TEST_P(EveryShape, IsMetWhereARayEntersIt) {
  Random r(7);
  int misses = 0;
  for (int round = 0; round < 12; ++round) {
    const Vec3 half{r.range(0.3F, 1.5F), r.range(0.3F, 1.5F), r.range(0.3F, 1.5F)};
    const Primitive p = make_primitive(GetParam(), any_frame(r), half, r.range(0.1F, 1.4F));
    Bundle b = rays_at(r, p.center, 64);
    intersect(p, 5, b);
    misses += missed(p, b);
  }
  if (GetParam() == Shape::foliage) return;  // rays pass between leaves
  EXPECT_GT(hits_, 150);
  // A ray that grazes a cushion may not arrive in its twelve steps.
  EXPECT_LE(misses, GetParam() == Shape::cushion ? hits_ / 50 : 0);
}

TEST_P(EveryShape, HasNormalsThatPointOutwards) {
  Random r(8);
  const Primitive p = make_primitive(GetParam(), any_frame(r), {0.8F, 0.5F, 1.1F}, 0.4F);
  Bundle b = rays_at(r, p.center, bundle_size);
  intersect(p, 0, b);
  for (int i = 0; i < b.count; ++i) {
    if (b.hit[i] < 0) continue;
    const Contact c = contact_at(p, b, i);
    EXPECT_NEAR(length(c.normal), 1, 1e-4F);
    if (GetParam() == Shape::foliage) continue;  // has an inner surface too
    const Vec3 at_hit = point_at(b, i, b.t[i]);
    EXPECT_GT(outside(p, at_hit + c.normal * 0.05F), outside(p, at_hit - c.normal * 0.05F));
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, EveryShape,
                         testing::Values(Shape::box, Shape::ellipsoid, Shape::cylinder,
                                         Shape::cushion, Shape::foliage));

}  // namespace
}  // namespace dpt::scene
