#include "scene/primitive.h"

#include <algorithm>
#include <cmath>

#include "scene/simd.h"

namespace dpt::scene {

namespace {

constexpr float nearest = 1e-3F;  // hits nearer than this, in directions, are the ray's own surface

/// Rays in the primitive's local coordinates.
struct LocalRays {
  Row ox, oy, oz, dx, dy, dz;
};

DPT_SCENE_SIMD void to_local(const Primitive& p, const Bundle& r, LocalRays& l) {
  const Vec3 a = p.rows[0];
  const Vec3 b = p.rows[1];
  const Vec3 c = p.rows[2];
  for (int i = 0; i < r.count; ++i) {
    const float ox = r.ox[i];
    const float oy = r.oy[i];
    const float oz = r.oz[i];
    const float dx = r.dx[i];
    const float dy = r.dy[i];
    const float dz = r.dz[i];
    l.ox[i] = a.x * ox + a.y * oy + a.z * oz + p.offset[0];
    l.oy[i] = b.x * ox + b.y * oy + b.z * oz + p.offset[1];
    l.oz[i] = c.x * ox + c.y * oy + c.z * oz + p.offset[2];
    l.dx[i] = a.x * dx + a.y * dy + a.z * dz;
    l.dy[i] = b.x * dx + b.y * dy + b.z * dz;
    l.dz[i] = c.x * dx + c.y * dy + c.z * dz;
  }
}

/// Where a local ray enters and leaves [-1, 1]^3; near > far where it passes by.
struct Span {
  float near, far;
};

inline Span span_in_box(const LocalRays& l, int i) {
  const float ix = 1.0F / away_from_zero(l.dx[i]);
  const float iy = 1.0F / away_from_zero(l.dy[i]);
  const float iz = 1.0F / away_from_zero(l.dz[i]);
  const float ax = std::abs(ix);
  const float ay = std::abs(iy);
  const float az = std::abs(iz);
  const float mx = -l.ox[i] * ix;
  const float my = -l.oy[i] * iy;
  const float mz = -l.oz[i] * iz;
  float near = mx - ax > my - ay ? mx - ax : my - ay;
  near = near > mz - az ? near : mz - az;
  float far = mx + ax < my + ay ? mx + ax : my + ay;
  far = far < mz + az ? far : mz + az;
  return {near, far};
}

DPT_SCENE_SIMD void meet_box(const LocalRays& l, int32_t index, Bundle& r) {
  for (int i = 0; i < r.count; ++i) {
    const Span span = span_in_box(l, i);
    const float t = span.near > nearest ? span.near : span.far;
    const bool hit = (span.near <= span.far) & (t > nearest) & (t < r.t[i]);
    r.t[i] = hit ? t : r.t[i];
    r.hit[i] = hit ? index : r.hit[i];
  }
}

/// a t^2 + 2 b t + c = 0 where a local ray meets the unit ball: d > 0 then, first at t0.
struct Roots {
  float a, b, c, d, t0, t1;
};

inline Roots roots_of_ball(const LocalRays& l, int i) {
  const float a = l.dx[i] * l.dx[i] + l.dy[i] * l.dy[i] + l.dz[i] * l.dz[i];
  const float b = l.ox[i] * l.dx[i] + l.oy[i] * l.dy[i] + l.oz[i] * l.dz[i];
  const float c = l.ox[i] * l.ox[i] + l.oy[i] * l.oy[i] + l.oz[i] * l.oz[i] - 1;
  const float d = b * b - a * c;
  const float root = std::sqrt(d > 0 ? d : 0);
  return {a, b, c, d, (-b - root) / a, (-b + root) / a};
}

DPT_SCENE_SIMD void meet_ellipsoid(const LocalRays& l, int32_t index, Bundle& r) {
  for (int i = 0; i < r.count; ++i) {
    const Roots roots = roots_of_ball(l, i);
    const float t = roots.t0 > nearest ? roots.t0 : roots.t1;
    const bool hit = (roots.d > 0) & (t > nearest) & (t < r.t[i]);
    r.t[i] = hit ? t : r.t[i];
    r.hit[i] = hit ? index : r.hit[i];
  }
}

/// True where the ball's surface has a leaf: cells of the local surface, by a hash of their place.
inline bool has_leaf(float x, float y, float z, float cells, uint32_t seed) {
  const auto qx = static_cast<uint32_t>(static_cast<int32_t>((x + 2) * cells));
  const auto qy = static_cast<uint32_t>(static_cast<int32_t>((y + 2) * cells));
  const auto qz = static_cast<uint32_t>(static_cast<int32_t>((z + 2) * cells));
  uint32_t h = qx * 0x8da6b343U ^ qy * 0xd8163841U ^ qz * 0xcb1ab31fU ^ seed;
  h ^= h >> 15U;
  h *= 0x2c1b3c6dU;
  h ^= h >> 12U;
  return (h & 255U) < 140U;
}

DPT_SCENE_SIMD void meet_foliage(const LocalRays& l, float cells, uint32_t seed, int32_t index,
                                 Bundle& r) {
  for (int i = 0; i < r.count; ++i) {
    const auto [a, b, c, d, t0, t1] = roots_of_ball(l, i);
    // A ball of 0.8 of the size inside it has leaves of its own, so that crowns look deep.
    const float di = b * b - a * (c + 0.36F);
    const float ti = (-b - std::sqrt(di > 0 ? di : 0)) / a;
    const auto leaf = [&](float t) {
      return has_leaf(l.ox[i] + t * l.dx[i], l.oy[i] + t * l.dy[i], l.oz[i] + t * l.dz[i], cells,
                      seed);
    };
    const bool front = (t0 > nearest) & leaf(t0);
    const bool inner = (di > 0) & (ti > nearest) & leaf(ti);
    const bool back = (t1 > nearest) & leaf(t1);
    const float t = front ? t0 : inner ? ti : t1;
    const bool hit = (d > 0) & (front | inner | back) & (t < r.t[i]);
    r.t[i] = hit ? t : r.t[i];
    r.hit[i] = hit ? index : r.hit[i];
  }
}

DPT_SCENE_SIMD void meet_cylinder(const LocalRays& l, float taper, int32_t index, Bundle& r) {
  // Radius at height z: m + k z.
  const float m = 0.5F * (1 + taper);
  const float k = 0.5F * (taper - 1);
  for (int i = 0; i < r.count; ++i) {
    const float ox = l.ox[i];
    const float oy = l.oy[i];
    const float oz = l.oz[i];
    const float dx = l.dx[i];
    const float dy = l.dy[i];
    const float dz = away_from_zero(l.dz[i]);
    const float ro = m + k * oz;
    const float rd = k * dz;
    const float a0 = dx * dx + dy * dy - rd * rd;
    const float a = std::abs(a0) < 1e-12F ? 1e-12F : a0;
    const float b = ox * dx + oy * dy - ro * rd;
    const float c = ox * ox + oy * oy - ro * ro;
    const float d = b * b - a * c;
    const float root = std::sqrt(d > 0 ? d : 0);
    float best = r.t[i];
    bool any = false;
    const auto side = [&](float t) {
      const float z = oz + t * dz;
      const bool hit = (d > 0) & (t > nearest) & (t < best) & (z >= -1) & (z <= 1);
      best = hit ? t : best;
      any = any | hit;
    };
    side((-b - root) / a);
    side((-b + root) / a);
    const auto lid = [&](float z, float limit) {
      const float t = (z - oz) / dz;
      const float x = ox + t * dx;
      const float y = oy + t * dy;
      const bool hit = (t > nearest) & (t < best) & (x * x + y * y <= limit * limit);
      best = hit ? t : best;
      any = any | hit;
    };
    lid(-1, 1);
    lid(1, taper);
    r.t[i] = best;
    r.hit[i] = any ? index : r.hit[i];
  }
}

/// Distance to a box with round edges, metres; p in metres.
inline float cushion_distance(float x, float y, float z, Vec3 core, float edge) {
  const float qx = std::abs(x) - core.x;
  const float qy = std::abs(y) - core.y;
  const float qz = std::abs(z) - core.z;
  const float px = qx > 0 ? qx : 0;
  const float py = qy > 0 ? qy : 0;
  const float pz = qz > 0 ? qz : 0;
  const float m = qx > qy ? qx : qy;
  const float inside = m > qz ? m : qz;
  return std::sqrt(px * px + py * py + pz * pz) + (inside < 0 ? inside : 0) - edge;
}

/// Sphere tracing from where the ray enters the box, of those rays that do: most pass it by.
DPT_SCENE_SIMD void meet_cushion(const LocalRays& l, Vec3 half, float edge, int32_t index,
                                 Bundle& r) {
  const Vec3 core = half - Vec3{edge, edge, edge};
  constexpr int steps = 12;
  LocalRays in;  // in metres, directions of unit length
  Row at, limit, distance, unit;
  std::array<int, bundle_size> who;
  for (int i = 0; i < r.count; ++i) {
    const Span span = span_in_box(l, i);
    at[i] = span.near > 0 ? span.near : 0;
    limit[i] = span.near <= span.far && at[i] < r.t[i] ? span.far : -1;
  }
  int count = 0;
  for (int i = 0; i < r.count; ++i) {
    if (limit[i] <= nearest) continue;
    const Vec3 d{l.dx[i] * half.x, l.dy[i] * half.y, l.dz[i] * half.z};
    const float norm = length(d);
    in.ox[count] = l.ox[i] * half.x;
    in.oy[count] = l.oy[i] * half.y;
    in.oz[count] = l.oz[i] * half.z;
    in.dx[count] = d.x / norm;
    in.dy[count] = d.y / norm;
    in.dz[count] = d.z / norm;
    at[count] = at[i] * norm;
    limit[count] = limit[i];
    unit[count] = norm;
    who[count++] = i;
  }
  for (int step = 0; step < steps; ++step) {
    for (int i = 0; i < count; ++i) {
      const float t = at[i];
      const float d = cushion_distance(in.ox[i] + t * in.dx[i], in.oy[i] + t * in.dy[i],
                                       in.oz[i] + t * in.dz[i], core, edge);
      at[i] = t + d;
      distance[i] = d;
    }
  }
  for (int k = 0; k < count; ++k) {
    const int i = who[k];
    const float t = at[k] / unit[k];
    if (distance[k] < 4e-3F && t > nearest && t < limit[k] && t < r.t[i]) {
      r.t[i] = t;
      r.hit[i] = index;
    }
  }
}

float leaf_cells(const Primitive& p) {
  return std::clamp(std::max({p.half.x, p.half.y, p.half.z}) * 6.0F, 4.0F, 14.0F);
}

}  // namespace

Primitive make_primitive(Shape shape, const Frame& frame, Vec3 half, float taper) {
  Primitive p;
  p.shape = shape;
  p.half = {std::max(half.x, 1e-4F), std::max(half.y, 1e-4F), std::max(half.z, 1e-4F)};
  p.rows = {frame.x * (1 / p.half.x), frame.y * (1 / p.half.y), frame.z * (1 / p.half.z)};
  for (size_t i = 0; i < 3; ++i) p.offset[i] = -dot(p.rows[i], frame.origin);
  p.center = frame.origin;
  p.taper = taper;
  switch (shape) {
    case Shape::ellipsoid:
    case Shape::foliage:
      p.radius = std::max({p.half.x, p.half.y, p.half.z});
      break;
    case Shape::cylinder: {
      const float r = std::max(p.half.x, p.half.y) * std::max(1.0F, taper);
      p.radius = std::sqrt(r * r + p.half.z * p.half.z);
      break;
    }
    case Shape::cushion:
      p.taper = std::min({taper, p.half.x, p.half.y, p.half.z}) * 0.999F;
      p.radius = length(p.half);
      break;
    case Shape::box:
      p.radius = length(p.half);
      break;
  }
  return p;
}

void intersect(const Primitive& p, int32_t index, Bundle& rays) {
  LocalRays local;
  to_local(p, rays, local);
  switch (p.shape) {
    case Shape::box:
      return meet_box(local, index, rays);
    case Shape::ellipsoid:
      return meet_ellipsoid(local, index, rays);
    case Shape::cylinder:
      return meet_cylinder(local, p.taper, index, rays);
    case Shape::cushion:
      return meet_cushion(local, p.half, p.taper, index, rays);
    case Shape::foliage:
      return meet_foliage(local, leaf_cells(p), p.seed, index, rays);
  }
}

Contact contact_at(const Primitive& p, const Bundle& r, int i) {
  const float t = r.t[i];
  const Vec3 hit{r.ox[i] + t * r.dx[i], r.oy[i] + t * r.dy[i], r.oz[i] + t * r.dz[i]};
  const Vec3 l{dot(p.rows[0], hit) + p.offset[0], dot(p.rows[1], hit) + p.offset[1],
               dot(p.rows[2], hit) + p.offset[2]};
  Vec3 n;
  switch (p.shape) {
    case Shape::ellipsoid:
    case Shape::foliage:
      n = l;
      break;
    case Shape::box: {
      const float x = std::abs(l.x);
      const float y = std::abs(l.y);
      const float z = std::abs(l.z);
      if (x >= y && x >= z) {
        n = {std::copysign(1.0F, l.x), 0, 0};
      } else if (y >= z) {
        n = {0, std::copysign(1.0F, l.y), 0};
      } else {
        n = {0, 0, std::copysign(1.0F, l.z)};
      }
      break;
    }
    case Shape::cylinder: {
      const float k = 0.5F * (p.taper - 1);
      const float radius = 0.5F * (1 + p.taper) + k * l.z;
      const float from_side = std::abs(std::sqrt(l.x * l.x + l.y * l.y) - radius);
      if (1 - std::abs(l.z) < from_side) {
        n = {0, 0, std::copysign(1.0F, l.z)};
      } else {
        n = {l.x, l.y, -k * radius};
      }
      break;
    }
    case Shape::cushion: {
      const auto outside = [&](float at, float half) {
        const float core = half - p.taper;
        const float v = at * half;
        return v > core ? v - core : v < -core ? v + core : 0.0F;
      };
      n = Vec3{outside(l.x, p.half.x), outside(l.y, p.half.y), outside(l.z, p.half.z)};
      return {l, normalized(p.rows[0] * (n.x * p.half.x) + p.rows[1] * (n.y * p.half.y) +
                            p.rows[2] * (n.z * p.half.z))};
    }
  }
  return {l, normalized(p.rows[0] * n.x + p.rows[1] * n.y + p.rows[2] * n.z)};
}

}  // namespace dpt::scene
