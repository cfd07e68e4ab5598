// The solids of which a scene consists, and where rays meet them.
#pragma once

#include <array>
#include <cstdint>

#include "scene/vec.h"

namespace dpt::scene {

enum class Shape : uint8_t {
  box,        ///< [-1, 1]^3
  ellipsoid,  ///< the unit ball
  cylinder,   ///< radius 1 at z = -1, `taper` at z = 1, with both lids: cylinders, cones, frusta
  cushion,    ///< a box with round edges
  foliage,    ///< a ball full of holes: leaves seen from some distance
};

/// One solid. Its canonical shape is placed by an affine map.
struct Primitive {
  Shape shape = Shape::box;
  uint8_t label = 0;  ///< ADE20K annotation value (class + 1; 0: none)
  bool casts_shadow = true;
  uint16_t material = 0;       ///< index into Scene::materials
  std::array<Vec3, 3> rows{};  ///< world to local: local_i = dot(rows[i], p) + offset[i]
  std::array<float, 3> offset{};
  Vec3 half;          ///< metres from the centre to the faces, along the local axes
  Vec3 center;        ///< of the bounding ball
  float radius = 0;   ///< of the bounding ball
  float taper = 1;    ///< cylinder: radius at its end; cushion: radius of the edges, metres
  uint32_t seed = 0;  ///< where its texture begins; which leaves it has
};

/// `half`: half the extents in metres along the frame's axes.
Primitive make_primitive(Shape shape, const Frame& frame, Vec3 half, float taper = 1);

/// Rays with an origin and a direction each (not of unit length: distances count directions).
inline constexpr int bundle_size = 256;
/// A number of each ray of a bundle.
struct alignas(64) Row : std::array<float, bundle_size> {};
struct Bundle {
  int count = 0;  ///< at most bundle_size
  Row ox, oy, oz, dx, dy, dz;
  Row t;                                             ///< nearest hit so far, or how far to look
  alignas(64) std::array<int32_t, bundle_size> hit;  ///< index of its primitive; -1: none
};

/// Updates t and hit of all rays that meet `primitive` in front of their origin and before t.
void intersect(const Primitive& primitive, int32_t index, Bundle& rays);

/// Where ray `i` met the primitive in its local coordinates, and the surface's outward normal there
/// in the world, of unit length.
struct Contact {
  Vec3 local;
  Vec3 normal;
};
Contact contact_at(const Primitive& primitive, const Bundle& rays, int i);

}  // namespace dpt::scene
