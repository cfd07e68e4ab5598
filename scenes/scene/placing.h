// Finds places for things so that they do not stand in each other.
#pragma once

#include <functional>
#include <vector>

#include "scene/things.h"

namespace dpt::scene {

using Thing = std::function<Footprint(Builder&, const Frame&)>;

/// A thing that has been placed.
struct Placed {
  Frame frame;
  Footprint size;
};

class Placing {
 public:
  explicit Placing(Builder& b) : b_(b) {}

  /// Builds the thing unless it would stand in another or outside the room; true when it stands.
  bool put(const Thing& thing, const Frame& frame);
  /// Builds the thing with its back at a wall: `wall` faces the room, `along` metres from its
  /// middle.
  bool put_at_wall(const Thing& thing, const Frame& wall, float along);
  /// Things must stay within |x| < half_x and |y| < half_y; no limit before the first call.
  void limit(float half_x, float half_y) { half_x_ = half_x, half_y_ = half_y; }
  /// Keeps a place free.
  void reserve(const Frame& frame, Footprint size) { placed_.push_back({frame, size}); }

  const std::vector<Placed>& placed() const { return placed_; }

 private:
  bool is_free(const Frame& frame, Footprint size) const;

  Builder& b_;
  float half_x_ = 1e6F, half_y_ = 1e6F;
  std::vector<Placed> placed_;
};

}  // namespace dpt::scene
