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

/// The highlight that belongs to it.
bool has_highlight(float shine, float fall, float facing);
Vec3 highlight(const Surface& surface, float shine, Vec3 light, float facing, float half);

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
