// What light a hit sends back.
#pragma once

#include <algorithm>

#include "scene/scene.h"

namespace dpt::scene {

/// A point of a surface as light sees it.
struct Surface {
  Vec3 position;
  Vec3 normal;  ///< of the solid, towards the viewer
  Vec3 bumpy;   ///< with the texture's bumps
  Vec3 color;
  Vec3 glow;
  float gloss = 0, roughness = 0.5F;
  bool metal = false;
};

/// `pixel`: tangent of the angle of one pixel.
Surface surface_at(const Scene& scene, const TextureBank& bank, const Bundle& rays, int i,
                   float pixel);

/// Light of a lamp's middle that reaches a surface and goes to the viewer (unit vector `view`
/// towards it), without shadows.
Vec3 lit(const Surface& surface, const Lamp& lamp, Vec3 view);

/// Surfaces as lamps see them.
struct Points {
  Row x, y, z;     ///< position
  Row nx, ny, nz;  ///< normal with bumps
  Row vx, vy, vz;  ///< unit vector towards the viewer
  Row r, g, b;     ///< share of the light that goes everywhere; 0: no surface
  Row shine;       ///< how narrow highlights are; 0: none

  void set(int i, const Surface& surface, Vec3 view);
  void clear(int i) { r[i] = g[i] = b[i] = shine[i] = 0; }
};

/// Light of a lamp's middle on many surfaces, without shadows.
struct Lit {
  Row r, g, b;  ///< the diffuse part of what goes to the viewer
  Row fall;     ///< share of the lamp's power that falls on the surface; 0: behind it
  Row facing;   ///< cosine between the normal and the middle of lamp and viewer
  Row half;     ///< cosine between that middle and the viewer
};
void diffuse(const Lamp& lamp, const Points& points, int count, Lit& __restrict out);

/// Whether a highlight belongs to it that can be seen: elsewhere it is below 1/8000 of its peak.
inline bool has_highlight(float shine, float fall, float facing) {
  return shine > 0 && fall > 0 && shine * (1 - facing) < 9;
}
Vec3 highlight(const Surface& surface, float shine, Vec3 light, float facing, float half);

/// Light from everywhere on a surface of this normal.
inline Vec3 ambient(const Sky& sky, Vec3 n) {
  const float up = n.z > 0 ? n.z * n.z : 0;
  const float down = n.z < 0 ? n.z * n.z : 0;
  return sky.from_above * up + sky.from_below * down + sky.from_aside * (1 - up - down);
}

/// Light of the sky from a direction of unit length.
Vec3 sky_color(const Sky& sky, const TextureBank& bank, Vec3 direction);

/// Share of light that is mirrored at this angle (Schlick).
inline Vec3 mirrored(const Surface& s, float cosine) {
  const float grazing = 1 - std::clamp(cosine, 0.0F, 1.0F);
  const float g2 = grazing * grazing;
  const float schlick = g2 * g2 * grazing;
  const Vec3 base = s.metal ? s.color : Vec3{0.05F, 0.05F, 0.05F};
  return (base + (Vec3{1, 1, 1} - base) * schlick) * s.gloss;
}

/// A unit vector towards a point of the lamp (given for a ball of radius 1), and how far it is.
struct ToLamp {
  Vec3 direction;
  float distance;
};

inline constexpr float shadow_reach = 80;  ///< metres: what is farther throws no shadow in sunlight

/// Towards the lamp's middle.
inline ToLamp centre_of(const Lamp& lamp, Vec3 from) {
  if (lamp.directional) return {lamp.position, shadow_reach};
  const Vec3 way = lamp.position - from;
  const float distance = std::max(length(way), 1e-3F);
  return {way * (1 / distance), distance};
}

inline ToLamp towards(const Lamp& lamp, Vec3 from, Vec3 point) {
  const Vec3 ball = point * lamp.radius;
  if (lamp.directional) return {normalized(lamp.position + ball), shadow_reach};
  Lamp moved = lamp;
  moved.position += ball;
  return centre_of(moved, from);
}

}  // namespace dpt::scene
