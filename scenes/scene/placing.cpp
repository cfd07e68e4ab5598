#include "scene/placing.h"

#include <algorithm>

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

/// How much stood in a scene, to take away what has come since.
class Mark {
 public:
  explicit Mark(Scene& scene)
      : scene_(scene),
        primitives_(scene.primitives.size()),
        materials_(scene.materials.size()),
        lamps_(scene.lamps.size()) {}

  void go_back() const {
    scene_.primitives.resize(primitives_);
    scene_.materials.resize(materials_);
    scene_.lamps.resize(lamps_);
  }

 private:
  Scene& scene_;
  size_t primitives_, materials_, lamps_;
};

}  // namespace

bool Placing::is_free(const Frame& frame, Footprint size) const {
  const Placed wanted{frame, size};
  if (std::abs(frame.origin.x) + reach(wanted, {1, 0, 0}) > half_x_ + 0.03F) return false;
  if (std::abs(frame.origin.y) + reach(wanted, {0, 1, 0}) > half_y_ + 0.03F) return false;
  return std::all_of(placed_.begin(), placed_.end(),
                     [&](const Placed& p) { return apart(wanted, p); });
}

bool Placing::put(const Thing& thing, const Frame& frame) {
  const Mark before(b_.scene);
  const Footprint size = thing(b_, frame);
  if (is_free(frame, size)) {
    placed_.push_back({frame, size});
    return true;
  }
  before.go_back();
  return false;
}

bool Placing::put_at_wall(const Thing& thing, const Frame& wall, float along) {
  // Its depth is known only once it is built: built twice with the same random numbers.
  const Mark before(b_.scene);
  const Random random = b_.random;
  const Footprint size = thing(b_, wall);
  before.go_back();
  b_.random = random;
  return put(thing, wall * at({along, -size.y - 0.02F, 0}));
}

}  // namespace dpt::scene
