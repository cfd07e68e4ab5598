// Books, screens, dishes: what lies and stands on tables and shelves.
#include "scene/things.h"

namespace dpt::scene {

Footprint book_pile(Builder& b, const Frame& f) {
  Random& r = b.random;
  float z = 0;
  for (int i = r.integer(1, 6); i > 0; --i) {
    const float t = r.range(0.005F, 0.022F);
    const Frame book = f * turned({0, 0, z}, r.range(-0.4F, 0.4F));
    const float x = r.range(0.06F, 0.11F);
    const float y = x * r.range(1.2F, 1.5F);
    b.box(book, {0, 0, t}, {x * 0.98F, y * 0.98F, t * 0.8F}, b.plain({0.8F, 0.78F, 0.7F}),
          label::book);
    const int cover = r.chance(0.5F) ? b.paper() : b.plain(b.any_color(), 0.3F, 0.3F);
    for (const float s : {0.1F, 1.9F})
      b.box(book, {0, 0, t * s}, {x, y, 0.0015F}, cover, label::book);
    z += 2 * t;
  }
  return {0.1F, 0.14F};
}

Footprint laptop(Builder& b, const Frame& f) {
  Random& r = b.random;
  const int body = b.metal();
  b.box(f, {0, 0, 0.008F}, {0.165F, 0.115F, 0.008F}, body, label::computer);
  b.box(f, {0, 0.03F, 0.0165F}, {0.14F, 0.05F, 0.0006F}, b.picture(Pattern::keyboard),
        label::computer);
  const Frame lid = f * tilted({0, 0.115F, 0.016F}, r.range(-0.7F, 0.0F));
  b.box(lid, {0, 0, 0.11F}, {0.165F, 0.004F, 0.11F}, body, label::computer);
  const int screen = b.picture(Pattern::screen, {0.1F, 0.1F, 0.1F});
  b.scene.materials[static_cast<size_t>(screen)].glow = Vec3{1, 1, 1} * r.range(0, 1.5F);
  b.box(lid, {0, -0.0045F, 0.11F}, {0.155F, 0.0005F, 0.1F}, screen, label::computer);
  return {0.17F, 0.2F};
}

Footprint monitor(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float x = r.range(0.2F, 0.34F);
  const float z = x * r.range(0.55F, 0.75F);
  const int body = b.plain(Vec3{1, 1, 1} * r.log_range(0.015F, 0.6F), 0.4F, 0.3F);
  b.box(f, {0, 0, 0.01F}, {0.11F, 0.08F, 0.008F}, body, label::monitor);
  b.rod(f, {0, 0.03F, 0}, {0, 0.03F, 0.16F}, 0.02F, body, label::monitor);
  b.box(f, {0, 0, 0.12F + z}, {x, 0.02F, z}, body, label::monitor);
  const int screen =
      r.chance(0.4F)
          ? b.plain({0.02F, 0.02F, 0.025F}, 0.7F, 0.15F)
          : b.picture(r.pick({Pattern::screen, Pattern::page, Pattern::photo}), {0.1F, 0.1F, 0.1F});
  if (b.scene.materials[static_cast<size_t>(screen)].texture >= 0)
    b.scene.materials[static_cast<size_t>(screen)].glow = Vec3{1, 1, 1} * r.range(0.4F, 1.6F);
  b.box(f, {0, -0.021F, 0.12F + z}, {x - 0.012F, 0.001F, z - 0.012F}, screen, label::monitor);
  return {x, 0.1F};
}

Footprint small_thing(Builder& b, const Frame& f) {
  Random& r = b.random;
  switch (r.integer(0, 13)) {
    case 0: {  // bottle
      const float x = r.range(0.025F, 0.045F);
      const float z = r.range(0.07F, 0.12F);
      const int glass = r.chance(0.5F) ? b.plain({0.03F, 0.1F, 0.04F}, 1, 0.08F) : b.plastic();
      b.cylinder(f, {0, 0, z}, x, z, glass, label::bottle);
      b.cylinder(f, {0, 0, 2 * z + 0.025F}, x, 0.025F, glass, label::bottle, 0.35F);
      b.cylinder(f, {0, 0, 2 * z + 0.065F}, x * 0.36F, 0.02F, b.plastic(), label::bottle);
      if (r.chance(0.6F)) b.cylinder(f, {0, 0, z}, x + 0.001F, z * 0.45F, b.paper(), label::bottle);
      return {x, x};
    }
    case 1: {  // vase with or without flowers
      const float x = r.range(0.04F, 0.09F);
      const int clay = b.ceramic();
      b.ball(f, {0, 0, x * 1.1F}, {x, x, x * 1.15F}, clay, label::vase);
      b.cylinder(f, {0, 0, x * 2.3F}, x * 0.45F, x * 0.4F, clay, label::vase, 1.3F);
      if (r.chance(0.4F)) flowers(b, f * at({0, 0, x * 2.5F}));
      return {x, x};
    }
    case 2: {  // cup on a saucer
      const int clay = b.ceramic();
      if (r.chance(0.5F)) b.cylinder(f, {0, 0, 0.006F}, 0.04F, 0.006F, clay, label::plate, 1.8F);
      b.cylinder(f, {0, 0, 0.05F}, 0.03F, 0.042F, clay, label::none, 1.25F);
      b.cylinder(f, {0, 0, 0.0915F}, 0.034F, 0.001F, b.plain({0.08F, 0.04F, 0.02F}, 0.6F, 0.1F),
                 label::none);
      b.bent_rod(f, {0.035F, 0, 0.08F}, {0.08F, 0, 0.05F}, {0.03F, 0, 0.025F}, 0.005F, 4, clay,
                 label::none);
      return {0.06F, 0.06F};
    }
    case 3: {  // bowl or plate with food
      const float x = r.range(0.07F, 0.14F);
      b.cylinder(f, {0, 0, 0.012F}, x * 0.65F, 0.012F, b.ceramic(), label::plate, 1.55F);
      for (int i = r.integer(0, 6); i > 0; --i) {
        const float s = r.range(0.015F, 0.045F);
        b.ball(f, {r.range(-x, x) * 0.5F, r.range(-x, x) * 0.5F, 0.02F + s},
               {s, s * r.range(0.6F, 1.0F), s}, b.plain(b.bright_color(), 0.4F, 0.3F), label::food);
      }
      return {x, x};
    }
    case 4:
      return book_pile(b, f);
    case 5: {  // a box or a can
      if (r.chance(0.5F)) {
        const Vec3 h{r.range(0.02F, 0.1F), r.range(0.015F, 0.07F), r.range(0.02F, 0.14F)};
        b.box(f, {0, 0, h.z}, h, b.paper(), label::box);
        return {h.x, h.y};
      }
      const float x = r.range(0.025F, 0.06F);
      const float z = r.range(0.03F, 0.08F);
      b.cylinder(f, {0, 0, z}, x, z, b.paper(), label::none);
      b.cylinder(f, {0, 0, 2 * z}, x * 1.02F, 0.003F, b.metal(), label::none);
      return {x, x};
    }
    case 6: {  // lamp
      const float z = r.range(0.12F, 0.25F);
      b.cylinder(f, {0, 0, 0.01F}, 0.06F, 0.01F, b.metal(), label::lamp);
      b.ball(f, {0, 0, z * 0.6F}, {0.045F, 0.045F, z * 0.6F}, b.ceramic(), label::lamp);
      b.cylinder(f, {0, 0, z * 1.5F}, 0.12F, 0.08F,
                 r.chance(0.5F) ? b.glowing({2, 1.6F, 1.1F}) : b.fabric(), label::lamp, 0.65F);
      return {0.1F, 0.1F};
    }
    case 7: {  // picture frame that leans back
      const Frame lean = f * tilted({}, -0.2F);
      const float x = r.range(0.05F, 0.12F);
      const float z = r.range(0.06F, 0.12F);
      b.box(lean, {0, 0, z}, {x, 0.006F, z}, b.wood(), label::none);
      b.box(lean, {0, -0.007F, z}, {x * 0.85F, 0.001F, z * 0.87F},
            b.picture(r.pick({Pattern::photo, Pattern::poster})), label::painting);
      return {x, 0.04F};
    }
    case 8:
      return potted_plant(b, f);
    case 9: {  // fruit
      const float s = r.range(0.03F, 0.05F);
      const int skin = b.plain(b.bright_color(), 0.4F, 0.3F);
      for (int i = r.integer(1, 4); i > 0; --i)
        b.ball(f, {r.range(-0.07F, 0.07F), r.range(-0.07F, 0.07F), s},
               {s, s, s * r.range(0.85F, 1.1F)}, skin, label::food);
      return {0.08F, 0.08F};
    }
    case 10: {  // paper
      for (int i = r.integer(1, 4); i > 0; --i)
        b.box(f * turned({r.range(-0.05F, 0.05F), 0, 0.001F * static_cast<float>(i)},
                         r.range(-0.6F, 0.6F)),
              {}, {0.1F, 0.145F, 0.0005F}, b.picture(Pattern::page), label::none);
      return {0.11F, 0.15F};
    }
    case 11: {  // glass or jar
      const float x = r.range(0.025F, 0.05F);
      const float z = r.range(0.04F, 0.08F);
      b.cylinder(f, {0, 0, z}, x, z,
                 b.plain(Vec3{0.5F, 0.53F, 0.55F} * r.range(0.4F, 1.2F), 1, 0.08F), label::glass,
                 r.range(1, 1.25F));
      if (r.chance(0.4F))
        b.cylinder(f, {0, 0, 2 * z + 0.008F}, x, 0.01F, b.plain(b.any_color(), 0.3F), label::glass);
      return {x, x};
    }
    case 12:
      return toy(b, f);
    default: {  // pot or pan
      const float x = r.range(0.07F, 0.12F);
      const float z = r.range(0.025F, 0.08F);
      const int steel = b.metal();
      b.cylinder(f, {0, 0, z}, x, z, steel, label::pot, 1.1F);
      b.cylinder(f, {0, 0, 2 * z}, x, 0.002F, b.plain(b.dull_color() * 0.5F), label::pot);
      b.rod(f, {x, 0, 1.6F * z}, {x + 0.16F, 0, 1.8F * z}, 0.01F, b.plastic(), label::pot);
      return {x, x};
    }
  }
}

}  // namespace dpt::scene
