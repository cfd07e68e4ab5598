// Puts solids and materials into a scene.
#pragma once

#include <initializer_list>

#include "scene/label.h"
#include "scene/random.h"
#include "scene/scene.h"

namespace dpt::scene {

/// Draws what is random about a scene while it is put together. Objects stand in frames whose
/// origin is the middle of their footprint, x along their width, z up, and which face -y.
class Builder {
 public:
  Builder(Scene& s, const TextureBank& textures, uint64_t seed)
      : scene(s), bank(textures), random(seed) {}

  Scene& scene;
  const TextureBank& bank;
  Random random;

  /// A solid of the extents 2 * half around `center`, both in `frame`.
  void add(Shape shape, const Frame& frame, Vec3 center, Vec3 half, int material, int label,
           float taper = 1);
  void box(const Frame& f, Vec3 center, Vec3 half, int material, int label) {
    add(Shape::box, f, center, half, material, label);
  }
  void cushion(const Frame& f, Vec3 center, Vec3 half, float edge, int material, int label) {
    add(Shape::cushion, f, center, half, material, label, edge);
  }
  void ball(const Frame& f, Vec3 center, Vec3 half, int material, int label) {
    add(Shape::ellipsoid, f, center, half, material, label);
  }
  /// Upright: `radius` below, radius * taper above.
  void cylinder(const Frame& f, Vec3 center, float radius, float half_height, int material,
                int label, float taper = 1) {
    add(Shape::cylinder, f, center, {radius, radius, half_height}, material, label, taper);
  }
  /// A rod from a to b, both in `frame`.
  void rod(const Frame& f, Vec3 a, Vec3 b, float radius, int material, int label, float taper = 1);
  /// A bent rod: a curve through a, towards `by`, to b, of `pieces` rods.
  void bent_rod(const Frame& f, Vec3 a, Vec3 by, Vec3 b, float radius, int pieces, int material,
                int label);
  /// The solid that was added last casts no shadow.
  void without_shadow() { scene.primitives.back().casts_shadow = false; }

  int material(const Material& m);
  /// A pattern on a colour.
  int patterned(Pattern pattern, Vec3 color, float repeat, float gloss = 0, float roughness = 0.5F,
                float bump = 0);
  /// One picture over the whole face.
  int picture(Pattern pattern, Vec3 color = {1, 1, 1});
  int plain(Vec3 color, float gloss = 0, float roughness = 0.5F);
  int glowing(Vec3 light);

  // What things are made of, drawn anew at each call.
  int paint();  ///< of walls
  int wood();
  int fabric();
  int plastic();
  int metal();
  int leather();
  int ceramic();
  int furniture();  ///< wood, lacquer or metal, as cabinets are made of
  int floor();
  int paper();  ///< printed

  Vec3 dull_color();    ///< most things: greys and browns
  Vec3 bright_color();  ///< of any hue
  Vec3 any_color() { return random.chance(0.6F) ? dull_color() : bright_color(); }
};

}  // namespace dpt::scene
