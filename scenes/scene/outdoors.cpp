#include "scene/outdoors.h"

#include "scene/room.h"

namespace dpt::scene {

namespace {

void ground(Builder& b, int material, int label) {
  b.box({}, {0, 0, -5}, {3000, 3000, 5}, material, label);
}

int grass_ground(Builder& b) {
  Random& r = b.random;
  return b.patterned(
      Pattern::grass,
      Vec3{r.range(0.25F, 0.6F), r.range(0.4F, 0.65F), r.range(0.12F, 0.3F)} * r.range(0.6F, 1.2F),
      r.range(0.3F, 0.8F), 0, 0.5F, 1);
}

int earth_ground(Builder& b) {
  Random& r = b.random;
  return b.patterned(r.pick({Pattern::earth, Pattern::gravel, Pattern::sand}),
                     Vec3{0.6F, 0.47F, 0.33F} * r.range(0.5F, 1.4F), r.range(0.2F, 0.6F), 0, 0.5F,
                     1.5F);
}

int asphalt(Builder& b) {
  return b.patterned(Pattern::asphalt, Vec3{1, 1, 1.02F} * b.random.range(0.1F, 0.45F),
                     b.random.range(0.1F, 0.3F), b.random.chance(0.15F) ? 0.6F : 0.0F, 0.3F, 0.6F);
}

int pavement(Builder& b) {
  Random& r = b.random;
  return b.patterned(
      r.pick({Pattern::tiles, Pattern::tiles_small, Pattern::concrete, Pattern::brick}),
      Vec3{1, 0.97F, 0.93F} * r.range(0.3F, 0.7F), r.range(0.4F, 1.0F), 0, 0.5F, 0.8F);
}

Thing vegetation(Random& r) {
  const float kind = r.unit();
  return kind < 0.55F   ? Thing(tree)
         : kind < 0.75F ? Thing(conifer)
         : kind < 0.8F  ? Thing(palm)
                        : Thing(bush);
}

/// Rows of trees, hills or mountains where the ground ends.
void horizon(Builder& b) {
  Random& r = b.random;
  const float kind = r.unit();
  if (kind < 0.3F) return;
  const Vec3 tint{r.range(0.15F, 0.4F), r.range(0.22F, 0.42F), r.range(0.1F, 0.3F)};
  if (kind < 0.7F) {  // mountains or hills all around
    const bool high = r.chance(0.5F);
    const int rock = b.patterned(r.pick({Pattern::plaster_rough, Pattern::earth, Pattern::grass}),
                                 tint * 1.4F, 1 / r.range(60, 200), 0, 0.5F, 1);
    for (int i = r.integer(6, 22); i > 0; --i) {
      const float far = r.log_range(200, 1500);
      const Vec3 at_place = r.heading() * far;
      const float size = far * r.range(0.12F, 0.4F);
      if (high)
        b.cylinder(at({at_place.x, at_place.y, size * 0.4F}), {}, size, size * r.range(0.3F, 0.6F),
                   rock, label::mountain, 0.06F);
      else
        b.ball(at({at_place.x, at_place.y, -size * 0.1F}), {},
               {size, size, size * r.range(0.25F, 0.5F)}, rock, label::hill);
    }
    return;
  }
  const int leaf = b.patterned(Pattern::leaves, tint, 0.1F);
  for (int i = r.integer(10, 50); i > 0; --i) {
    const float far = r.range(50, 160);
    const Vec3 p = r.heading() * far;
    const float s = r.range(4, 10);
    b.ball(at({p.x, p.y, s * 0.5F}), {}, {s, s, s * r.range(0.8F, 1.4F)}, leaf, label::tree);
  }
}

void eye_at(Builder& b, Vec3 eye, Vec3 way, float pitch) {
  Random& r = b.random;
  const Vec3 target = eye + normalized(way) * 10 + Vec3{0, 0, pitch * 10};
  b.scene.camera =
      look(eye, target, r.normal() * (r.chance(0.1F) ? 0.2F : 0.02F), r.range(0.4F, 0.85F));
}

float standing_or_low(Random& r) {
  return r.chance(0.75F) ? r.range(1.2F, 2.2F) : r.chance(0.6F) ? r.range(0.15F, 1) : r.range(3, 9);
}

/// Houses with what stands before them, on one side of a road of half the width `road`.
void gardens(Builder& b, Placing& placing, float s, float road, int tar) {
  Random& r = b.random;
  const float to_road = s > 0 ? -1.5707963F : 1.5707963F;
  const float set_back = road + r.range(5, 10);
  for (float y = -15; y < 110; y += r.range(13, 20)) {
    house(b, turned({s * set_back, y, 0}, to_road + r.range(-0.1F, 0.1F)));
    placing.reserve(at({s * (set_back + 4), y, 0}), {5, 7});
    if (r.chance(0.6F)) {
      const int drive = r.chance(0.5F) ? tar : pavement(b);
      b.box({}, {s * (0.5F * (road + set_back)), y + 5, -0.455F},
            {0.5F * (set_back - road), 1.4F, 0.5F}, drive, label::path);
    }
    if (r.chance(0.4F)) fence(b, turned({s * (set_back - 2.5F), y, 0}, to_road), 9);
    if (r.chance(0.6F)) placing.put(car, turned({s * (set_back - 3), y + 5, 0.04F}, to_road));
  }
  for (int i = r.integer(4, 22); i > 0; --i)
    placing.put(vegetation(r), at({s * (road + r.range(1.5F, 14)), r.range(-6, 90), 0}));
  for (int i = r.integer(0, 4); i > 0; --i)
    placing.put(car, turned({s * (road - 1), r.range(4, 60), 0.04F}, s > 0 ? 3.14F : 0));
}

/// A road between rows of buildings, along y.
class Street {
 public:
  explicit Street(Builder& b) : b_(b), placing_(b) {
    Random& r = b.random;
    road_ = r.range(2.7F, 7);
    walk_ = r.range(1.2F, 4);
    eye_x_ = r.chance(0.5F) ? r.range(-0.7F, 0.7F) * road_
                            : r.sign() * (road_ + r.range(0.3F, 0.8F) * walk_);
    placing_.reserve(at({eye_x_, 0, 0}), {0.8F, 1.5F});
  }

