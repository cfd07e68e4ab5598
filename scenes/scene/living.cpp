// People, animals and plants.
#include "scene/things.h"

namespace dpt::scene {

namespace {

struct Clothes {
  int skin, hair, upper, lower, shoes;
};

Clothes clothes(Builder& b) {
  Random& r = b.random;
  const Vec3 skin = mix(Vec3{0.85F, 0.6F, 0.45F}, Vec3{0.14F, 0.07F, 0.04F}, r.unit());
  const Vec3 hair = r.chance(0.5F)
                        ? Vec3{0.02F, 0.015F, 0.01F}
                        : Vec3{r.range(0.05F, 0.6F), r.range(0.03F, 0.4F), r.range(0.01F, 0.2F)};
  return {b.plain(skin, 0.15F, 0.5F), b.patterned(Pattern::bark, hair * 1.5F, 4), b.fabric(),
          r.chance(0.6F) ? b.plain(Vec3{0.03F, 0.05F, 0.12F} * r.range(0.4F, 3)) : b.fabric(),
          b.leather()};
}

void head(Builder& b, const Frame& f, const Clothes& c) {
  Random& r = b.random;
  b.ball(f, {0, 0, 0.11F}, {0.075F, 0.095F, 0.12F}, c.skin, label::person);
  b.ball(f, {0, 0.02F, 0.14F}, {0.083F, 0.095F, 0.105F}, c.hair, label::person);
  if (r.chance(0.4F))
    b.cushion(f, {0, 0.06F, 0.02F}, {0.085F, 0.05F, r.range(0.08F, 0.2F)}, 0.045F, c.hair,
              label::person);
  b.ball(f, {0, -0.1F, 0.1F}, {0.012F, 0.018F, 0.022F}, c.skin, label::person);
  const int eye = b.plain({0.02F, 0.02F, 0.02F}, 0.6F, 0.1F);
  for (const float s : {-1.0F, 1.0F}) {
    b.ball(f, {s * 0.03F, -0.082F, 0.125F}, {0.012F, 0.008F, 0.008F}, eye, label::person);
    b.ball(f, {s * 0.075F, 0, 0.11F}, {0.012F, 0.02F, 0.03F}, c.skin, label::person);
  }
  b.ball(f, {0, -0.083F, 0.06F}, {0.022F, 0.01F, 0.006F}, b.plain({0.4F, 0.12F, 0.1F}),
         label::person);
  b.cylinder(f, {0, 0.01F, -0.02F}, 0.052F, 0.06F, c.skin, label::person, 0.9F);
}

void arm(Builder& b, const Frame& f, Vec3 shoulder, Vec3 elbow, Vec3 hand, const Clothes& c,
         bool bare) {
  b.ball(f, shoulder, {0.06F, 0.06F, 0.06F}, c.upper, label::person);
  b.rod(f, shoulder, elbow, 0.048F, c.upper, label::person, 0.85F);
  b.ball(f, elbow, {0.043F, 0.043F, 0.043F}, c.upper, label::person);
  b.rod(f, elbow, hand, 0.04F, bare ? c.skin : c.upper, label::person, 0.75F);
  b.ball(f, hand, {0.035F, 0.04F, 0.05F}, c.skin, label::person);
}

void leg(Builder& b, const Frame& f, Vec3 hip, Vec3 knee, Vec3 foot, const Clothes& c) {
  b.rod(f, hip, knee, 0.085F, c.lower, label::person, 0.75F);
  b.ball(f, knee, {0.064F, 0.064F, 0.064F}, c.lower, label::person);
  b.rod(f, knee, foot, 0.064F, c.lower, label::person, 0.7F);
  b.cushion(f, foot + Vec3{0, -0.06F, -0.03F}, {0.045F, 0.13F, 0.04F}, 0.035F, c.shoes,
            label::person);
}

}  // namespace

Footprint person(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float s = r.range(0.88F, 1.08F);
  Frame body = f;
  const Clothes c = clothes(b);
  const float stride = r.chance(0.6F) ? r.range(0.05F, 0.35F) : 0.03F;
  const float wide = r.range(0.85F, 1.25F);
  for (const float k : {-1.0F, 1.0F}) {
    leg(b, body, {k * 0.09F, 0, 0.88F * s}, {k * 0.1F, k * stride * 0.4F - 0.04F, 0.48F * s},
        {k * 0.1F, k * stride, 0.08F}, c);
    arm(b, body, {k * 0.2F * wide, 0, 1.4F * s},
        {k * (0.24F + r.range(0, 0.12F)) * wide, -k * stride * 0.4F, 1.12F * s},
        {k * 0.22F * wide, -k * stride * 0.7F - r.range(0, 0.25F), 0.9F * s + r.range(0, 0.3F)}, c,
        r.chance(0.4F));
  }
  b.cushion(body, {0, 0, 1.18F * s}, {0.19F * wide, 0.12F * wide, 0.3F * s}, 0.11F, c.upper,
            label::person);
  b.cushion(body, {0, 0, 0.93F * s}, {0.17F * wide, 0.115F * wide, 0.12F * s}, 0.1F, c.lower,
            label::person);
  if (r.chance(0.2F))
    b.cushion(body, {0, 0.17F, 1.2F * s}, {0.15F, 0.09F, 0.22F}, 0.08F, b.fabric(), label::bag);
  head(b, body * turned({0, 0, 1.52F * s}, r.range(-0.6F, 0.6F)), c);
  return {0.3F, 0.3F};
}

Footprint sitting_person(Builder& b, const Frame& f) {
  Random& r = b.random;
  const Clothes c = clothes(b);
  const float seat = 0.47F;
  for (const float k : {-1.0F, 1.0F}) {
    leg(b, f, {k * 0.1F, 0.1F, seat + 0.08F}, {k * 0.14F, -0.35F, seat + 0.06F},
        {k * 0.13F, -0.4F + r.range(-0.15F, 0.1F), 0.08F}, c);
    arm(b, f, {k * 0.2F, 0.08F, seat + 0.55F}, {k * 0.25F, -0.05F, seat + 0.28F},
        {k * 0.12F, -0.3F, seat + r.range(0.15F, 0.35F)}, c, r.chance(0.4F));
  }
  b.cushion(f * tilted({0, 0.1F, seat}, -0.1F), {0, 0, 0.35F}, {0.19F, 0.13F, 0.34F}, 0.11F,
            c.upper, label::person);
  head(b, f * turned({0, 0.12F, seat + 0.68F}, r.range(-0.5F, 0.5F)), c);
  return {0.3F, 0.5F};
}

void bust(Builder& b, const Frame& f) {
  const Clothes c = clothes(b);
  b.cushion(f, {0, 0.02F, -0.36F}, {0.2F, 0.12F, 0.3F}, 0.11F, c.upper, label::person);
  for (const float k : {-1.0F, 1.0F}) {
    arm(b, f, {k * 0.2F, 0.02F, -0.14F}, {k * 0.27F, 0, -0.42F}, {k * 0.2F, -0.1F, -0.65F}, c,
        false);
  }
  head(b, f, c);
}

Footprint animal(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float s = r.log_range(0.12F, 0.5F);  // half the length of the body
  const int fur = b.patterned(r.pick({Pattern::carpet, Pattern::dots, Pattern::plaster_rough}),
                              b.dull_color() * 1.3F, 3, 0, 0.5F, 1);
  const float height = s * r.range(1.0F, 1.5F);
  b.ball(f, {0, 0, height}, {s * 0.42F, s, s * 0.45F}, fur, label::animal);
  for (const float x : {-0.28F, 0.28F}) {
    for (const float y : {-0.7F, 0.7F})
      b.rod(f, {x * s, y * s, 0}, {x * s, y * s, height}, s * 0.12F, fur, label::animal, 1.3F);
  }
  const Vec3 neck{0, -1.25F * s, height + 0.55F * s};
  b.rod(f, {0, -0.8F * s, height}, neck, s * 0.25F, fur, label::animal, 0.8F);
  b.ball(f, neck, {s * 0.25F, s * 0.3F, s * 0.25F}, fur, label::animal);
  b.ball(f, neck + Vec3{0, -0.3F * s, -0.08F * s}, {s * 0.14F, s * 0.22F, s * 0.13F}, fur,
         label::animal);
  for (const float k : {-1.0F, 1.0F})
    b.cylinder(f, neck + Vec3{k * 0.15F * s, 0.05F * s, 0.28F * s}, 0.09F * s, 0.12F * s, fur,
               label::animal, 0.1F);
  b.bent_rod(f, {0, 0.95F * s, height}, {0, 1.4F * s, height},
             {r.range(-0.3F, 0.3F) * s, 1.6F * s, height + 0.5F * s}, s * 0.07F, 4, fur,
             label::animal);
  return {s * 0.5F, s * 1.5F};
}

Footprint tree(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float height = r.log_range(2.5F, 12);
  const float trunk = height * r.range(0.25F, 0.5F);
  const float thick = height * r.range(0.012F, 0.03F);
  const int bark =
      b.patterned(Pattern::bark, Vec3{0.4F, 0.3F, 0.2F} * r.range(0.4F, 1.6F), 0.5F, 0, 0.5F, 2);
  Vec3 green{r.range(0.05F, 0.3F), r.range(0.15F, 0.4F), r.range(0.02F, 0.12F)};
  if (r.chance(0.12F)) green = {r.range(0.3F, 0.7F), r.range(0.12F, 0.4F), 0.04F};
  const int leaf = b.patterned(Pattern::leaves, green * 1.6F, 0.5F);
  const Vec3 top{r.range(-0.3F, 0.3F), r.range(-0.3F, 0.3F), trunk + 0.25F * height};
  b.rod(f, {0, 0, -0.2F}, top, thick, bark, label::tree, 0.5F);
  const float crown = height * r.range(0.18F, 0.3F);
  const bool bare = r.chance(0.1F);
  for (int i = bare ? 14 : r.integer(5, 11); i > 0; --i) {
    const float a = r.range(0, 6.28F);
    const float d = crown * r.range(0, 1.1F);
    const Vec3 c{d * std::cos(a), d * std::sin(a), trunk + r.range(0.1F, 0.9F) * (height - trunk)};
    if (bare || i % 3 == 0)
      b.rod(f, {0, 0, trunk * r.range(0.7F, 1.2F)}, c, thick * 0.35F, bark, label::tree, 0.4F);
    if (bare) continue;
    const float s = crown * r.range(0.45F, 0.85F);
    b.add(Shape::foliage, f, c, {s, s, s * r.range(0.6F, 0.9F)}, leaf, label::tree);
  }
  return {thick * 2, thick * 2};
}

Footprint conifer(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float height = r.log_range(3, 14);
  const int bark = b.patterned(Pattern::bark, {0.3F, 0.2F, 0.13F}, 0.5F);
  const int leaf = b.patterned(
      Pattern::leaves,
      Vec3{r.range(0.04F, 0.14F), r.range(0.14F, 0.28F), r.range(0.04F, 0.12F)} * 1.5F, 0.6F);
  b.rod(f, {0, 0, -0.2F}, {0, 0, height * 0.8F}, height * 0.015F, bark, label::tree, 0.4F);
  const int tiers = r.integer(4, 7);
  const float wide = height * r.range(0.15F, 0.25F);
  for (int i = 0; i < tiers; ++i) {
    const float t = static_cast<float>(i) / static_cast<float>(tiers);
    const float w = wide * (1 - 0.85F * t);
    b.add(Shape::foliage, f, {0, 0, height * (0.2F + 0.75F * t)}, {w, w, height * 0.14F}, leaf,
          label::tree);
  }
  return {0.3F, 0.3F};
}

Footprint palm(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float height = r.range(3, 9);
  const int bark = b.patterned(Pattern::bark, {0.45F, 0.36F, 0.25F}, 0.6F, 0, 0.5F, 2);
  const int leaf = b.patterned(Pattern::leaves, Vec3{0.15F, 0.3F, 0.06F} * r.range(0.7F, 1.6F), 1);
  const Vec3 top{r.range(-0.6F, 0.6F), r.range(-0.6F, 0.6F), height};
  b.bent_rod(f, {0, 0, -0.1F}, {0, 0, height * 0.6F}, top, height * 0.02F + 0.05F, 5, bark,
             label::palm);
  for (int i = 0; i < 14; ++i) {
    const Vec3 way = r.heading();
    const float reach = height * r.range(0.2F, 0.32F);
    const Vec3 mid = top + way * (reach * 0.5F) + Vec3{0, 0, reach * 0.35F};
    const Vec3 tip = top + way * reach - Vec3{0, 0, reach * r.range(0, 0.6F)};
    for (const auto& [from, to] : {std::pair{top, mid}, std::pair{mid, tip}}) {
      const Frame blade = f * along((from + to) * 0.5F, to - from);
      b.add(Shape::ellipsoid, blade, {}, {reach * 0.1F, reach * 0.02F, length(to - from) * 0.55F},
            leaf, label::palm);
    }
  }
  return {0.4F, 0.4F};
}

Footprint bush(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float s = r.log_range(0.2F, 1.2F);
  const int leaf = b.patterned(
      Pattern::leaves,
      Vec3{r.range(0.06F, 0.3F), r.range(0.18F, 0.42F), r.range(0.03F, 0.14F)} * 1.5F, 0.8F);
  for (int i = r.integer(2, 5); i > 0; --i) {
    const float k = s * r.range(0.5F, 1.0F);
    b.add(Shape::foliage, f, {r.range(-s, s) * 0.6F, r.range(-s, s) * 0.6F, k * 0.6F},
          {k, k, k * 0.8F}, leaf, label::plant);
  }
  if (r.chance(0.25F)) {
    const int bloom = b.plain(b.bright_color());
    for (int i = 0; i < 12; ++i)
      b.ball(f, {r.range(-s, s), r.range(-s, s) - 0.3F * s, s * r.range(0.3F, 1.0F)},
             {0.05F * s, 0.05F * s, 0.05F * s}, bloom, label::flower);
  }
  return {s, s};
}

void flowers(Builder& b, const Frame& f) {
  Random& r = b.random;
  const int stem = b.plain({0.08F, 0.25F, 0.05F});
  const int bloom = b.plain(b.bright_color());
  for (int i = r.integer(3, 8); i > 0; --i) {
    const Vec3 tip{r.range(-0.1F, 0.1F), r.range(-0.1F, 0.1F), r.range(0.12F, 0.3F)};
    b.rod(f, {}, tip, 0.004F, stem, label::flower);
    const float s = r.range(0.02F, 0.04F);
    b.ball(f, tip, {s, s, s * 0.7F}, bloom, label::flower);
  }
}

void tuft(Builder& b, const Frame& f, int material) {
  for (int i = b.random.integer(3, 6); i > 0; --i) {
    const Vec3 tip{b.random.range(-0.15F, 0.15F), b.random.range(-0.15F, 0.15F),
                   b.random.range(0.08F, 0.35F)};
    b.rod(f, {tip.x * 0.2F, tip.y * 0.2F, 0}, tip, 0.012F, material, label::grass, 0.1F);
  }
}

}  // namespace dpt::scene
