#include "scene/compose.h"

#include "scene/close_ups.h"
#include "scene/outdoors.h"
#include "scene/room.h"

namespace dpt::scene {

namespace {

/// Bodies of all shapes and materials before a wall: nothing that could be known by its name.
void build_solids(Builder& b) {
  Random& r = b.random;
  const float half = r.range(1, 4);
  b.box({}, {0, 0, -0.1F}, {half * 2, half * 2, 0.1F}, b.floor(), label::floor);
  b.box({}, {0, half, 2}, {half * 2, 0.1F, 2}, b.paint(), label::wall);
  if (r.chance(0.5F))
    b.box({}, {half * r.sign(), 0, 2}, {0.1F, half * 2, 2}, b.paint(), label::wall);
  for (int i = r.integer(5, 40); i > 0; --i) {
    const int m = r.chance(0.3F)   ? b.paper()
                  : r.chance(0.5F) ? b.fabric()
                  : r.chance(0.5F) ? b.furniture()
                                   : b.plastic();
    const float s = r.log_range(0.04F, 0.6F);
    const Vec3 half_size{s * r.range(0.3F, 1.5F), s * r.range(0.3F, 1.5F), s * r.range(0.3F, 1.5F)};
    const float lift = r.chance(0.7F) ? half_size.z : r.range(0, 1.5F);
    const Frame f =
        turned({r.range(-1, 1) * half, r.range(-0.9F, 0.9F) * half, lift}, r.range(0, 6.28F)) *
        tilted({}, r.chance(0.6F) ? 0 : r.range(-1, 1));
    const Shape shape =
        r.pick({Shape::box, Shape::box, Shape::ellipsoid, Shape::cylinder, Shape::cushion});
    b.add(shape, f, {}, half_size, m, label::none,
          shape == Shape::cylinder ? r.range(0.2F, 1.2F) : s * r.range(0.05F, 0.4F));
  }
  Scene& s = b.scene;
  for (int i = r.integer(1, 3); i > 0; --i)
    s.lamps.push_back({.position = {r.range(-2, 2), r.range(-3, 1), r.range(1.5F, 3)},
                       .radius = r.range(0.02F, 0.5F),
                       .power = Vec3{1, r.range(0.7F, 1.0F), r.range(0.5F, 1.1F)} * r.range(1, 4)});
  const float fill = r.range(0.1F, 0.6F);
  s.sky.from_above = Vec3{1, 1, 1} * fill;
  s.sky.from_aside = Vec3{1, 1, 1} * (fill * 0.8F);
  s.sky.from_below = Vec3{1, 1, 1} * (fill * 0.5F);
  s.sky.zenith = s.sky.horizon = Vec3{1, 1, 1} * r.range(0.2F, 1.0F);
  s.camera = look({r.range(-0.8F, 0.8F) * half, -half * r.range(0.6F, 1.0F), r.range(0.1F, 1.8F)},
                  {r.range(-0.4F, 0.4F) * half, 0.5F * half, r.range(0, 0.6F)}, r.normal() * 0.1F,
                  r.range(0.4F, 0.9F));
}

/// Each lamp costs a ray for every pixel: the three strongest stay.
void keep_strongest(Scene& scene) {
  std::stable_sort(scene.lamps.begin(), scene.lamps.end(), [](const Lamp& a, const Lamp& b) {
    return std::pair(a.directional, brightness(a.power)) >
           std::pair(b.directional, brightness(b.power));
  });
  scene.lamps.resize(std::min<size_t>(scene.lamps.size(), 3));
}

/// `width` in pixels; `middle`: depth in metres at the middle of the picture.
Sensor draw_sensor(Random& r, float width, float middle) {
  Sensor s;
  s.exposure = r.log_range(0.6F, 1.7F);
  const float warmth = r.normal() * 0.06F;
  s.balance = {1 + warmth, 1 + r.normal() * 0.02F, 1 - warmth};
  s.contrast = r.range(0.85F, 1.2F);
  s.saturation = r.range(0.6F, 1.3F);
  s.vignette = r.chance(0.4F) ? r.range(0, 0.5F) : 0;
  s.blur = r.chance(0.6F) ? r.range(0.3F, 1.2F) * width / 320 : 0;
  s.sharpen = r.chance(0.5F) ? r.range(0.2F, 1.2F) : 0;
  s.noise = r.chance(0.6F) ? r.log_range(0.003F, 0.025F) : 0;
  s.aberration = r.chance(0.15F) ? r.range(0.3F, 1.5F) : 0;
  s.focus = std::min(middle, 100.0F);
  if (r.chance(middle < 1.5F ? 0.35F : 0.04F)) s.aperture = r.range(0.8F, 4) * width / 320;
  if (r.chance(0.08F)) {
    s.motion_x = r.normal() * 4;
    s.motion_y = r.normal() * 2;
  }
  s.bloom = r.chance(0.4F) ? r.range(0.2F, 1.2F) : 0;
  return s;
}

}  // namespace

Scene compose(uint64_t seed, const TextureBank& bank, const Mixture& m) {
  Scene scene;
  Builder b(scene, bank, seed);
  Random& r = b.random;
  const float total =
      m.rooms + m.corridors + m.streets + m.suburbs + m.parks + m.landscapes + m.solids;
  float at_share = r.unit() * total;
  const auto chosen = [&](float share) {
    at_share -= share;
    return at_share < 0;
  };
  if (chosen(m.rooms)) {
    build_room(b, r.pick({RoomKind::living, RoomKind::living, RoomKind::sleeping,
                          RoomKind::sleeping, RoomKind::kitchen, RoomKind::office, RoomKind::office,
                          RoomKind::bath, RoomKind::storage, RoomKind::bare, RoomKind::library}));
  } else if (chosen(m.corridors)) {
    build_room(b, RoomKind::corridor);
  } else if (chosen(m.streets)) {
    build_street(b);
  } else if (chosen(m.suburbs)) {
    build_suburb(b);
  } else if (chosen(m.parks)) {
    build_park(b);
  } else if (chosen(m.landscapes)) {
    build_landscape(b);
  } else {
    build_solids(b);
  }
  keep_strongest(scene);
  // Seen from the ground: from a roof or a hill there is nothing right before the eyes.
  if (r.chance(m.close_ups) && scene.camera.frame.origin.z < 2.5F) add_close_up(b);
  scene.camera.distortion = r.chance(0.3F) ? r.range(-0.12F, 0.12F) : 0;
  return scene;
}

Sample make_sample(uint64_t seed, const TextureBank& bank, const Mixture& mixture, Size size) {
  constexpr int attempts = 8;
  constexpr int probe = 16;
  for (int attempt = 0;; ++attempt) {
    const uint64_t number = scramble(seed) + static_cast<uint64_t>(attempt);
    Scene scene = compose(number, bank, mixture);
    Random random(number ^ 0x5ca1ab1eU);
    float focus = 2;
    if (attempt + 1 < attempts) {
      // A thumbnail tells whether there is anything to see.
      scene.sensor = {};
      const int width = size.width >= size.height ? probe * 2 : probe * 3 / 2;
      const int height = std::max(1, width * size.height / size.width);
      const Sample small = render(scene, bank, {width, height}, number);
      focus = small.depth.at(width / 2, height / 2);
      std::vector<float> depth(small.depth.span().begin(), small.depth.span().end());
      std::nth_element(depth.begin(), depth.begin() + static_cast<ptrdiff_t>(depth.size() / 2),
                       depth.end());
      const float middle = depth[depth.size() / 2];
      const auto near =
          std::count_if(depth.begin(), depth.end(), [](float d) { return d < 0.15F; });
      if (middle < 0.25F || static_cast<size_t>(near) > depth.size() / 10) continue;
    }
    scene.sensor =
        draw_sensor(random, static_cast<float>(std::max(size.width, size.height)), focus);
    return render(scene, bank, size, random.bits());
  }
}

}  // namespace dpt::scene