  void build() {
    surfaces();
    const float tallness = b_.random.log_range(6, 45);
    for (const float side : {-1.0F, 1.0F}) buildings(side, tallness);
    const float parked = b_.random.range(0, 1);
    for (const float side : {-1.0F, 1.0F}) {
      parked_cars(side, parked);
      kerb(side);
      passers_by(side);
    }
    traffic();
    horizon(b_);
    Random& r = b_.random;
    const Vec3 way =
        r.chance(0.8F) ? Vec3{r.normal() * 0.25F, 1, 0} : Vec3{r.sign(), r.range(-0.5F, 0.8F), 0};
    eye_at(b_, {eye_x_, 0, standing_or_low(r) + 0.1F}, way, r.normal() * 0.08F);
  }

 private:
  void surfaces() {
    Random& r = b_.random;
    ground(b_, r.chance(0.5F) ? grass_ground(b_) : earth_ground(b_), label::earth);
    const int tar = asphalt(b_);
    b_.box({}, {0, 0, -0.45F}, {road_, 800, 0.5F}, tar, label::road);
    const int stone = pavement(b_);
    for (const float s : {-1.0F, 1.0F}) {
      b_.box({}, {s * (road_ + 0.5F * walk_), 0, -0.35F}, {0.5F * walk_, 800, 0.5F}, stone,
             label::sidewalk);
      b_.box({}, {s * (road_ + 0.08F), 0, -0.34F}, {0.08F, 800, 0.5F},
             b_.plain({0.4F, 0.4F, 0.38F}), label::sidewalk);
    }
    const int white = b_.plain({0.7F, 0.7F, 0.68F});
    if (r.chance(0.75F)) {
      for (float y = -10; y < 120; y += 7)
        b_.box({}, {0, y, 0.051F}, {0.07F, 1.6F, 0.002F}, white, label::road);
    }
    if (r.chance(0.3F)) {  // a crossing
      for (float x = -road_ + 0.6F; x < road_; x += 1.1F)
        b_.box({}, {x, r.range(8, 9), 0.051F}, {0.28F, 1.8F, 0.002F}, white, label::road);
    }
    if (r.chance(0.15F))
      b_.box({}, {0, r.range(18, 60), -0.449F}, {800, road_, 0.5F}, tar, label::road);
  }

