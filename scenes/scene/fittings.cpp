// Cupboards, kitchens, bathrooms and what hangs on walls.
#include "scene/things.h"

namespace dpt::scene {

namespace {

/// A knob or a bar on a front that faces -y.
void handle(Builder& b, const Frame& f, Vec3 at, bool upright, int material, int label) {
  if (b.random.chance(0.3F)) {
    b.ball(f, at + Vec3{0, -0.02F, 0}, {0.014F, 0.014F, 0.014F}, material, label);
    return;
  }
  const Vec3 half = upright ? Vec3{0, 0, 0.06F} : Vec3{0.06F, 0, 0};
  b.rod(f, at + Vec3{0, -0.022F, 0} - half, at + Vec3{0, -0.022F, 0} + half, 0.006F, material,
        label);
}

/// Drawers or doors as slabs before a body whose front is at y = -depth.
void fronts(Builder& b, const Frame& f, float x, float depth, float low, float high, int columns,
            int rows, int material, int label) {
  const int knob = b.random.chance(0.7F) ? b.metal() : b.wood();
  const bool framed = b.random.chance(0.3F);
  const float w = x / static_cast<float>(columns);
  const float h = 0.5F * (high - low) / static_cast<float>(rows);
  for (int i = 0; i < columns; ++i) {
    for (int j = 0; j < rows; ++j) {
      const Vec3 c{-x + w * static_cast<float>(2 * i + 1), -depth - 0.008F,
                   low + h * static_cast<float>(2 * j + 1)};
      b.box(f, c, {w - 0.004F, 0.009F, h - 0.004F}, material, label);
      if (framed)
        b.box(f, c + Vec3{0, -0.008F, 0}, {w * 0.75F, 0.004F, h * 0.75F}, material, label);
      const bool upright = h > w;
      handle(
          b, f,
          c + (upright ? Vec3{(i % 2 == 0 ? 0.75F : -0.75F) * w, -0.01F, 0} : Vec3{0, -0.01F, 0}),
          upright, knob, label);
    }
  }
}

void set_on_top(Builder& b, const Frame& f, float x, float y, float z, int most) {
  for (int i = b.random.integer(0, most); i > 0; --i) {
    small_thing(b, f * turned({b.random.range(-x, x) * 0.8F, b.random.range(-y, y) * 0.5F, z},
                              b.random.range(0, 6.28F)));
  }
}

}  // namespace

Footprint chest(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float x = r.range(0.25F, 0.8F);
  const float y = r.range(0.2F, 0.3F);
  const float height = r.range(0.45F, 1.1F);
  const int body = b.furniture();
  const int name = r.chance(0.6F) ? label::chest : label::cabinet;
  b.box(f, {0, 0, 0.5F * height + 0.02F}, {x, y, 0.5F * height - 0.02F}, body, name);
  b.box(f, {0, -0.01F, height + 0.01F}, {x + 0.015F, y + 0.015F, 0.012F},
        r.chance(0.7F) ? body : b.furniture(), name);
  fronts(b, f, x, y, 0.05F, height - 0.02F, r.integer(1, 2), r.integer(2, 5),
         r.chance(0.8F) ? body : b.furniture(), name);
  set_on_top(b, f, x, y, height + 0.022F, 5);
  return {x, y};
}

Footprint wardrobe(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float x = r.range(0.4F, 1.0F);
  const float y = r.range(0.25F, 0.32F);
  const float height = r.range(1.7F, 2.2F);
  const int body = b.furniture();
  b.box(f, {0, 0, 0.5F * height}, {x, y, 0.5F * height}, body, label::wardrobe);
  fronts(b, f, x, y, 0.06F, height - 0.04F, r.integer(2, 3), 1, body, label::wardrobe);
  if (r.chance(0.4F)) carton(b, f * at({r.range(-x, x) * 0.5F, 0, height}), r.range(0.1F, 0.2F));
  return {x, y};
}

Footprint open_closet(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float x = r.range(0.35F, 0.8F);
  const float y = r.range(0.25F, 0.35F);
  const float height = r.range(1.4F, 2.2F);
  const int body = b.furniture();
  const float t = 0.012F;
  for (const float s : {-1.0F, 1.0F})
    b.box(f, {s * (x - t), 0, 0.5F * height}, {t, y, 0.5F * height}, body, label::wardrobe);
  b.box(f, {0, y - t, 0.5F * height}, {x, t, 0.5F * height}, body, label::wardrobe);
  b.box(f, {0, 0, height - t}, {x, y, t}, body, label::wardrobe);
  b.box(f, {0, 0, 0.05F}, {x, y, t}, body, label::wardrobe);
  b.rod(f, {-x, 0, height - 0.12F}, {x, 0, height - 0.12F}, 0.012F, b.metal(), label::wardrobe);
  for (float px = -x + 0.08F; px < x - 0.06F; px += r.range(0.05F, 0.2F)) {
    const float drop = r.range(0.3F, 0.55F);
    b.cushion(f, {px, 0, height - 0.16F - drop}, {r.range(0.015F, 0.04F), 0.2F, drop}, 0.014F,
              b.fabric(), label::apparel);
  }
  for (int i = r.integer(1, 3); i > 0; --i)
    floor_thing(
        b, f * turned({r.range(-x, x) * 0.5F, r.range(-0.1F, 0.05F), 0.062F}, r.range(0, 6.28F)));
  if (r.chance(0.6F)) {  // a door that stands open
    const Frame hinge = f * turned({r.sign() * x, -y, 0}, r.range(-2.0F, -1.0F));
    b.box(hinge, {x * 0.5F, 0, 0.5F * height}, {x * 0.5F, 0.012F, 0.5F * height - 0.02F}, body,
          label::wardrobe);
  }
  return {x, y};
}

Footprint bookcase(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float x = r.range(0.3F, 0.7F);
  const float y = r.range(0.13F, 0.2F);
  const float height = r.range(0.7F, 2.2F);
  const int body = b.furniture();
  const float t = 0.011F;
  const int name = r.chance(0.7F) ? label::bookcase : label::shelf;
  for (const float s : {-1.0F, 1.0F})
    b.box(f, {s * (x - t), 0, 0.5F * height}, {t, y, 0.5F * height}, body, name);
  if (r.chance(0.7F)) b.box(f, {0, y - t, 0.5F * height}, {x, t, 0.5F * height}, body, name);
  const int shelves = std::max(2, static_cast<int>(height / r.range(0.28F, 0.42F)));
  for (int i = 0; i <= shelves; ++i) {
    const float z = t + (height - 2 * t) * static_cast<float>(i) / static_cast<float>(shelves);
    b.box(f, {0, 0, z}, {x, y, t}, body, name);
    if (i == shelves) break;
    const float room = height / static_cast<float>(shelves) - 0.05F;
    const float kind = r.unit();
    if (kind < 0.5F) {  // a row of books
      const float w = x * r.range(0.3F, 0.93F);
      const float h = room * r.range(0.6F, 0.85F);
      b.box(f, {r.sign() * (x * 0.95F - w), 0.02F, z + t + 0.5F * h}, {w, y * 0.75F, 0.5F * h},
            b.picture(Pattern::spines), label::book);
    } else if (kind < 0.85F) {
      for (int k = r.integer(1, 4); k > 0; --k)
        small_thing(b, f * turned({r.range(-x, x) * 0.8F, 0, z + t}, r.range(-0.4F, 0.4F)));
    } else if (kind < 0.93F) {
      b.box(f, {r.range(-0.3F, 0.3F) * x, 0, z + t + room * 0.4F},
            {x * 0.4F, y * 0.8F, room * 0.4F}, r.chance(0.5F) ? b.fabric() : b.plastic(),
            label::basket);
    }
  }
  set_on_top(b, f, x, y, height, 3);
  return {x, y};
}

Footprint kitchen(Builder& b, const Frame& f, float width) {
  Random& r = b.random;
  const float y = 0.3F;
  const float x = 0.5F * width;
  const int body = b.furniture();
  const int top = r.chance(0.5F)
                      ? b.patterned(Pattern::marble, b.dull_color() * 1.3F, 1, 0.6F, 0.2F)
                      : b.furniture();
  const int columns = std::max(1, static_cast<int>(width / 0.55F));
  b.box(f, {0, 0, 0.45F}, {x, y, 0.44F}, body, label::cabinet);
  fronts(b, f, x, y, 0.1F, 0.86F, columns, r.integer(1, 2), body, label::cabinet);
  b.box(f, {0, -0.01F, 0.91F}, {x, y + 0.02F, 0.02F}, top, label::countertop);
  if (r.chance(0.6F)) {
    const float at = r.range(-x, x) * 0.6F;
    b.box(f, {at, -0.02F, 0.93F}, {0.28F, 0.22F, 0.006F},
          b.plain({0.03F, 0.03F, 0.03F}, 0.8F, 0.15F), label::stove);
    b.box(f, {at, -y - 0.01F, 0.45F}, {0.28F, 0.02F, 0.35F}, b.plastic(), label::stove);
  }
  for (int i = r.integer(1, 8); i > 0; --i)
    small_thing(
        b, f * turned({r.range(-x, x) * 0.95F, r.range(-0.2F, 0.2F), 0.93F}, r.range(0, 6.28F)));
  if (r.chance(0.75F)) {
    const float high = r.range(1.4F, 1.6F);
    const float from = r.range(-1.0F, 0.2F) * x;
    const float half = 0.5F * (x - from);
    b.box(f, {from + half, 0.14F, high + 0.35F}, {half, 0.16F, 0.35F}, body, label::cabinet);
    fronts(b, f * at({from + half, 0.14F, 0}), half, 0.16F, high, high + 0.7F,
           std::max(1, static_cast<int>(half / 0.28F)), 1, body, label::cabinet);
  }
  if (r.chance(0.5F))
    b.box(f, {0, y - 0.005F, 1.15F}, {x, 0.006F, 0.25F},
          b.patterned(r.pick({Pattern::tiles_small, Pattern::tiles}), b.any_color() * 1.3F, 1.5F,
                      0.7F, 0.15F, 0.5F),
          label::wall);
  return {x, y};
}

Footprint fridge(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float x = r.range(0.27F, 0.45F);
  const float height = r.range(0.85F, 1.95F);
  const int body =
      r.chance(0.5F) ? b.plain(Vec3{1, 1, 1} * r.range(0.6F, 0.9F), 0.6F, 0.3F) : b.metal();
  b.cushion(f, {0, 0, 0.5F * height}, {x, 0.31F, 0.5F * height}, 0.02F, body, label::fridge);
  const int bar = b.metal();
  const float split = height * r.range(0.3F, 0.7F);
  b.box(f, {0, -0.31F, split}, {x, 0.004F, 0.005F}, b.plain({0.05F, 0.05F, 0.05F}), label::fridge);
  for (const float z : {split - 0.15F, split + 0.15F})
    b.rod(f, {x - 0.06F, -0.34F, z - 0.1F}, {x - 0.06F, -0.34F, z + 0.1F}, 0.01F, bar,
          label::fridge);
  return {x, 0.32F};
}

Footprint fireplace(Builder& b, const Frame& f) {
  Random& r = b.random;
  const int stone = r.chance(0.5F)
                        ? b.patterned(Pattern::brick, b.dull_color() * 1.4F, 1, 0, 0.5F, 2)
                        : b.patterned(Pattern::marble, b.dull_color() * 1.4F, 0.7F, 0.4F, 0.2F);
  for (const float s : {-1.0F, 1.0F})
    b.box(f, {s * 0.6F, 0, 0.5F}, {0.18F, 0.2F, 0.5F}, stone, label::fireplace);
  b.box(f, {0, 0, 1.05F}, {0.85F, 0.24F, 0.06F}, stone, label::fireplace);
  b.box(f, {0, 0, 0.88F}, {0.45F, 0.2F, 0.12F}, stone, label::fireplace);
  b.box(f, {0, 0.16F, 0.4F}, {0.45F, 0.03F, 0.4F}, b.plain({0.02F, 0.02F, 0.02F}),
        label::fireplace);
  if (r.chance(0.4F))
    b.ball(f, {0, 0, 0.12F}, {0.25F, 0.1F, 0.15F}, b.glowing({3, 1.2F, 0.3F}), label::fireplace);
  set_on_top(b, f, 0.8F, 0.2F, 1.11F, 4);
  return {0.85F, 0.25F};
}

Footprint radiator(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float x = r.range(0.3F, 0.9F);
  const float height = r.chance(0.3F) ? r.range(0.15F, 0.25F) : r.range(0.45F, 0.7F);
  const int body = b.plain(Vec3{1, 1, 0.97F} * r.range(0.5F, 0.88F), 0.4F, 0.3F);
  if (height < 0.3F) {  // a heater along the skirting
    b.cushion(f, {0, 0, 0.5F * height}, {x * 1.5F, 0.05F, 0.5F * height}, 0.02F, body,
              label::radiator);
    b.box(f, {0, -0.052F, 0.12F * height}, {x * 1.45F, 0.003F, 0.1F * height},
          b.plain({0.05F, 0.05F, 0.05F}), label::radiator);
    return {x * 1.5F, 0.06F};
  }
  for (float px = -x; px <= x; px += 0.06F)
    b.cushion(f, {px, 0, 0.1F + 0.5F * height}, {0.024F, 0.05F, 0.5F * height}, 0.02F, body,
              label::radiator);
  return {x, 0.07F};
}

Footprint television(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float x = r.range(0.35F, 0.75F);
  const float h = x * 0.56F;
  const float stand = r.range(0.3F, 0.6F);
  const int body = b.furniture();
  b.box(f, {0, 0, 0.5F * stand}, {x * r.range(1, 1.4F), 0.2F, 0.5F * stand}, body, label::cabinet);
  b.box(f, {0, 0.02F, stand + 0.05F + h}, {x, 0.02F, h},
        b.plain({0.015F, 0.015F, 0.015F}, 0.8F, 0.15F), label::television);
  if (r.chance(0.5F)) {
    const int screen = b.picture(Pattern::screen, {0.2F, 0.2F, 0.2F});
    b.scene.materials[static_cast<size_t>(screen)].glow = Vec3{1, 1, 1} * r.range(0.3F, 1.2F);
    b.box(f, {0, -0.002F, stand + 0.05F + h}, {x * 0.97F, 0.001F, h * 0.95F}, screen,
          label::television);
  }
  b.box(f, {0, 0.02F, stand + 0.03F}, {0.12F, 0.08F, 0.03F}, b.plain({0.02F, 0.02F, 0.02F}, 0.5F),
        label::television);
  return {x, 0.22F};
}

Footprint bathroom_thing(Builder& b, const Frame& f) {
  Random& r = b.random;
  const int white = b.plain(Vec3{1, 1, 0.98F} * r.range(0.7F, 0.9F), 0.8F, 0.1F);
  const int kind = r.integer(0, 2);
  if (kind == 0) {
    b.add(Shape::cylinder, f, {0, -0.05F, 0.2F}, {0.13F, 0.2F, 0.2F}, white, label::toilet, 1.4F);
    b.ball(f, {0, -0.08F, 0.42F}, {0.19F, 0.26F, 0.04F}, white, label::toilet);
    b.cushion(f, {0, 0.24F, 0.58F}, {0.2F, 0.09F, 0.2F}, 0.03F, white, label::toilet);
    return {0.22F, 0.35F};
  }
  if (kind == 1) {
    b.cylinder(f, {0, 0.05F, 0.35F}, 0.09F, 0.35F, white, label::sink, 1.2F);
    b.ball(f, {0, 0, 0.8F}, {0.28F, 0.22F, 0.12F}, white, label::sink);
    b.bent_rod(f, {0, 0.15F, 0.88F}, {0, 0.15F, 1.1F}, {0, 0, 1.0F}, 0.014F, 4, b.metal(),
               label::sink);
    b.box(f, {0, 0.22F, 1.55F}, {0.3F, 0.01F, 0.35F}, b.plain({0.05F, 0.06F, 0.06F}, 1, 0.02F),
          label::mirror);
    return {0.3F, 0.25F};
  }
  b.cushion(f, {0, 0, 0.28F}, {0.8F, 0.38F, 0.28F}, 0.1F, white, label::bathtub);
  b.ball(f, {0, 0, 0.57F}, {0.68F, 0.28F, 0.015F}, b.plain({0.45F, 0.48F, 0.5F}, 0.6F, 0.2F),
         label::bathtub);
  return {0.8F, 0.38F};
}

void wall_picture(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float x = r.log_range(0.1F, 0.7F);
  const float z = r.log_range(0.1F, 0.5F);
  const float kind = r.unit();
  if (kind < 0.08F) {
    b.add(Shape::cylinder, f * tilted({}, 1.5708F), {}, {0.15F, 0.15F, 0.02F},
          b.picture(Pattern::dots), label::clock);
    return;
  }
  if (kind < 0.16F) {
    b.box(f, {}, {x, 0.015F, z}, b.plain({0.06F, 0.07F, 0.07F}, 1, 0.02F), label::mirror);
    b.box(f, {0, 0.005F, 0}, {x + 0.03F, 0.014F, z + 0.03F}, b.furniture(), label::mirror);
    return;
  }
  const bool framed = r.chance(0.7F);
  const int name = kind < 0.3F    ? label::poster
                   : kind < 0.36F ? label::bulletin_board
                                  : label::painting;
  b.box(f, {0, -0.006F, 0}, {x, 0.008F, z},
        b.picture(r.pick(
            {Pattern::poster, Pattern::photo, Pattern::photo, Pattern::page, Pattern::flowers})),
        name);
  if (framed) {
    const int wood = r.chance(0.5F) ? b.wood() : b.plastic();
    const float t = r.range(0.008F, 0.04F);
    for (const float s : {-1.0F, 1.0F}) {
      b.box(f, {s * (x + t), -0.01F, 0}, {t, 0.018F, z + 2 * t}, wood, name);
      b.box(f, {0, -0.01F, s * (z + t)}, {x + t, 0.018F, t}, wood, name);
    }
  }
}

void wall_shelf(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float x = r.range(0.25F, 0.8F);
  b.box(f, {0, -0.11F, 0}, {x, 0.12F, 0.012F}, b.furniture(), label::shelf);
  if (r.chance(0.4F))
    b.box(f, {r.range(-0.4F, 0.4F) * x, -0.1F, 0.12F}, {x * 0.5F, 0.08F, 0.11F},
          b.picture(Pattern::spines), label::book);
  for (int i = r.integer(1, 5); i > 0; --i)
    small_thing(b, f * turned({r.range(-x, x) * 0.9F, -0.11F, 0.012F}, r.range(0, 6.28F)));
}

void door(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float x = r.range(0.38F, 0.5F);
  const float height = r.range(1.95F, 2.15F);
  const int panel = b.furniture();
  const int frame = r.chance(0.6F) ? panel : b.furniture();
  b.box(f, {0, -0.01F, 0.5F * height}, {x, 0.02F, 0.5F * height}, panel, label::door);
  for (const float s : {-1.0F, 1.0F})
    b.box(f, {s * (x + 0.04F), -0.015F, 0.5F * height + 0.02F},
          {0.045F, 0.035F, 0.5F * height + 0.02F}, frame, label::door);
  b.box(f, {0, -0.015F, height + 0.04F}, {x + 0.085F, 0.035F, 0.045F}, frame, label::door);
  const int knob = b.metal();
  const float s = r.sign();
  b.rod(f, {s * (x - 0.07F), -0.03F, 1.02F}, {s * (x - 0.07F), -0.08F, 1.02F}, 0.012F, knob,
        label::door);
  b.rod(f, {s * (x - 0.07F), -0.08F, 1.02F}, {s * (x - 0.18F), -0.08F, 1.02F}, 0.01F, knob,
        label::door);
  if (r.chance(0.5F)) {
    const int rows = r.integer(1, 3);
    for (int i = 0; i < rows; ++i) {
      const float h = height / static_cast<float>(rows);
      b.box(f, {0, -0.032F, h * (static_cast<float>(i) + 0.5F)}, {x * 0.7F, 0.006F, h * 0.36F},
            panel, label::door);
    }
  }
}

void drapes(Builder& b, const Frame& f, float width, float height) {
  Random& r = b.random;
  const float kind = r.unit();
  if (kind < 0.25F) {
    const float share = r.range(0.2F, 1.0F);
    b.box(f, {0, -0.04F, height * (1 - 0.5F * share)}, {0.5F * width, 0.01F, 0.5F * height * share},
          b.picture(Pattern::blinds, Vec3{1, 1, 0.95F} * r.range(0.4F, 0.95F)), label::blind);
    return;
  }
  const int cloth = r.chance(0.5F) ? b.plain(b.any_color()) : b.fabric();
  const float rail = height + 0.08F;
  b.rod(f, {-0.7F * width, -0.08F, rail}, {0.7F * width, -0.08F, rail}, 0.012F, b.metal(),
        label::curtain);
  const float low = r.chance(0.5F) ? -r.range(0.5F, 0.9F) : -0.05F;
  for (const float s : {-1.0F, 1.0F}) {
    if (r.chance(0.1F)) continue;
    const float covered = width * r.range(0.15F, 0.5F);
    const float fold = r.range(0.025F, 0.06F);
    for (float px = 0; px < covered; px += fold * 1.4F) {
      const float at = s * (0.65F * width - px);
      b.add(Shape::cylinder, f, {at, -0.08F + r.range(-0.02F, 0.02F), 0.5F * (low + rail)},
            {fold, fold * 0.9F, 0.5F * (rail - low)}, cloth, label::curtain, r.range(0.7F, 1.0F));
    }
  }
}

void power_socket(Builder& b, const Frame& f) {
  const int white = b.plain({0.8F, 0.8F, 0.78F}, 0.5F, 0.3F);
  b.box(f, {0, -0.005F, 0}, {0.035F, 0.006F, 0.055F}, white, label::none);
  for (const float z : {-0.02F, 0.02F})
    b.box(f, {0, -0.012F, z}, {0.012F, 0.001F, 0.012F}, b.plain({0.1F, 0.1F, 0.1F}), label::none);
}

}  // namespace dpt::scene
