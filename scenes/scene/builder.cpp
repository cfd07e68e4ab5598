#include "scene/builder.h"

#include <algorithm>

namespace dpt::scene {

namespace {

Vec3 from_hue(float hue, float saturation, float value) {
  const auto channel = [&](float shift) {
    const float k = std::fmod(hue * 6 + shift, 6.0F);
    return value * (1 - saturation * std::clamp(std::min(k, 4 - k), 0.0F, 1.0F));
  };
  return {channel(5), channel(3), channel(1)};
}

}  // namespace

void Builder::add(Shape shape, const Frame& frame, Vec3 center, Vec3 half, int m, int label,
                  float taper) {
  Frame f = frame;
  f.origin = frame.point(center);
  Primitive p = make_primitive(shape, f, half, taper);
  p.material = static_cast<uint16_t>(m);
  p.label = static_cast<uint8_t>(label);
  p.seed = static_cast<uint32_t>(random.bits());
  scene.primitives.push_back(p);
}

void Builder::rod(const Frame& f, Vec3 a, Vec3 b, float radius, int m, int label, float taper) {
  const Frame line = f * along((a + b) * 0.5F, b - a);
  add(Shape::cylinder, line, {}, {radius, radius, 0.5F * length(b - a)}, m, label, taper);
}

void Builder::bent_rod(const Frame& f, Vec3 a, Vec3 by, Vec3 b, float radius, int pieces, int m,
                       int label) {
  Vec3 last = a;
  for (int i = 1; i <= pieces; ++i) {
    const float t = static_cast<float>(i) / static_cast<float>(pieces);
    const Vec3 next = mix(mix(a, by, t), mix(by, b, t), t);
    rod(f, last, next, radius, m, label);
    last = next;
  }
}

int Builder::material(const Material& m) {
  scene.materials.push_back(m);
  return static_cast<int>(scene.materials.size()) - 1;
}

int Builder::patterned(Pattern pattern, Vec3 color, float repeat, float gloss, float roughness,
                       float bump) {
  Material m;
  m.color = color;
  m.texture = bank.pick(pattern, random);
  m.repeat = repeat;
  m.gloss = gloss;
  m.roughness = roughness;
  m.bump = bump;
  m.turned = random.chance(0.5F);
  return material(m);
}

int Builder::picture(Pattern pattern, Vec3 color) {
  Material m;
  m.color = color;
  m.texture = bank.pick(pattern, random);
  m.fit = true;
  m.gloss = random.chance(0.4F) ? random.range(0.1F, 0.8F) : 0;
  m.roughness = random.range(0.1F, 0.5F);
  return material(m);
}

int Builder::plain(Vec3 color, float gloss, float roughness) {
  Material m;
  m.color = color;
  m.gloss = gloss;
  m.roughness = roughness;
  return material(m);
}

int Builder::glowing(Vec3 light) {
  Material m;
  m.glow = light;
  m.color = {0.8F, 0.8F, 0.8F};
  return material(m);
}

Vec3 Builder::dull_color() {
  const float value = random.log_range(0.03F, 0.75F);
  return from_hue(random.chance(0.7F) ? random.range(0.02F, 0.14F) : random.unit(),
                  random.range(0, 0.45F), value);
}

Vec3 Builder::bright_color() {
  return from_hue(random.unit(), random.range(0.4F, 0.95F), random.log_range(0.08F, 0.8F));
}

int Builder::paint() {
  Vec3 color =
      Vec3{1, random.range(0.94F, 1.0F), random.range(0.84F, 1.0F)} * random.range(0.45F, 0.9F);
  if (random.chance(0.3F))
    color = from_hue(random.unit(), random.range(0.05F, 0.5F), random.range(0.2F, 0.8F));
  const float kind = random.unit();
  if (kind < 0.12F) return plain(color);
  if (kind < 0.66F)
    return patterned(Pattern::plaster, color * 1.3F, random.range(0.2F, 1.0F), 0, 0.5F, 0.3F);
  if (kind < 0.74F)
    return patterned(Pattern::plaster_rough, color * 1.3F, random.range(0.3F, 1.0F), 0, 0.5F, 1.5F);
  if (kind < 0.80F)
    return patterned(random.pick({Pattern::stripes, Pattern::flowers, Pattern::dots}), color,
                     random.range(0.5F, 2.0F));
  if (kind < 0.85F)
    return patterned(
        Pattern::brick,
        from_hue(random.range(0, 0.08F), random.range(0, 0.6F), random.range(0.2F, 0.7F)),
        random.range(0.7F, 1.2F), 0, 0.5F, 2);
  if (kind < 0.90F)
    return patterned(Pattern::concrete, Vec3{1, 1, 1} * random.range(0.4F, 0.8F),
                     random.range(0.2F, 0.6F), 0, 0.5F, 0.5F);
  if (kind < 0.95F)
    return patterned(random.pick({Pattern::tiles, Pattern::tiles_small}), color,
                     random.range(0.5F, 2), random.range(0.2F, 0.9F), 0.2F, 0.5F);
  return patterned(
      random.pick({Pattern::planks, Pattern::planks_long}),
      from_hue(random.range(0.05F, 0.1F), random.range(0, 0.6F), random.range(0.1F, 0.8F)),
      random.range(0.4F, 1.2F), 0.2F, 0.4F, 0.5F);
}

int Builder::wood() {
  const Vec3 color = from_hue(random.range(0.04F, 0.11F), random.range(0.3F, 0.8F),
                              random.log_range(0.08F, 0.85F));
  return patterned(random.chance(0.7F) ? Pattern::wood : Pattern::wood_dark, color,
                   random.range(0.5F, 2.0F), random.range(0, 0.7F), random.range(0.2F, 0.6F), 0.2F);
}

int Builder::fabric() {
  const Vec3 color = any_color();
  const float kind = random.unit();
  if (kind < 0.25F) return plain(color);
  if (kind < 0.6F)
    return patterned(random.pick({Pattern::weave, Pattern::knit}), color * 1.3F,
                     random.range(1.5F, 5), 0, 0.5F, 0.6F);
  if (kind < 0.72F)
    return patterned(Pattern::plaster_rough, color * 1.3F, random.range(1, 3), 0, 0.5F, 0.8F);
  return patterned(random.pick({Pattern::stripes, Pattern::plaid, Pattern::dots, Pattern::flowers}),
                   {0.9F, 0.9F, 0.9F}, random.range(0.8F, 4));
}

int Builder::plastic() {
  const Vec3 color =
      random.chance(0.4F) ? Vec3{1, 1, 1} * random.log_range(0.02F, 0.85F) : any_color();
  return plain(color, random.range(0.1F, 0.9F), random.range(0.1F, 0.5F));
}

int Builder::metal() {
  Material m;
  m.color =
      mix(Vec3{1, 1, 1}, random.chance(0.15F) ? Vec3{1, 0.8F, 0.4F} : Vec3{0.95F, 0.97F, 1}, 0.8F) *
      random.log_range(0.15F, 0.85F);
  m.metal = random.chance(0.7F);
  m.gloss = random.range(0.3F, 1.0F);
  m.roughness = random.range(0.1F, 0.6F);
  if (random.chance(0.4F)) {
    m.texture = bank.pick(random.chance(0.8F) ? Pattern::brushed : Pattern::rust, random);
    m.repeat = random.range(1, 4);
  }
  return material(m);
}

int Builder::leather() {
  return patterned(Pattern::leather, dull_color() * 1.2F, random.range(3, 8),
                   random.range(0.2F, 0.8F), random.range(0.2F, 0.5F), 0.4F);
}

int Builder::ceramic() {
  return plain(random.chance(0.6F) ? Vec3{0.85F, 0.84F, 0.8F} : any_color(),
               random.range(0.4F, 1.0F), random.range(0.05F, 0.3F));
}

int Builder::furniture() {
  const float kind = random.unit();
  if (kind < 0.5F) return wood();
  if (kind < 0.8F)
    return plain(
        random.chance(0.6F) ? Vec3{1, 0.99F, 0.96F} * random.range(0.5F, 0.85F) : any_color(),
        random.range(0, 0.7F), random.range(0.2F, 0.5F));
  if (kind < 0.9F) return metal();
  return patterned(Pattern::planks, dull_color() * 1.3F, random.range(0.5F, 2), 0.1F, 0.5F, 0.5F);
}

int Builder::floor() {
  const float kind = random.unit();
  const float gloss = random.chance(0.5F) ? random.range(0.2F, 1.0F) : random.range(0, 0.2F);
  const float rough = random.range(0.1F, 0.6F);
  const Vec3 woody = random.chance(0.3F)
                         ? Vec3{1, 1, 1} * random.range(0.2F, 0.7F)
                         : from_hue(random.range(0.04F, 0.1F), random.range(0.1F, 0.75F),
                                    random.log_range(0.12F, 0.85F));
  if (kind < 0.34F)
    return patterned(random.pick({Pattern::planks, Pattern::planks_long, Pattern::planks_long}),
                     woody * 1.2F, random.range(0.4F, 1.3F), gloss, rough, 0.4F);
  if (kind < 0.42F)
    return patterned(Pattern::parquet, woody * 1.2F, random.range(0.6F, 2), gloss, rough, 0.2F);
  if (kind < 0.62F)
    return patterned(
        random.pick({Pattern::tiles, Pattern::tiles_large, Pattern::tiles_small, Pattern::brick}),
        random.chance(0.7F) ? Vec3{1, 0.97F, 0.92F} * random.range(0.2F, 0.95F) : any_color(),
        random.range(0.4F, 1.5F), gloss, rough, 0.5F);
  if (kind < 0.78F)
    return patterned(
        random.pick({Pattern::carpet, Pattern::carpet, Pattern::carpet_pattern, Pattern::knit}),
        dull_color() * 1.3F, random.range(0.3F, 1.5F), 0, 0.5F, 0.8F);
  if (kind < 0.90F)
    return patterned(random.pick({Pattern::concrete, Pattern::terrazzo, Pattern::plaster}),
                     Vec3{1, 0.98F, 0.95F} * random.range(0.2F, 0.8F), random.range(0.2F, 1.0F),
                     gloss, rough, 0.2F);
  if (kind < 0.95F)
    return patterned(Pattern::marble, any_color() * 1.2F, random.range(0.3F, 1), gloss, 0.15F);
  return plain(dull_color(), gloss, rough);
}

int Builder::paper() {
  return picture(random.pick({Pattern::page, Pattern::label, Pattern::poster, Pattern::photo}));
}

}  // namespace dpt::scene