  void buildings(float side, float tallness) {
    Random& r = b_.random;
    const float front = road_ + walk_ + (r.chance(0.3F) ? r.range(1, 6) : 0.0F);
    for (float y = -25; y < 160;) {
      const float width = r.range(7, 24);
      const Frame f =
          turned({side * front, y + 0.5F * width, 0.1F}, side > 0 ? -1.5707963F : 1.5707963F);
      const float kind = r.unit();
      if (kind < 0.78F) {
        building(b_, f, width - (r.chance(0.2F) ? r.range(1, 4) : 0.0F), r.range(8, 16),
                 tallness * r.range(0.5F, 1.5F));
      } else if (kind < 0.88F) {
        house(b_, f * at({0, 2, 0}));
      } else {
        fence(b_, f, width);
      }
      y += width;
    }
  }

  static Footprint vehicle(Builder& b, const Frame& f) {
    const float kind = b.random.unit();
    return kind < 0.75F   ? car(b, f)
           : kind < 0.87F ? van(b, f)
           : kind < 0.94F ? truck(b, f)
                          : bus(b, f);
  }

  void parked_cars(float side, float parked) {
    Random& r = b_.random;
    for (float y = -8; y < 90; y += r.range(5, 9)) {
      if (!r.chance(parked * 0.8F)) continue;
      placing_.put(vehicle, turned({side * (road_ - 1), y, 0.05F},
                                   (side > 0 ? 3.1416F : 0) + r.range(-0.05F, 0.05F)));
    }
  }

  static Thing post(void (*thing)(Builder&, const Frame&)) {
    return [thing](Builder& b, const Frame& f) {
      thing(b, f);
      return Footprint{0.2F, 0.2F};
    };
  }

  /// What stands at the edge of the pavement.
  void kerb(float side) {
    Random& r = b_.random;
    const float spacing = r.range(7, 25);
    const bool trees = r.chance(0.5F);
    for (float y = r.range(-4, 8); y < 100; y += spacing * r.range(0.8F, 1.2F)) {
      const Frame f =
          turned({side * (road_ + 0.5F), y, 0.15F}, side > 0 ? -1.5707963F : 1.5707963F);
      const float kind = r.unit();
      if (kind < 0.75F) {
        placing_.put(trees && kind < 0.6F ? Thing(tree) : post(streetlight), f);
      } else {
        placing_.put(kind < 0.85F   ? post(sign)
                     : kind < 0.9F  ? post(traffic_light)
                     : kind < 0.95F ? Thing(bin)
                                    : Thing(bicycle),
                     f * turned({}, 1.5707963F));
      }
    }
  }

  void passers_by(float side) {
    Random& r = b_.random;
    for (int i = r.integer(0, 8); i > 0; --i) {
      placing_.put(
          person, turned({side * (road_ + r.range(0.3F, 0.95F) * walk_), r.log_range(2, 50), 0.15F},
                         r.range(0, 6.28F)));
    }
  }

  void traffic() {
    Random& r = b_.random;
    for (int i = r.integer(0, 4); i > 0; --i) {
      placing_.put(vehicle, turned({r.range(-0.6F, 0.6F) * road_, r.log_range(5, 70), 0.05F},
                                   r.chance(0.5F) ? 0.0F : 3.1416F));
    }
    for (int i = r.integer(0, 2); i > 0; --i) {
      placing_.put(
          r.chance(0.5F) ? Thing(person) : Thing(bicycle),
          turned({r.range(-0.9F, 0.9F) * road_, r.log_range(3, 40), 0.05F}, r.range(0, 6.28F)));
    }
  }

