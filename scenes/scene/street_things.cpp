// Vehicles, buildings and what stands along streets.
#include "scene/things.h"

namespace dpt::scene {

namespace {

void wheels(Builder& b, const Frame& f, float x, float front, float rear, float radius, int label) {
  const int tyre = b.plain({0.02F, 0.02F, 0.02F}, 0.2F);
  const int hub = b.metal();
  for (const float s : {-1.0F, 1.0F}) {
    for (const float y : {front, rear}) {
      const Frame axle = f * along({s * (x - 0.06F), y, radius}, {1, 0, 0});
      b.add(Shape::cylinder, axle, {}, {radius, radius, 0.1F}, tyre, label);
      b.add(Shape::cylinder, axle, {0, 0, s * 0.06F}, {radius * 0.6F, radius * 0.6F, 0.05F}, hub,
            label);
    }
  }
}

void lights(Builder& b, const Frame& f, float x, float y, float z, bool front, int label) {
  const bool on = b.random.chance(0.3F);
  const Vec3 color = front ? Vec3{0.9F, 0.9F, 0.85F} : Vec3{0.5F, 0.02F, 0.02F};
  const int lens = on ? b.glowing(color * 2) : b.plain(color, 0.9F, 0.1F);
  for (const float s : {-1.0F, 1.0F}) b.ball(f, {s * x, y, z}, {0.15F, 0.06F, 0.08F}, lens, label);
}

int body_paint(Builder& b) {
  Random& r = b.random;
  return b.plain(r.chance(0.65F) ? Vec3{1, 1, 1} * r.log_range(0.015F, 0.85F) : b.bright_color(),
                 0.9F, 0.12F);
}

int car_glass(Builder& b) { return b.plain({0.03F, 0.035F, 0.04F}, 1, 0.05F); }

}  // namespace

Footprint car(Builder& b, const Frame& f) {
  Random& r = b.random;
  const int paint = body_paint(b);
  const int glass = car_glass(b);
  const float x = r.range(0.82F, 0.95F);
  const float y = r.range(1.9F, 2.4F);
  const float waist = r.range(0.8F, 1.05F);
  const float roof = waist + r.range(0.45F, 0.7F);
  const float cabin = r.range(0.9F, 1.5F);
  const float shift = r.range(-0.1F, 0.5F);
  b.cushion(f, {0, 0, 0.5F * (0.25F + waist)}, {x, y, 0.5F * (waist - 0.25F)}, 0.18F, paint,
            label::car);
  // The cabin: a dark frustum of glass with a painted roof.
  const Frame up = f * at({0, shift, 0.5F * (waist + roof) - 0.06F});
  b.add(Shape::cushion, up, {}, {x * 0.86F, cabin, 0.5F * (roof - waist) + 0.05F}, glass,
        label::car, 0.25F);
  b.add(Shape::cushion, f, {0, shift, roof - 0.04F}, {x * 0.76F, cabin * 0.8F, 0.06F}, paint,
        label::car, 0.05F);
  for (const float s : {-1.0F, 1.0F}) {
    for (const float k : {-0.75F, 0.0F, 0.8F})
      b.rod(f, {s * x * 0.84F, shift + cabin * k, waist - 0.04F},
            {s * x * 0.74F, shift + cabin * k * 0.85F, roof - 0.05F}, 0.04F, paint, label::car);
  }
  wheels(b, f, x, -y * 0.62F, y * 0.62F, 0.32F, label::car);
  lights(b, f, x * 0.7F, -y + 0.06F, waist * 0.72F, true, label::car);
  lights(b, f, x * 0.7F, y - 0.06F, waist * 0.8F, false, label::car);
  b.box(f, {0, -y - 0.005F, 0.45F}, {0.26F, 0.01F, 0.06F}, b.picture(Pattern::label), label::car);
  b.box(f, {0, y + 0.005F, 0.55F}, {0.26F, 0.01F, 0.06F}, b.picture(Pattern::label), label::car);
  b.box(f, {0, -y + 0.02F, 0.38F}, {x * 0.6F, 0.03F, 0.07F}, b.plain({0.02F, 0.02F, 0.02F}),
        label::car);
  return {x, y};
}

Footprint van(Builder& b, const Frame& f) {
  const float x = 1.0F;
  const float y = b.random.range(2.2F, 3.0F);
  const float roof = b.random.range(1.9F, 2.7F);
  const int paint = body_paint(b);
  b.cushion(f, {0, 0.3F, 0.5F * (0.3F + roof)}, {x, y - 0.3F, 0.5F * (roof - 0.3F)}, 0.12F, paint,
            label::van);
  b.cushion(f, {0, -y + 0.4F, 0.7F}, {x * 0.97F, 0.5F, 0.4F}, 0.2F, paint, label::van);
  b.box(f * tilted({0, -y + 0.66F, roof * 0.68F}, -0.35F), {}, {x * 0.88F, 0.05F, roof * 0.18F},
        car_glass(b), label::van);
  for (const float s : {-1.0F, 1.0F})
    b.box(f, {s * (x + 0.002F), -y + 1.2F, roof * 0.68F}, {0.01F, 0.4F, roof * 0.15F}, car_glass(b),
          label::van);
  if (b.random.chance(0.4F))
    for (const float s : {-1.0F, 1.0F})
      b.box(f, {s * (x + 0.003F), 0.8F, roof * 0.6F}, {0.01F, 1.0F, 0.35F}, b.paper(), label::van);
  wheels(b, f, x, -y * 0.62F, y * 0.66F, 0.35F, label::van);
  lights(b, f, x * 0.75F, -y - 0.05F, 0.75F, true, label::van);
  lights(b, f, x * 0.8F, y - 0.03F, 0.9F, false, label::van);
  return {x, y};
}

Footprint bus(Builder& b, const Frame& f) {
  const float x = 1.25F;
  const float y = b.random.range(4.5F, 6);
  const float roof = b.random.chance(0.2F) ? 4.2F : 3.0F;
  const int paint = body_paint(b);
  b.cushion(f, {0, 0, 0.5F * (0.35F + roof)}, {x, y, 0.5F * (roof - 0.35F)}, 0.1F, paint,
            label::bus);
  const int glass = car_glass(b);
  b.box(f, {0, 0, roof - 0.85F}, {x + 0.01F, y * 0.95F, 0.45F}, glass, label::bus);
  b.box(f, {0, 0, roof - 0.95F}, {x * 0.9F, y + 0.01F, 0.6F}, glass, label::bus);
  b.box(f, {0, -y - 0.02F, roof - 0.22F}, {x * 0.6F, 0.02F, 0.12F}, b.picture(Pattern::label),
        label::bus);
  wheels(b, f, x, -y * 0.6F, y * 0.6F, 0.48F, label::bus);
  lights(b, f, x * 0.8F, -y, 0.8F, true, label::bus);
  lights(b, f, x * 0.8F, y, 0.9F, false, label::bus);
  return {x, y};
}

Footprint truck(Builder& b, const Frame& f) {
  const float x = 1.2F;
  const float y = b.random.range(3, 4.5F);
  const int paint = body_paint(b);
  const int cargo =
      b.random.chance(0.6F) ? b.plain(Vec3{1, 1, 1} * b.random.range(0.4F, 0.85F)) : b.metal();
  b.cushion(f, {0, -y + 0.9F, 1.4F}, {x, 0.9F, 1.0F}, 0.12F, paint, label::truck);
  b.box(f, {0, -y - 0.01F, 1.8F}, {x * 0.9F, 0.02F, 0.4F}, car_glass(b), label::truck);
  b.box(f, {0, 0.95F, 2.0F}, {x, y - 1.0F, 1.3F}, cargo, label::truck);
  if (b.random.chance(0.5F))
    for (const float s : {-1.0F, 1.0F})
      b.box(f, {s * (x + 0.003F), 0.95F, 2.1F}, {0.01F, y - 1.6F, 0.7F}, b.paper(), label::truck);
  wheels(b, f, x, -y * 0.75F, y * 0.6F, 0.48F, label::truck);
  lights(b, f, x * 0.8F, -y, 0.85F, true, label::truck);
  lights(b, f, x * 0.8F, y, 0.7F, false, label::truck);
  return {x, y};
}

Footprint bicycle(Builder& b, const Frame& f) {
  const int frame = b.plain(b.any_color(), 0.7F, 0.2F);
  const int rubber = b.plain({0.02F, 0.02F, 0.02F});
  for (const float y : {-0.5F, 0.5F}) {
    constexpr int pieces = 12;
    for (int i = 0; i < pieces; ++i) {
      const float a = 6.2832F * static_cast<float>(i) / pieces;
      const float c = 6.2832F * static_cast<float>(i + 1) / pieces;
      b.rod(f, {0, y + 0.33F * std::cos(a), 0.34F + 0.33F * std::sin(a)},
            {0, y + 0.33F * std::cos(c), 0.34F + 0.33F * std::sin(c)}, 0.02F, rubber,
            label::bicycle);
    }
  }
  b.rod(f, {0, -0.5F, 0.34F}, {0, -0.35F, 0.95F}, 0.02F, frame, label::bicycle);
  b.rod(f, {0, 0.5F, 0.34F}, {0, 0.2F, 0.85F}, 0.015F, frame, label::bicycle);
  b.rod(f, {0, -0.37F, 0.8F}, {0, 0.2F, 0.8F}, 0.02F, frame, label::bicycle);
  b.rod(f, {0, -0.37F, 0.75F}, {0, 0.1F, 0.3F}, 0.02F, frame, label::bicycle);
  b.rod(f, {0, 0.1F, 0.3F}, {0, 0.2F, 0.9F}, 0.018F, frame, label::bicycle);
  b.rod(f, {0, 0.1F, 0.3F}, {0, 0.5F, 0.34F}, 0.015F, frame, label::bicycle);
  b.rod(f, {-0.25F, -0.36F, 1.0F}, {0.25F, -0.36F, 1.0F}, 0.015F, rubber, label::bicycle);
  b.cushion(f, {0, 0.22F, 0.93F}, {0.07F, 0.13F, 0.03F}, 0.025F, rubber, label::bicycle);
  return {0.25F, 0.85F};
}

void streetlight(Builder& b, const Frame& f) {
  const float height = b.random.range(4, 8);
  const int metal = b.metal();
  b.rod(f, {0, 0, -0.1F}, {0, 0, height}, 0.07F, metal, label::streetlight, 0.7F);
  if (b.random.chance(0.6F)) {
    b.bent_rod(f, {0, 0, height}, {0, -0.2F, height + 0.5F}, {0, -1.5F, height + 0.4F}, 0.045F, 4,
               metal, label::streetlight);
    b.cushion(f, {0, -1.6F, height + 0.38F}, {0.13F, 0.35F, 0.07F}, 0.06F,
              b.plain({0.4F, 0.4F, 0.4F}), label::streetlight);
  } else {
    b.ball(f, {0, 0, height + 0.15F}, {0.22F, 0.22F, 0.24F}, b.plain({0.85F, 0.85F, 0.8F}, 0.6F),
           label::streetlight);
  }
}

void traffic_light(Builder& b, const Frame& f) {
  const int dark = b.plain({0.03F, 0.035F, 0.03F}, 0.3F);
  b.rod(f, {0, 0, -0.1F}, {0, 0, 3}, 0.06F, b.metal(), label::pole);
  b.box(f, {0, -0.1F, 2.7F}, {0.15F, 0.12F, 0.45F}, dark, label::traffic_light);
  const int lit = b.random.integer(0, 2);
  for (int i = 0; i < 3; ++i) {
    const Vec3 c = i == 0   ? Vec3{1, 0.1F, 0.05F}
                   : i == 1 ? Vec3{1, 0.6F, 0.05F}
                            : Vec3{0.1F, 1, 0.4F};
    const int lens = i == lit ? b.glowing(c * 2.5F) : b.plain(c * 0.08F);
    b.ball(f, {0, -0.22F, 2.98F - 0.28F * static_cast<float>(i)}, {0.09F, 0.03F, 0.09F}, lens,
           label::traffic_light);
  }
}

void sign(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float height = r.range(1.8F, 3.2F);
  b.rod(f, {0, 0.03F, -0.1F}, {0, 0.03F, height}, 0.03F, b.metal(), label::pole);
  const int face = b.picture(r.pick({Pattern::label, Pattern::label, Pattern::poster}),
                             r.chance(0.5F) ? Vec3{1, 1, 1} : b.bright_color() * 1.5F);
  if (r.chance(0.5F))
    b.add(Shape::cylinder, f * tilted({0, 0, height}, 1.5708F), {}, {0.32F, 0.32F, 0.012F}, face,
          label::signboard);
  else
    b.box(f, {0, 0, height}, {r.range(0.25F, 0.9F), 0.012F, r.range(0.2F, 0.5F)}, face,
          label::signboard);
}

void bench(Builder& b, const Frame& f) {
  const int wood = b.wood();
  const int iron = b.plain({0.03F, 0.03F, 0.03F}, 0.4F);
  const float x = b.random.range(0.6F, 1.0F);
  for (const float s : {-1.0F, 1.0F}) {
    b.box(f, {s * x * 0.85F, 0, 0.22F}, {0.03F, 0.2F, 0.22F}, iron, label::bench);
    b.rod(f, {s * x * 0.85F, 0.18F, 0.4F}, {s * x * 0.85F, 0.3F, 0.9F}, 0.025F, iron, label::bench);
  }
  for (const float y : {-0.16F, -0.03F, 0.1F})
    b.box(f, {0, y, 0.45F}, {x, 0.055F, 0.018F}, wood, label::bench);
  for (const float z : {0.6F, 0.75F, 0.88F})
    b.box(f, {0, 0.2F + (z - 0.5F) * 0.25F, z}, {x, 0.015F, 0.055F}, wood, label::bench);
}

void fence(Builder& b, const Frame& f, float width) {
  Random& r = b.random;
  const float height = r.range(0.7F, 1.8F);
  const int body = r.chance(0.6F)   ? b.wood()
                   : r.chance(0.5F) ? b.metal()
                                    : b.plain({0.85F, 0.85F, 0.83F});
  const float x = 0.5F * width;
  const float pitch = r.range(0.12F, 0.4F) * std::max(1.0F, width / 8);
  if (r.chance(0.25F)) {
    b.box(f, {0, 0, 0.5F * height}, {x, 0.1F, 0.5F * height},
          b.patterned(
              r.pick({Pattern::brick, Pattern::stone_wall, Pattern::concrete, Pattern::planks}),
              b.dull_color() * 1.4F, 0.8F, 0, 0.5F, 1.5F),
          label::fence);
    return;
  }
  for (float px = -x; px <= x; px += pitch)
    b.box(f, {px, 0, 0.5F * height}, {std::min(0.05F, pitch * 0.3F), 0.012F, 0.5F * height}, body,
          label::fence);
  for (const float z : {0.25F, 0.8F})
    b.box(f, {0, 0.03F, z * height}, {x, 0.02F, 0.035F}, body, label::fence);
}

Footprint rock(Builder& b, const Frame& f, float size) {
  Random& r = b.random;
  const int stone =
      b.patterned(r.pick({Pattern::concrete, Pattern::plaster_rough, Pattern::stone_wall}),
                  Vec3{1, 0.95F, 0.88F} * r.range(0.2F, 0.6F), 0.8F / size, 0, 0.5F, 2);
  for (int i = r.integer(1, 4); i > 0; --i) {
    const float s = size * r.range(0.4F, 1.0F);
    b.ball(f *
               turned({r.range(-0.5F, 0.5F) * size, r.range(-0.5F, 0.5F) * size, s * 0.2F},
                      r.range(0, 6)) *
               tilted({}, r.range(-0.3F, 0.3F)),
           {}, {s, s * r.range(0.5F, 1.0F), s * r.range(0.4F, 0.8F)}, stone, label::rock);
  }
  return {size, size};
}

void building(Builder& b, const Frame& f, float width, float depth, float height) {
  Random& r = b.random;
  const float x = 0.5F * width;
  const float y = 0.5F * depth;
  const int name = height > 40 ? label::skyscraper : label::building;
  Material front;
  front.texture = b.bank.pick(
      r.pick({Pattern::facade, Pattern::facade, Pattern::facade_glass, Pattern::facade_old}), r);
  front.color =
      (r.chance(0.7F) ? Vec3{1, 0.95F, 0.88F} * r.range(0.25F, 0.95F) : b.dull_color()) * 1.2F;
  front.repeat = 1 / r.range(7, 11);
  front.gloss = r.chance(0.3F) ? 0.5F : 0;
  front.roughness = 0.2F;
  b.box(f, {0, y, 0.5F * height}, {x, y, 0.5F * height}, b.material(front), name);
  const int trim = b.plain(b.dull_color() * 1.2F);
  b.box(f, {0, y, height + 0.15F}, {x + 0.2F, y + 0.2F, 0.2F}, trim, name);
  if (r.chance(0.6F)) {  // shops on the ground floor
    const float shop = r.range(2.8F, 3.8F);
    b.box(f, {0, -0.06F, 0.5F * shop}, {x, 0.1F, 0.5F * shop},
          b.patterned(Pattern::facade_glass, Vec3{1, 1, 1} * r.range(0.3F, 0.9F),
                      1 / r.range(9, 14), 0.7F, 0.1F),
          name);
    for (float px = -x + 2; px < x - 1; px += r.range(3, 6)) {
      b.box(f, {px, -0.2F, shop + 0.3F}, {r.range(0.8F, 1.6F), 0.08F, 0.35F},
            b.picture(Pattern::label, b.any_color() * 1.6F), label::signboard);
      if (r.chance(0.4F))
        b.box(f * tilted({px, -0.7F, shop - 0.3F}, 0.4F), {}, {1.3F, 0.7F, 0.03F}, b.fabric(),
              name);
    }
    b.box(f, {r.range(-x, x) * 0.7F, -0.2F, 1.1F}, {0.55F, 0.06F, 1.1F}, b.furniture(),
          label::door);
  } else {
    b.box(f, {r.range(-x, x) * 0.6F, -0.04F, 1.15F}, {0.6F, 0.06F, 1.15F}, b.furniture(),
          label::door);
  }
  if (r.chance(0.3F) && height < 25) {  // balconies
    for (float z = 4; z < height - 2; z += 3) {
      for (float px = -x + 1.5F; px < x - 1; px += 4)
        b.box(f, {px, -0.5F, z}, {1.0F, 0.5F, 0.5F}, trim, name);
    }
  }
}

void house(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float x = r.range(3, 6.5F);
  const float y = r.range(3, 5);
  const float height = r.range(2.6F, 5.5F);
  const int walls =
      r.chance(0.3F)   ? b.patterned(Pattern::brick, {0.5F, 0.25F, 0.18F}, 0.8F, 0, 0.5F, 2)
      : r.chance(0.4F) ? b.patterned(Pattern::planks, Vec3{1, 1, 1} * r.range(0.4F, 1.0F), 0.4F)
                       : b.paint();
  b.box(f, {0, y, 0.5F * height}, {x, y, 0.5F * height}, walls, label::house);
  const int roof =
      b.patterned(Pattern::roof,
                  r.chance(0.5F) ? Vec3{0.4F, 0.18F, 0.12F} : Vec3{1, 1, 1} * r.range(0.08F, 0.4F),
                  0.4F, 0, 0.5F, 2);
  const float pitch = r.range(0.4F, 0.8F);
  const float slope = y / std::cos(pitch) + 0.4F;
  for (const float s : {-1.0F, 1.0F}) {
    const Frame side = f * at({0, y, height + y * std::tan(pitch)}) * tilted({}, s * pitch);
    b.box(side, {0, -s * slope * 0.5F, 0}, {x + 0.4F, slope * 0.5F, 0.08F}, roof, label::house);
  }
  // The gable, as steps behind the roof's edge.
  for (int i = 0; i < 6; ++i) {
    const float t = (static_cast<float>(i) + 0.5F) / 6;
    b.box(f, {0, y, height + y * std::tan(pitch) * t},
          {x, y * (1 - t) * 0.97F, y * std::tan(pitch) / 12}, walls, label::house);
  }
  const int frame = b.plain(Vec3{1, 1, 1} * r.range(0.3F, 0.9F));
  const int glass = b.plain({0.05F, 0.06F, 0.07F}, 1, 0.05F);
  for (float z = 1.5F; z < height - 0.6F; z += 2.7F) {
    for (float px = -x + 1.2F; px < x - 0.8F; px += r.range(1.8F, 2.8F)) {
      b.box(f, {px, -0.02F, z}, {0.5F, 0.04F, 0.6F}, frame, label::window);
      b.box(f, {px, -0.045F, z}, {0.43F, 0.03F, 0.53F}, glass, label::window);
    }
  }
  b.box(f, {r.range(-0.6F, 0.6F) * x, -0.05F, 1.05F}, {0.5F, 0.06F, 1.05F}, b.furniture(),
        label::door);
  if (r.chance(0.5F))
    b.box(f, {x * 0.5F, y * 1.2F, height + y * std::tan(pitch)}, {0.35F, 0.35F, 0.8F},
          b.patterned(Pattern::brick, {0.5F, 0.28F, 0.2F}, 1), label::house);
}

}  // namespace dpt::scene
