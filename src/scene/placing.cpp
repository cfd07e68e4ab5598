#include "scene/placing.h"

namespace dpt::scene {

namespace {

/// How far a footprint reaches along a direction.
float reach(const Placed& p, Vec3 way) {
  return p.size.x * std::abs(dot(p.frame.x, way)) + p.size.y * std::abs(dot(p.frame.y, way));
}

/// Two rectangles are apart when a line along one of their sides parts them.
bool apart(const Placed& a, const Placed& b) {
  const Vec3 between = b.frame.origin - a.frame.origin;
  for (const Vec3 way : {a.frame.x, a.frame.y, b.frame.x, b.frame.y}) {
    if (std::abs(dot(between, way)) > reach(a, way) + reach(b, way)) return true;
  }
  return false;
}

}  // namespace

bool Placing::is_free(const Frame& frame, Footprint size) const {
  const Placed wanted{frame, size};
  if (std::abs(frame.origin.x) + reach(wanted, {1, 0, 0}) > half_x_ + 0.03F) return false;
  if (std::abs(frame.origin.y) + reach(wanted, {0, 1, 0}) > half_y_ + 0.03F) return false;
  return std::all_of(placed_.begin(), placed_.end(),
                     [&](const Placed& p) { return apart(wanted, p); });
}

bool Placing::put(const Thing& thing, const Frame& frame) {
  Scene& s = b_.scene;
  const size_t primitives = s.primitives.size();
  const size_t materials = s.materials.size();
  const size_t lamps = s.lamps.size();
  const Footprint size = thing(b_, frame);
  if (is_free(frame, size)) {
    placed_.push_back({frame, size});
    return true;
  }
  s.primitives.resize(primitives);
  s.materials.resize(materials);
  s.lamps.resize(lamps);
  return false;
}

bool Placing::put_at_wall(const Thing& thing, const Frame& wall, float along) {
  // Its depth is known only once it is built: built twice with the same random numbers.
  Scene& s = b_.scene;
  const size_t primitives = s.primitives.size();
  const size_t materials = s.materials.size();
  const size_t lamps = s.lamps.size();
  const Random before = b_.random;
  const Footprint size = thing(b_, wall);
  s.primitives.resize(primitives);
  s.materials.resize(materials);
  s.lamps.resize(lamps);
  b_.random = before;
  return put(thing, wall * at({along, -size.y - 0.02F, 0}));
}

}  // namespace dpt::scene
