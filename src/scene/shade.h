// What light a hit sends back.
#pragma once

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

/// Light of a lamp that reaches a surface and goes to the viewer (unit vector `view` towards it),
/// without shadows; `to_lamp` of unit length.
Vec3 lit(const Surface& surface, const Lamp& lamp, Vec3 to_lamp, float distance, Vec3 view);

/// Light from everywhere on a surface of this normal.
Vec3 ambient(const Sky& sky, Vec3 normal);

/// Light of the sky from a direction of unit length.
Vec3 sky_color(const Sky& sky, const TextureBank& bank, Vec3 direction);

/// Share of light that is mirrored at this angle (Schlick).
Vec3 mirrored(const Surface& surface, float cosine);

/// A unit vector towards a point of the lamp (given for a ball of radius 1), and how far it is.
struct ToLamp {
  Vec3 direction;
  float distance;
};
ToLamp towards(const Lamp& lamp, Vec3 from, Vec3 point);
/// The same towards its middle.
ToLamp centre_of(const Lamp& lamp, Vec3 from);

}  // namespace dpt::scene
