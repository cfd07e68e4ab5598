// What bundles of rays meet among many primitives.
#pragma once

#include <vector>

#include "scene/primitive.h"

namespace dpt::scene {

/// What has to be known of many primitives to leave most of them out: bounding balls, apart.
struct Bounds {
  std::vector<float> x, y, z, radius;
  explicit Bounds(const std::vector<Primitive>& primitives);
};

/// A primitive that rays of a bundle may meet.
struct Candidate {
  float begin;  ///< no ray meets it before so many metres
  int32_t index;
};

/// Which ones they are, nearest first. `shadows`: only those that cast shadows, in any order.
/// Reads t as the distance to look to.
void candidates(const std::vector<Primitive>& primitives, const Bounds& bounds, const Bundle& rays,
                bool shadows, std::vector<Candidate>& out);

/// Sets t and hit of all rays to the nearest of the primitives that they meet before t; with
/// `shadows`, to any. `scratch` keeps its memory from call to call.
void trace(const std::vector<Primitive>& primitives, const Bounds& bounds, Bundle& rays,
           bool shadows, std::vector<Candidate>& scratch);

}  // namespace dpt::scene
