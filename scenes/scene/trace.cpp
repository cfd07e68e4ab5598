#include "scene/trace.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "scene/simd.h"

namespace dpt::scene {

Bounds::Bounds(const std::vector<Primitive>& primitives) {
  for (const Primitive& p : primitives) {
    x.push_back(p.center.x);
    y.push_back(p.center.y);
    z.push_back(p.center.z);
    radius.push_back(p.radius);
  }
}

namespace {

/// A cone with a round end that holds all rays of a bundle up to their t.
struct Beam {
  Vec3 start;  ///< centre of a ball that holds the origins
  float start_radius = 0;
  Vec3 axis;          ///< unit length
  float tangent = 0;  ///< of the half angle
  float secant = 1;   ///< 1 / cosine of it
  float reach = 0;    ///< longest way, metres
  bool open = false;  ///< no cone holds the rays: they go everywhere
};

struct Range {
  float low, high;
};

/// Over the rays of a bundle. In 16 strands, as compilers do not split a search for the least
/// float.
DPT_SCENE_SIMD Range range_of(const Row& row, int count) {
  constexpr int strands = 16;
  alignas(64) std::array<float, strands> low;
  alignas(64) std::array<float, strands> high;
  low.fill(row[0]);
  high.fill(row[0]);
  int i = 0;
  for (; i + strands <= count; i += strands) {
    for (int k = 0; k < strands; ++k) {
      const float v = row[i + k];
      low[k] = v < low[k] ? v : low[k];
      high[k] = v > high[k] ? v : high[k];
    }
  }
  for (; i < count; ++i) {
    low[0] = std::min(low[0], row[i]);
    high[0] = std::max(high[0], row[i]);
  }
  return {*std::min_element(low.begin(), low.end()), *std::max_element(high.begin(), high.end())};
}

/// Cosines between the rays and the axis, and how far in metres the rays reach.
DPT_SCENE_SIMD void measure_rays(const Bundle& r, Vec3 axis, Row& cosine, Row& reach) {
  for (int i = 0; i < r.count; ++i) {
    const float norm = std::sqrt(r.dx[i] * r.dx[i] + r.dy[i] * r.dy[i] + r.dz[i] * r.dz[i]);
    cosine[i] = (r.dx[i] * axis.x + r.dy[i] * axis.y + r.dz[i] * axis.z) / norm;
    reach[i] = norm * r.t[i];
  }
}

Beam beam_of(const Bundle& r) {
  Beam b;
  const Range x = range_of(r.ox, r.count);
  const Range y = range_of(r.oy, r.count);
  const Range z = range_of(r.oz, r.count);
  const Vec3 low{x.low, y.low, z.low};
  const Vec3 high{x.high, y.high, z.high};
  b.start = (low + high) * 0.5F;
  b.start_radius = length(high - low) * 0.5F;
  Vec3 sum;  // any direction between the rays' will do: of every eighth, and the last
  for (int i = 0; i < r.count; i += 8) sum += normalized({r.dx[i], r.dy[i], r.dz[i]});
  const int last = r.count - 1;
  sum += normalized({r.dx[last], r.dy[last], r.dz[last]});
  b.axis = normalized(sum);
  Row cosines;
  Row reaches;
  measure_rays(r, b.axis, cosines, reaches);
  float cosine = range_of(cosines, r.count).low;
  b.reach = std::max(0.0F, range_of(reaches, r.count).high);
  b.open = !(cosine >= 0.1F);
  cosine = std::max(cosine - 1e-4F, 0.1F);
  b.secant = 1 / cosine;
  b.tangent = std::sqrt(std::max(0.0F, 1 - cosine * cosine)) / cosine;
  return b;
}

/// Writes how far along the beam each bounding ball begins; infinity for those outside it.
DPT_SCENE_SIMD void measure(const Bounds& s, int count, const Beam& b, float* begin) {
  const float* x = s.x.data();
  const float* y = s.y.data();
  const float* z = s.z.data();
  const float* radius = s.radius.data();
  for (int i = 0; i < count; ++i) {
    const float vx = x[i] - b.start.x;
    const float vy = y[i] - b.start.y;
    const float vz = z[i] - b.start.z;
    const float along = vx * b.axis.x + vy * b.axis.y + vz * b.axis.z;
    const float square = vx * vx + vy * vy + vz * vz - along * along;
    const float aside = std::sqrt(square > 0 ? square : 0);
    const float margin = radius[i] + b.start_radius;
    const float ahead = along > 0 ? along : 0;
    const bool inside =
        (along > -margin) & (along - margin < b.reach + b.start_radius) &
        (aside < b.start_radius * (1 + b.tangent) + radius[i] * b.secant + ahead * b.tangent);
    begin[i] = inside ? along - margin : INFINITY;
  }
}

/// False when the beam passes the primitive's box: the box is widened by the beam's radius where it
/// leaves the bounding ball, and the axis tested against it.
bool may_meet(const Primitive& p, const Beam& b, float begin) {
  const float way = std::min(begin + 2 * (p.radius + b.start_radius), b.reach);
  const float margin = b.start_radius * (1 + b.tangent) + std::max(way, 0.0F) * b.tangent;
  const float wider = p.shape == Shape::cylinder ? std::max(1.0F, p.taper) : 1.0F;
  const std::array<float, 3> half = {p.half.x, p.half.y, p.half.z};
  float near = -margin;
  float far = b.reach + b.start_radius;
  for (size_t i = 0; i < 3; ++i) {
    const float o = (dot(p.rows[i], b.start) + p.offset[i]) * half[i];
    const float d = away_from_zero(dot(p.rows[i], b.axis) * half[i]);
    const float limit = half[i] * (i < 2 ? wider : 1.0F) + margin;
    const float inverse = 1 / d;
    const float middle = -o * inverse;
    const float reach = std::abs(limit * inverse);
    near = std::max(near, middle - reach);
    far = std::min(far, middle + reach);
  }
  return near <= far;
}

}  // namespace

void candidates(const std::vector<Primitive>& primitives, const Bounds& bounds, const Bundle& rays,
                bool shadows, std::vector<Candidate>& out) {
  out.clear();
  if (rays.count == 0 || primitives.empty()) return;
  static thread_local std::vector<float> begin;
  const int count = static_cast<int>(primitives.size());
  begin.resize(primitives.size());
  const Beam beam = beam_of(rays);
  measure(bounds, count, beam, begin.data());
  // Few remain: written without branches, then looked at more closely.
  static thread_local std::vector<int32_t> near;
  near.resize(primitives.size());
  int found = 0;
  for (int i = 0; i < count; ++i) {
    near[static_cast<size_t>(found)] = i;
    found += beam.open || begin[i] < INFINITY ? 1 : 0;
  }
  for (int k = 0; k < found; ++k) {
    const int32_t i = near[static_cast<size_t>(k)];
    if (shadows && !primitives[i].casts_shadow) continue;
    if (beam.open) {
      out.push_back({0, i});
    } else if (may_meet(primitives[i], beam, begin[i])) {
      out.push_back({begin[i], i});
    }
  }
  if (!shadows) {
    std::sort(out.begin(), out.end(),
              [](const Candidate& a, const Candidate& b) { return a.begin < b.begin; });
  }
}

namespace {

/// The largest t of the rays. Positive floats are ordered as their bits are, and compilers make
/// vector instructions of the largest integer only.
DPT_SCENE_SIMD float farthest(const Bundle& r) {
  int32_t most = 0;
  for (int i = 0; i < r.count; ++i) {
    const auto bits = std::bit_cast<int32_t>(r.t[i]);
    most = bits > most ? bits : most;
  }
  return std::bit_cast<float>(most);
}

float longest_direction(const Bundle& r) {
  float square = 0;
  for (int i = 0; i < r.count; ++i)
    square = std::max(square, r.dx[i] * r.dx[i] + r.dy[i] * r.dy[i] + r.dz[i] * r.dz[i]);
  return std::sqrt(square);
}

DPT_SCENE_SIMD bool all_hit(const Bundle& r) {
  int missing = 0;
  for (int i = 0; i < r.count; ++i) missing |= r.hit[i];
  return missing >= 0;
}

}  // namespace

void trace(const std::vector<Primitive>& primitives, const Bounds& bounds, Bundle& rays,
           bool shadows, std::vector<Candidate>& scratch) {
  candidates(primitives, bounds, rays, shadows, scratch);
  const float unit = longest_direction(rays);
  constexpr size_t often = 4;  // looking whether all is done costs a part of an intersection
  for (size_t k = 0; k < scratch.size(); ++k) {
    if (k % often == 0 && k > 0 &&
        (shadows ? all_hit(rays) : scratch[k].begin > unit * farthest(rays)))
      return;
    intersect(primitives[static_cast<size_t>(scratch[k].index)], scratch[k].index, rays);
  }
}

}  // namespace dpt::scene
