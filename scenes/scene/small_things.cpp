// Lamps, boxes, bags, machines: what lies and stands about on floors.
#include "scene/things.h"

namespace dpt::scene {

Footprint floor_lamp(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float height = r.range(0.35F, 1.7F);
  const int post = b.metal();
  const bool on = r.chance(0.5F);
  const int shade = on ? b.glowing(Vec3{1, 0.85F, 0.6F} * r.range(1, 3)) : b.fabric();
  b.cylinder(f, {0, 0, 0.012F}, r.range(0.08F, 0.16F), 0.012F, post, label::lamp);
  b.rod(f, {}, {0, 0, height}, 0.012F, post, label::lamp);
  b.cylinder(f, {0, 0, height}, r.range(0.1F, 0.22F), r.range(0.09F, 0.16F), shade, label::lamp,
             r.range(0.5F, 1.0F));
  b.without_shadow();
  if (on)
    b.scene.lamps.push_back({.position = f.point({0, 0, height}),
                             .radius = 0.12F,
                             .power = Vec3{1, 0.8F, 0.55F} * r.range(0.3F, 1.2F)});
  return {0.2F, 0.2F};
}

void ceiling_lamp(Builder& b, const Frame& f) {
  Random& r = b.random;
  const Vec3 color = Vec3{1, r.range(0.8F, 1.0F), r.range(0.6F, 1.05F)};
  const int glow = b.glowing(color * r.range(2, 6));
  const int kind = r.integer(0, 3);
  if (kind == 0) {
    b.box(f, {0, 0, -0.02F}, {r.range(0.15F, 0.6F), r.range(0.1F, 0.3F), 0.02F}, glow,
          label::light);
  } else if (kind == 1) {
    b.ball(f, {0, 0, -0.03F}, {0.2F, 0.2F, 0.07F}, glow, label::light);
  } else {
    const float drop = r.range(0.3F, 0.9F);
    b.rod(f, {}, {0, 0, -drop}, 0.006F, b.plain({0.05F, 0.05F, 0.05F}), label::chandelier);
    if (kind == 2) {
      b.cylinder(f, {0, 0, -drop}, r.range(0.12F, 0.3F), 0.1F, r.chance(0.5F) ? glow : b.metal(),
                 label::light, 0.4F);
    } else {
      for (int i = 0; i < 5; ++i) {
        const float a = 1.2566F * static_cast<float>(i);
        b.rod(f, {0, 0, -drop}, {0.25F * std::cos(a), 0.25F * std::sin(a), -drop + 0.06F}, 0.01F,
              b.metal(), label::chandelier);
        b.ball(f, {0.25F * std::cos(a), 0.25F * std::sin(a), -drop + 0.1F}, {0.04F, 0.04F, 0.05F},
               glow, label::chandelier);
      }
    }
  }
}

Footprint carton(Builder& b, const Frame& f, float size) {
  Random& r = b.random;
  const float x = size * r.range(0.5F, 1.3F);
  const float y = size * r.range(0.4F, 1.1F);
  const float z = size * r.range(0.3F, 1.2F);
  Vec3 color = Vec3{0.62F, 0.42F, 0.25F} * r.range(0.7F, 1.35F);
  if (r.chance(0.2F)) color = b.any_color() * 1.3F;
  Material m;
  m.color = color;
  m.texture = b.bank.pick(Pattern::cardboard, r);
  m.fit = true;
  const int paper = b.material(m);
  b.box(f, {0, 0, z}, {x, y, z}, paper, label::box);
  for (int i = r.integer(0, 3); i > 0; --i) {  // what is stuck or printed on its sides
    const bool front = r.chance(0.6F);
    const float w = r.range(0.2F, 0.85F);
    const float h = r.range(0.15F, 0.8F);
    const int print =
        b.picture(r.pick({Pattern::label, Pattern::page, Pattern::label, Pattern::poster}),
                  r.chance(0.6F) ? Vec3{0.9F, 0.9F, 0.88F} : color * 1.3F);
    const float side = r.sign();
    if (front) {
      b.box(f, {r.range(-1, 1) * x * (1 - w), side * (y + 0.001F), z * r.range(0.7F, 1.2F)},
            {x * w, 0.0012F, z * h * 0.7F}, print, label::box);
    } else {
      b.box(f, {side * (x + 0.001F), r.range(-1, 1) * y * (1 - w), z * r.range(0.7F, 1.2F)},
            {0.0012F, y * w, z * h * 0.7F}, print, label::box);
    }
  }
  if (r.chance(0.4F)) {  // tape around it
    const int tape =
        b.plain(r.chance(0.5F) ? Vec3{0.03F, 0.04F, 0.06F} : b.any_color(), 0.5F, 0.3F);
    b.box(f, {0, 0, z}, {r.range(0.015F, 0.04F), y + 0.0015F, z + 0.0015F}, tape, label::box);
  }
  if (r.chance(0.2F)) {  // open flaps
    for (const float s : {-1.0F, 1.0F}) {
      const Frame flap =
          f * turned({0, 0, 0}, s > 0 ? 0 : 3.14159F) * tilted({0, y, 2 * z}, r.range(-0.4F, 1.3F));
      b.box(flap, {0, y * 0.45F, 0}, {x, y * 0.45F, 0.003F}, paper, label::box);
    }
  }
  return {x, y};
}

Footprint stack_of_cartons(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float size = r.range(0.12F, 0.28F);
  float z = 0;
  Footprint widest{};
  for (int i = r.integer(2, 3); i > 0; --i) {
    const size_t before = b.scene.primitives.size();
    const Footprint p = carton(
        b, f * turned({r.range(-0.03F, 0.03F), r.range(-0.03F, 0.03F), z}, r.range(-0.3F, 0.3F)),
        size);
    widest = {std::max(widest.x, p.x), std::max(widest.y, p.y)};
    z += 2 * b.scene.primitives[before].half.z;
  }
  return widest;
}

Footprint tub(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float x = r.range(0.12F, 0.35F);
  const float y = r.range(0.1F, 0.25F);
  const float z = r.range(0.06F, 0.2F);
  const int body = r.chance(0.5F)
                       ? b.plain(Vec3{0.8F, 0.83F, 0.85F} * r.range(0.5F, 1.0F), 0.6F, 0.25F)
                       : b.plastic();
  b.cushion(f, {0, 0, z}, {x, y, z}, 0.03F, body, label::basket);
  b.cushion(f, {0, 0, 2 * z}, {x + 0.015F, y + 0.015F, 0.015F}, 0.012F,
            r.chance(0.5F) ? body : b.plastic(), label::basket);
  return {x, y};
}

Footprint bag(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float x = r.range(0.12F, 0.22F);
  const float z = r.range(0.14F, 0.28F);
  const int cloth =
      r.chance(0.5F) ? b.plain(Vec3{1, 1, 1} * r.log_range(0.01F, 0.7F), 0.2F, 0.4F) : b.fabric();
  b.cushion(f, {0, 0, z}, {x, x * 0.6F, z}, x * 0.55F, cloth, label::bag);
  b.cushion(f, {0, -x * 0.6F, z * 0.7F}, {x * 0.75F, x * 0.25F, z * 0.5F}, x * 0.22F, cloth,
            label::bag);
  b.bent_rod(f, {-0.08F, 0, 1.9F * z}, {0, 0, 2.8F * z}, {0.08F, 0, 1.9F * z}, 0.012F, 5,
             b.fabric(), label::bag);
  return {x, x * 0.7F};
}

Footprint heap(Builder& b, const Frame& f) {
  Random& r = b.random;
  const int cloth = b.fabric();
  const float size = r.range(0.1F, 0.3F);
  for (int i = r.integer(4, 12); i > 0; --i) {
    const float s = size * r.range(0.3F, 0.8F);
    b.ball(f * turned({}, r.range(0, 6.28F)),
           {r.range(-size, size), r.range(-size, size), r.range(0.02F, size * 0.8F)},
           {s, s * r.range(0.5F, 1.0F), s * r.range(0.3F, 0.6F)},
           r.chance(0.6F) ? cloth : b.fabric(), label::apparel);
  }
  return {size, size};
}

Footprint bin(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float x = r.range(0.1F, 0.2F);
  const float z = r.range(0.12F, 0.35F);
  const int body = r.chance(0.5F) ? b.plastic() : b.metal();
  b.cylinder(f, {0, 0, z}, x, z, body, label::ashcan, r.range(1.0F, 1.3F));
  b.cylinder(f, {0, 0, 2 * z}, x * 0.95F, 0.003F, b.plain({0.02F, 0.02F, 0.02F}), label::ashcan);
  return {x, x};
}

Footprint pair_of_shoes(Builder& b, const Frame& f) {
  Random& r = b.random;
  const int body = b.any_color().x > 0.3F ? b.fabric() : b.leather();
  for (const float s : {-1.0F, 1.0F}) {
    const Frame shoe = f * turned({s * 0.07F, r.range(-0.04F, 0.04F), 0}, r.range(-0.3F, 0.3F));
    b.cushion(shoe, {0, 0, 0.015F}, {0.045F, 0.14F, 0.015F}, 0.012F, b.plastic(), label::apparel);
    b.ball(shoe, {0, -0.05F, 0.04F}, {0.045F, 0.09F, 0.045F}, body, label::apparel);
    b.cylinder(shoe, {0, 0.08F, 0.06F}, 0.045F, 0.045F, body, label::apparel, 0.85F);
  }
  return {0.12F, 0.15F};
}

Footprint cable(Builder& b, const Frame& f) {
  Random& r = b.random;
  const int rubber = b.plain(Vec3{1, 1, 1} * (r.chance(0.7F) ? 0.02F : 0.7F), 0.4F, 0.3F);
  const float t = r.range(0.003F, 0.01F);
  Vec3 a{r.range(-0.5F, 0.5F), r.range(-0.4F, 0.4F), t};
  for (int i = r.integer(1, 3); i > 0; --i) {
    const Vec3 end{a.x + r.range(-0.7F, 0.7F), a.y + r.range(-0.7F, 0.7F), t};
    const Vec3 by = (a + end) * 0.5F + Vec3{r.range(-0.5F, 0.5F), r.range(-0.5F, 0.5F), 0};
    b.bent_rod(f, a, by, end, t, 6, rubber, label::none);
    a = end;
  }
  return {0.3F, 0.3F};
}

Footprint potted_plant(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float x = r.range(0.06F, 0.2F);
  const float pot = x * r.range(0.7F, 1.2F);
  b.cylinder(f, {0, 0, pot}, x * 0.8F, pot, b.ceramic(), label::pot, 1.3F);
  b.cylinder(f, {0, 0, 2 * pot}, x * 0.95F, 0.004F, b.plain({0.05F, 0.03F, 0.02F}), label::pot);
  const Vec3 green{r.range(0.05F, 0.25F), r.range(0.2F, 0.45F), r.range(0.03F, 0.15F)};
  const int leaf = b.patterned(Pattern::leaves, green * 1.5F, 2);
  const int kind = r.integer(0, 2);
  const float size = x * r.range(1.2F, 3);
  if (kind == 0) {
    for (int i = r.integer(2, 4); i > 0; --i) {
      const float s = size * r.range(0.5F, 0.9F);
      b.add(Shape::foliage, f,
            {r.range(-0.5F, 0.5F) * size, r.range(-0.5F, 0.5F) * size,
             2 * pot + size * r.range(0.5F, 1.3F)},
            {s, s, s}, leaf, label::plant);
    }
  } else {
    for (int i = r.integer(8, 22); i > 0; --i) {  // long leaves that bend down
      const Vec3 way = r.heading();
      const float rise = size * r.range(0.5F, 2.2F);
      const float reach = size * r.range(0.4F, 1.3F);
      const Vec3 mid = way * (reach * 0.5F) + Vec3{0, 0, 2 * pot + rise};
      const Vec3 tip = way * reach + Vec3{0, 0, 2 * pot + rise * r.range(0.5F, 1.0F)};
      if (kind == 1) {
        b.bent_rod(f, {0, 0, 2 * pot}, mid, tip, size * 0.035F, 3, leaf, label::plant);
      } else {
        b.rod(f, {0, 0, 2 * pot}, mid, size * 0.015F, leaf, label::plant);
        const Frame blade = f * along(mid, tip - mid + Vec3{0, 0, 0.01F});
        b.add(Shape::ellipsoid, blade, {}, {size * 0.2F, size * 0.03F, size * 0.35F}, leaf,
              label::plant);
      }
    }
  }
  return {x * 1.4F, x * 1.4F};
}

Footprint toy(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float s = r.range(0.05F, 0.15F);
  const int kind = r.integer(0, 3);
  if (kind == 0) {
    b.ball(f, {0, 0, s}, {s, s, s},
           b.patterned(r.pick({Pattern::dots, Pattern::stripes, Pattern::plaid}),
                       {0.9F, 0.9F, 0.9F}, 2, 0.5F, 0.2F),
           label::ball);
  } else if (kind == 1) {  // a stuffed animal
    const int fur = b.patterned(Pattern::carpet, b.any_color() * 1.3F, 4, 0, 0.5F, 1);
    b.ball(f, {0, 0, s}, {s, s * 0.8F, s}, fur, label::plaything);
    b.ball(f, {0, -s * 0.1F, 2.3F * s}, {s * 0.7F, s * 0.65F, s * 0.65F}, fur, label::plaything);
    for (const float k : {-1.0F, 1.0F}) {
      b.ball(f, {k * 0.5F * s, 0, 2.9F * s}, {s * 0.25F, s * 0.15F, s * 0.25F}, fur,
             label::plaything);
      b.ball(f, {k * s, -0.4F * s, 1.2F * s}, {s * 0.3F, s * 0.5F, s * 0.3F}, fur,
             label::plaything);
      b.ball(f, {k * 0.6F * s, -0.9F * s, 0.3F * s}, {s * 0.3F, s * 0.6F, s * 0.3F}, fur,
             label::plaything);
    }
  } else {
    for (int i = r.integer(2, 6); i > 0; --i) {
      const float e = s * r.range(0.3F, 0.6F);
      b.cushion(f * turned({r.range(-2, 2) * s, r.range(-2, 2) * s, 0}, r.range(0, 3)), {0, 0, e},
                {e, e, e}, e * 0.2F, b.plain(b.bright_color(), 0.5F, 0.3F), label::plaything);
    }
  }
  return {s * 2, s * 2};
}

Footprint machine(Builder& b, const Frame& f) {
  // A stand on wheels, a vacuum cleaner, a tower computer: dark bodies with rods.
  Random& r = b.random;
  const int dark =
      b.plain(Vec3{1, 1, 1} * r.log_range(0.01F, 0.3F), r.range(0.2F, 0.8F), r.range(0.2F, 0.5F));
  const int bright = b.plastic();
  const int kind = r.integer(0, 2);
  if (kind == 0) {
    for (int i = 0; i < 4; ++i) {
      const float a = 0.785F + 1.5708F * static_cast<float>(i);
      const Vec3 end{0.35F * std::cos(a), 0.35F * std::sin(a), 0.1F};
      b.bent_rod(f, {0, 0, 0.18F}, {end.x * 0.5F, end.y * 0.5F, 0.2F}, end, 0.035F, 3, dark,
                 label::none);
      b.cylinder(f * turned({end.x, end.y, 0}, a) * tilted({0, 0, 0.045F}, 1.5708F), {}, 0.045F,
                 0.02F, dark, label::none);
    }
    b.cylinder(f, {0, 0, 0.55F}, 0.07F, 0.4F, dark, label::pole);
    b.box(f, {0, -0.08F, 0.7F}, {0.05F, 0.03F, 0.08F}, bright, label::none);
  } else if (kind == 1) {
    b.cushion(f, {0, 0, 0.14F}, {0.16F, 0.24F, 0.12F}, 0.09F, bright, label::none);
    for (const float s : {-1.0F, 1.0F})
      b.add(Shape::ellipsoid, f, {s * 0.16F, 0.1F, 0.1F}, {0.04F, 0.1F, 0.1F}, dark, label::none);
    b.bent_rod(f, {0, -0.2F, 0.15F}, {0.1F, -0.7F, 0.9F}, {0.4F, -0.5F, 0.02F}, 0.022F, 7, dark,
               label::none);
  } else {
    b.box(f, {0, 0, 0.22F}, {0.09F, 0.2F, 0.22F}, dark, label::computer);
    b.box(f, {0, -0.202F, 0.3F}, {0.07F, 0.003F, 0.05F}, bright, label::computer);
  }
  return {0.35F, 0.35F};
}

Footprint leaning_board(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float x = r.range(0.06F, 0.5F);
  const float z = r.range(0.3F, 1.0F);
  const Frame lean = f * tilted({0, 0, 0}, -r.range(0.08F, 0.35F));
  const int body = r.chance(0.4F) ? b.furniture()
                   : r.chance(0.5F)
                       ? b.picture(Pattern::cardboard, Vec3{0.62F, 0.42F, 0.25F} * 1.2F)
                       : b.paper();
  const float t = r.range(0.006F, 0.07F);
  b.box(lean, {0, 0, z}, {x, t, z}, body, label::none);
  if (r.chance(0.5F))
    b.box(lean, {0, -t - 0.001F, z * r.range(0.6F, 1.6F)}, {x * 0.7F, 0.001F, z * 0.15F}, b.paper(),
          label::none);
  return {x, 0.15F};
}

Footprint fan(Builder& b, const Frame& f) {
  Random& r = b.random;
  const int body = b.plastic();
  const float height = r.range(0.3F, 1.2F);
  b.cylinder(f, {0, 0, 0.015F}, 0.18F, 0.015F, body, label::fan);
  b.rod(f, {}, {0, 0, height}, 0.018F, body, label::fan);
  b.add(Shape::cylinder, f * tilted({0, -0.03F, height}, 1.5708F), {}, {0.2F, 0.2F, 0.05F},
        b.plain({0.2F, 0.2F, 0.22F}, 0.3F), label::fan);
  b.ball(f, {0, 0.05F, height}, {0.06F, 0.09F, 0.06F}, body, label::fan);
  return {0.2F, 0.2F};
}

Footprint floor_thing(Builder& b, const Frame& f) {
  Random& r = b.random;
  switch (r.integer(0, 17)) {
    case 0:
    case 1:
    case 2:
      return carton(b, f, r.log_range(0.07F, 0.3F));
    case 3:
      return stack_of_cartons(b, f);
    case 4:
      return tub(b, f);
    case 5:
      return bag(b, f);
    case 6:
      return heap(b, f);
    case 7:
      return bin(b, f);
    case 8:
      return pair_of_shoes(b, f);
    case 9:
      return cable(b, f);
    case 10:
      return potted_plant(b, f);
    case 11:
      return toy(b, f);
    case 12:
      return machine(b, f);
    case 13:
      return fan(b, f);
    case 14:
      return stool(b, f);
    case 15:
      return book_pile(b, f);
    case 16:
      return floor_lamp(b, f);
    default:
      return r.chance(0.5F) ? swivel_chair(b, f) : chair(b, f);
  }
}

}  // namespace dpt::scene