  Builder& b_;
  Placing placing_;
  float road_ = 0;  ///< half its width
  float walk_ = 0;  ///< width of the pavement
  float eye_x_ = 0;
};

}  // namespace

void weather(Builder& b) {
  Random& r = b.random;
  Sky& s = b.scene.sky;
  const float kind = r.unit();
  const Vec3 blue{r.range(0.08F, 0.25F), r.range(0.22F, 0.45F), r.range(0.6F, 1.0F)};
  if (kind < 0.55F) {  // sun
    const bool low = r.chance(0.25F);
    s.zenith = blue;
    s.horizon = mix(Vec3{0.65F, 0.75F, 0.9F}, Vec3{1, 0.7F, 0.4F}, low ? r.range(0.2F, 0.8F) : 0);
    s.cover = r.chance(0.6F) ? r.range(0.3F, 1.0F) : 0;
    const Vec3 way =
        normalized(r.heading() + Vec3{0, 0, low ? r.range(0.15F, 0.4F) : r.range(0.5F, 2.5F)});
    b.scene.lamps.push_back(
        {.position = way,
         .directional = true,
         .radius = 0.01F,
         .power = (low ? Vec3{2.6F, 1.8F, 1.1F} : Vec3{2.4F, 2.3F, 2.1F}) * r.range(0.7F, 1.3F)});
    s.from_above = mix(blue, Vec3{0.8F, 0.85F, 0.9F}, 0.4F) * r.range(0.5F, 1.0F);
  } else if (kind < 0.92F) {  // cloudy
    const float v = r.range(0.6F, 1.1F);
    s.zenith = Vec3{0.9F, 0.95F, 1} * (v * r.range(0.6F, 1.0F));
    s.horizon = Vec3{1, 1, 1} * v;
    s.cover = r.range(0, 0.7F);
    s.from_above = Vec3{0.95F, 0.98F, 1} * v;
    b.scene.lamps.push_back({.position = normalized(r.heading() + Vec3{0, 0, 2}),
                             .directional = true,
                             .radius = 0.2F,
                             .power = Vec3{0.5F, 0.5F, 0.5F} * v});
  } else {  // dusk
    s.zenith = {0.02F, 0.03F, 0.08F};
    s.horizon = {0.2F, 0.14F, 0.14F};
    s.from_above = {0.06F, 0.07F, 0.12F};
    for (int i = 0; i < 3; ++i)
      b.scene.lamps.push_back({.position = r.heading() * r.range(3, 12) + Vec3{0, 0, r.range(3, 7)},
                               .radius = 0.15F,
                               .power = Vec3{1, 0.75F, 0.4F} * r.range(3, 10)});
  }
  s.from_aside = s.from_above * 0.6F + s.horizon * 0.12F;
  s.from_below = s.from_above * r.range(0.15F, 0.35F);
  s.clouds = s.cover > 0 ? b.bank.pick(Pattern::cloud, r) : -1;
  s.haze = r.chance(0.9F) ? r.log_range(0.0002F, 0.004F) : r.log_range(0.004F, 0.03F);
  s.haze_color = mix(s.horizon, s.from_above, 0.3F) * 0.95F;
}

void build_street(Builder& b) {
  weather(b);
  Street(b).build();
}

void build_suburb(Builder& b) {
  Random& r = b.random;
  weather(b);
  ground(b, grass_ground(b), label::grass);
  const int tar = asphalt(b);
  const float road = r.range(2.2F, 4);
  b.box({}, {0, 0, -0.47F}, {road, 800, 0.5F}, tar, label::road);
  const bool walks = r.chance(0.6F);
  if (walks)
    for (const float s : {-1.0F, 1.0F})
      b.box({}, {s * (road + 2), 0, -0.46F}, {0.8F, 800, 0.5F}, pavement(b), label::sidewalk);
  Placing placing(b);
  const float eye_x = r.range(-1.4F, 1.4F) * road;
  placing.reserve(at({eye_x, 0, 0}), {0.8F, 1.5F});
  for (const float side : {-1.0F, 1.0F}) gardens(b, placing, side, road, tar);
  for (int i = r.integer(0, 4); i > 0; --i)
    placing.put(r.chance(0.8F) ? Thing(person) : Thing(animal),
                turned({r.range(-2, 2) * road, r.log_range(2, 40), 0.04F}, r.range(0, 6.28F)));
  horizon(b);
  eye_at(b, {eye_x, 0, standing_or_low(r)}, {r.normal() * 0.5F, 1, 0}, r.normal() * 0.08F);
}

void build_park(Builder& b) {
  Random& r = b.random;
  weather(b);
  const bool green = r.chance(0.7F);
  ground(b, green ? grass_ground(b) : earth_ground(b), green ? label::grass : label::earth);
  for (int i = r.integer(0, 8); i > 0; --i) {  // patches
    const bool water = r.chance(0.2F);
    const int m =
        water ? b.patterned(Pattern::water, Vec3{0.1F, 0.16F, 0.17F} * 1.5F, 0.3F, 1, 0.08F, 0.6F)
        : r.chance(0.5F) ? earth_ground(b)
                         : grass_ground(b);
    b.add(Shape::cylinder, turned({r.range(-25, 25), r.range(3, 60), 0}, r.range(0, 3)), {},
          {r.range(1.5F, 14), r.range(1.5F, 9), 0.01F + 0.002F * static_cast<float>(i)}, m,
          water ? label::water : label::earth);
  }
  if (r.chance(0.6F))
    b.box(turned({r.range(-4, 4), 30, 0}, r.range(-0.4F, 0.4F)), {0, 0, 0.005F},
          {r.range(0.7F, 2), 60, 0.03F}, r.chance(0.5F) ? earth_ground(b) : pavement(b),
          label::path);
  for (int i = r.integer(0, 6); i > 0; --i)
    b.ball(at({r.range(-60, 60), r.range(15, 110), -1}), {},
           {r.range(10, 40), r.range(10, 30), r.range(1.5F, 6)}, grass_ground(b), label::grass);
  Placing placing(b);
  placing.reserve({}, {0.8F, 1.2F});
  const float wood = r.log_range(4, 60);
  for (int i = static_cast<int>(wood); i > 0; --i) {
    const float y = r.log_range(3, 90);
    placing.put(vegetation(r), at({r.range(-0.9F, 0.9F) * (y + 4), y, 0}));
  }
  const int blade = b.plain(Vec3{0.3F, 0.45F, 0.12F} * r.range(0.4F, 1.0F));
  if (r.chance(0.5F))
    for (int i = r.integer(10, 40); i > 0; --i)
      tuft(b, at({r.range(-4, 4), r.range(1, 9), 0}), blade);
  for (int i = r.integer(0, 6); i > 0; --i)
    placing.put(
        [](Builder& c, const Frame& f) { return rock(c, f, c.random.log_range(0.15F, 1.2F)); },
        at({r.range(-8, 8), r.log_range(2, 30), 0}));
  for (int i = r.integer(0, 5); i > 0; --i)
    placing.put(r.chance(0.65F) ? Thing(person) : Thing(animal),
                turned({r.range(-5, 5), r.log_range(2, 30), 0}, r.range(0, 6.28F)));
  if (r.chance(0.4F)) bench(b, turned({r.range(-4, 4), r.range(3, 12), 0}, r.range(0, 6.28F)));
  if (r.chance(0.3F)) fence(b, turned({0, r.range(10, 40), 0}, r.range(-0.4F, 0.4F)), 60);
  for (int i = r.chance(0.25F) ? r.integer(1, 6) : 0; i > 0; --i)
    building(b, turned({r.range(-60, 60), r.range(50, 140), 0}, r.range(-0.3F, 0.3F)),
             r.range(10, 30), 12, r.log_range(6, 60));
  horizon(b);
  eye_at(b, {0, 0, standing_or_low(r)}, {r.normal() * 0.3F, 1, 0}, r.normal() * 0.1F - 0.03F);
}

void build_landscape(Builder& b) {
  Random& r = b.random;
  weather(b);
  const float kind = r.unit();
  const int water = b.patterned(Pattern::water, Vec3{0.06F, 0.12F, 0.15F} * r.range(1, 3),
                                r.log_range(0.02F, 0.3F), 1, 0.1F, 0.8F);
  if (kind < 0.35F) {  // shore
    ground(b, water, label::sea);
    const int sand = b.patterned(Pattern::sand, Vec3{0.85F, 0.72F, 0.52F} * r.range(0.7F, 1.1F),
                                 0.3F, 0, 0.5F, 1);
    b.box({}, {0, -40, -0.9F}, {3000, r.range(42, 60), 1}, sand, label::sand);
    for (int i = r.integer(0, 9); i > 0; --i)
      rock(b, at({r.range(-15, 15), r.range(3, 40), 0}), r.log_range(0.2F, 4));
    for (int i = r.integer(0, 3); i > 0; --i) palm(b, at({r.range(-12, 12), r.range(4, 15), 0.1F}));
  } else {
    const float soil = r.unit();
    const int field = soil < 0.5F ? grass_ground(b) : earth_ground(b);
    ground(b, field, soil < 0.5F ? (r.chance(0.5F) ? label::field : label::grass) : label::earth);
    if (kind < 0.6F)
      b.box({}, {0, r.range(40, 120), -0.99F}, {3000, r.range(15, 60), 1}, water, label::water);
    if (r.chance(0.3F))
      b.box(turned({0, 0, 0}, r.range(-0.4F, 0.4F)), {0, 200, -0.97F}, {r.range(2, 4), 260, 1},
            asphalt(b), label::road);
    for (int i = r.integer(3, 30); i > 0; --i) {
      const float y = r.log_range(6, 200);
      vegetation(r)(b, at({r.range(-1, 1) * (y + 6), y, 0}));
    }
    for (int i = r.integer(0, 8); i > 0; --i)
      rock(b, at({r.range(-12, 12), r.log_range(3, 60), 0}), r.log_range(0.2F, 3));
  }
  for (int i = r.integer(0, 10); i > 0; --i) {
    const float far = r.log_range(40, 300);
    const Vec3 p = normalized(Vec3{r.normal() * 0.6F, 1, 0}) * far;
    b.ball(at({p.x, p.y, -far * 0.02F}), {},
           {far * r.range(0.2F, 0.6F), far * r.range(0.2F, 0.4F), far * r.range(0.05F, 0.2F)},
           r.chance(0.6F) ? grass_ground(b) : earth_ground(b), label::hill);
  }
  const int cliff = b.patterned(r.pick({Pattern::plaster_rough, Pattern::concrete, Pattern::earth}),
                                Vec3{0.5F, 0.47F, 0.45F} * r.range(0.5F, 1.5F),
                                1 / r.range(50, 250), 0, 0.5F, 1.5F);
  for (int i = r.integer(0, 14); i > 0; --i) {  // mountains as clusters of cones
    const float far = r.log_range(300, 2000);
    const Vec3 p = normalized(Vec3{r.normal() * 0.7F, 1, 0}) * far;
    const float size = far * r.range(0.1F, 0.35F);
    for (int k = 0; k < 4; ++k) {
      const float s = size * r.range(0.4F, 1.0F);
      b.cylinder(at({p.x + r.range(-size, size), p.y + r.range(-size, size), s * 0.35F}), {}, s,
                 s * r.range(0.25F, 0.5F), cliff, label::mountain, r.range(0.03F, 0.2F));
    }
  }
  horizon(b);
  eye_at(b, {0, 0, r.chance(0.6F) ? standing_or_low(r) : r.log_range(3, 40)},
         {r.normal() * 0.2F, 1, 0}, r.normal() * 0.08F - 0.02F);
}

}  // namespace dpt::scene
