#include "scene/room.h"

#include <algorithm>

namespace dpt::scene {

namespace {

struct Window {
  float left = 0, right = 0, low = 0, high = 0;  ///< metres along the wall from its middle, and up
};

/// A room from floor to ceiling, its walls' frames facing inwards.
class Room {
 public:
  Room(Builder& b, RoomKind kind) : b_(b), kind_(kind), placing_(b) {
    Random& r = b.random;
    width_ = r.range(2.4F, 7);
    depth_ = r.range(2.6F, 8);
    height_ = r.range(2.25F, 3.2F);
    if (kind == RoomKind::corridor) {
      width_ = r.range(1.3F, 2.6F);
      depth_ = r.range(6, 25);
    } else if (kind == RoomKind::bath) {
      width_ = r.range(1.8F, 3.2F);
      depth_ = r.range(2, 3.5F);
    } else if (kind == RoomKind::library || kind == RoomKind::storage) {
      width_ = r.range(4, 10);
      depth_ = r.range(4, 12);
    }
    placing_.limit(0.5F * width_, 0.5F * depth_);
    walls_ = {turned({0, 0.5F * depth_, 0}, 0), turned({-0.5F * width_, 0, 0}, 1.5707963F),
              turned({0, -0.5F * depth_, 0}, 3.1415927F),
              turned({0.5F * width_, 0, 0}, -1.5707963F)};
  }

  void build() {
    shell();
    furnish();
    light();
    camera();
  }

 private:
  float length_of(size_t wall) const { return wall % 2 == 0 ? width_ : depth_; }

  void shell() {
    Random& r = b_.random;
    b_.box({}, {0, 0, -0.1F}, {0.5F * width_ + 0.3F, 0.5F * depth_ + 0.3F, 0.1F}, b_.floor(),
           label::floor);
    const int top =
        r.chance(0.8F)
            ? b_.plain(Vec3{1, 0.99F, 0.96F} * r.range(0.6F, 0.92F))
            : b_.patterned(r.pick({Pattern::tiles_large, Pattern::planks, Pattern::plaster}),
                           Vec3{1, 1, 1} * r.range(0.4F, 1.0F), 0.7F);
    b_.box({}, {0, 0, height_ + 0.1F}, {0.5F * width_ + 0.3F, 0.5F * depth_ + 0.3F, 0.1F}, top,
           label::ceiling);
    if (r.chance(0.08F)) {
      const int beam = b_.wood();
      for (float y = -0.4F * depth_; y < 0.5F * depth_; y += r.range(0.6F, 1.2F))
        b_.box({}, {0, y, height_ - 0.08F}, {0.5F * width_, 0.07F, 0.08F}, beam, label::ceiling);
    }
    const int paint = b_.paint();
    const int skirting =
        r.chance(0.75F) ? (r.chance(0.6F) ? b_.plain(Vec3{1, 1, 0.97F} * r.range(0.5F, 0.9F), 0.3F)
                           : r.chance(0.4F) ? b_.plain({0.03F, 0.03F, 0.03F})
                                            : b_.wood())
                        : -1;
    const float window_chance = kind_ == RoomKind::corridor  ? 0.15F
                                : kind_ == RoomKind::storage ? 0.2F
                                                             : 0.5F;
    for (size_t i = 0; i < walls_.size(); ++i) {
      const int surface = r.chance(0.85F) ? paint : b_.paint();
      if (r.chance(window_chance) && length_of(i) > 1.5F)
        windowed_wall(i, surface);
      else
        b_.box(walls_[i], {0, 0.1F, 0.5F * height_},
               {0.5F * length_of(i) + 0.1F, 0.1F, 0.5F * height_}, surface, label::wall);
      if (skirting >= 0)
        b_.box(walls_[i], {0, -0.008F, 0.05F}, {0.5F * length_of(i), 0.008F, r.range(0.03F, 0.07F)},
               skirting, label::wall);
    }
    if (r.chance(0.2F)) {  // a chimney breast or a column
      const auto i = static_cast<size_t>(r.integer(0, 3));
      const float along = r.range(-0.4F, 0.4F) * length_of(i);
      const Footprint size{r.range(0.15F, 0.6F), r.range(0.15F, 0.35F)};
      placing_.put_at_wall(
          [&](Builder& b, const Frame& f) {
            b.box(f, {0, 0.02F, 0.5F * height_}, {size.x, size.y, 0.5F * height_}, paint,
                  label::wall);
            return size;
          },
          walls_[i], along);
    }
  }

  void windowed_wall(size_t i, int surface) {
    Random& r = b_.random;
    const Frame& f = walls_[i];
    const float half = 0.5F * length_of(i);
    Window w;
    const float span = r.range(0.35F, std::min(1.4F, half * 0.9F));
    const float middle = r.range(-1, 1) * (half - span - 0.1F);
    w.left = middle - span;
    w.right = middle + span;
    w.low = r.chance(0.2F) ? 0.02F : r.range(0.6F, 1.1F);
    w.high = std::min(height_ - 0.12F, w.low + r.range(0.8F, 1.9F));
    const auto piece = [&](float left, float right, float low, float high) {
      b_.box(f, {0.5F * (left + right), 0.1F, 0.5F * (low + high)},
             {0.5F * (right - left), 0.1F, 0.5F * (high - low)}, surface, label::wall);
    };
    piece(-half - 0.1F, w.left, 0, height_);
    piece(w.right, half + 0.1F, 0, height_);
    piece(w.left, w.right, 0, w.low);
    piece(w.left, w.right, w.high, height_);
    const int frame =
        r.chance(0.7F) ? b_.plain(Vec3{1, 1, 1} * r.range(0.5F, 0.9F), 0.5F) : b_.wood();
    const float t = 0.025F;
    const Frame pane = f * at({middle, 0.1F, 0.5F * (w.low + w.high)});
    const float hx = span;
    const float hz = 0.5F * (w.high - w.low);
    const int bars = r.integer(1, 3);
    for (int k = 0; k <= bars; ++k)
      b_.box(pane, {-hx + 2 * hx * static_cast<float>(k) / static_cast<float>(bars), 0, 0},
             {t, 0.03F, hz}, frame, label::window);
    for (const float s : {-1.0F, 1.0F})
      b_.box(pane, {0, 0, s * hz}, {hx, 0.03F, t}, frame, label::window);
    if (r.chance(0.3F))
      b_.box(pane, {0, 0, r.range(-0.3F, 0.6F) * hz}, {hx, 0.025F, t * 0.7F}, frame, label::window);
    b_.box(f, {middle, -0.03F, w.low - 0.015F}, {hx + 0.05F, 0.13F, 0.015F}, frame, label::window);
    // What is seen through the glass shines by itself.
    Material outside;
    outside.texture =
        b_.bank.pick(r.pick({Pattern::poster, Pattern::photo, Pattern::cloud, Pattern::facade}), r);
    outside.fit = true;
    outside.gloss = 0.6F;
    outside.roughness = 0.05F;
    outside.color = {0.02F, 0.02F, 0.02F};
    day_ = day_ || r.chance(0.75F);
    outside.glow = day_ ? Vec3{1, 1.05F, 1.15F} * r.range(1, 4) : Vec3{0.02F, 0.025F, 0.04F};
    b_.box(pane, {0, 0.04F, 0}, {hx, 0.004F, hz}, b_.material(outside), label::window);
    b_.without_shadow();
    if (day_) {
      const float area = 4 * hx * hz;
      b_.scene.lamps.push_back({.position = pane.point({0, 0.3F, 0}),
                                .radius = 0.6F * std::min(hx, hz),
                                .power = Vec3{0.95F, 1, 1.1F} * (area * r.range(0.8F, 2))});
      if (!sun_ && r.chance(0.45F)) {
        sun_ = true;
        const Vec3 in = f.vector({r.range(-0.8F, 0.8F), 1, r.range(0.4F, 1.4F)});
        b_.scene.lamps.push_back({.position = normalized(in),
                                  .directional = true,
                                  .radius = 0.012F,
                                  .power = Vec3{1, 0.9F, 0.75F} * r.range(4, 10)});
      }
    }
    if (r.chance(0.6F)) drapes(b_, f * at({middle, 0, w.low}), 2 * hx, w.high - w.low);
  }

  Thing wall_thing() {
    Random& r = b_.random;
    const auto any =
        [&](std::initializer_list<Footprint (*)(Builder&, const Frame&)> things) -> Thing {
      return things.begin()[r.integer(0, static_cast<int>(things.size()) - 1)];
    };
    switch (kind_) {
      case RoomKind::living:
        return any({sofa, bookcase, chest, television, fireplace, armchair, radiator, potted_plant,
                    floor_lamp, bookcase, leaning_board});
      case RoomKind::sleeping:
        return any({bed, wardrobe, chest, open_closet, desk, radiator, chair, rocking_chair, bag,
                    leaning_board});
      case RoomKind::kitchen: {
        const float width = r.range(0.6F, 2.6F);
        if (r.chance(0.6F))
          return [width](Builder& b, const Frame& f) { return kitchen(b, f, width); };
        return any({fridge, chest, radiator, bin, bookcase});
      }
      case RoomKind::office:
        return any(
            {desk, desk, bookcase, chest, machine, leaning_board, radiator, bin, potted_plant});
      case RoomKind::bath:
        return any({bathroom_thing, bathroom_thing, chest, bin, radiator, tub});
      case RoomKind::storage:
        return any({stack_of_cartons, bookcase, open_closet, leaning_board, wardrobe, tub, machine,
                    chest});
      case RoomKind::corridor:
        return any({chest, radiator, chair, potted_plant, bookcase, leaning_board, bin});
      case RoomKind::library:
        return any({bookcase, bookcase, bookcase, chair, chest});
      default:
        return any({radiator, leaning_board, bag, chair, machine});
    }
  }

  Thing middle_thing() {
    Random& r = b_.random;
    const float high = r.range(0.7F, 0.78F);
    const float low = r.range(0.32F, 0.5F);
    const Thing dining = [high](Builder& b, const Frame& f) {
      return table(b, f, high, label::table, true);
    };
    const Thing coffee = [low](Builder& b, const Frame& f) {
      return table(b, f, low, label::coffee_table, true);
    };
    const auto any = [&](std::initializer_list<Thing> things) {
      return things.begin()[r.integer(0, static_cast<int>(things.size()) - 1)];
    };
    switch (kind_) {
      case RoomKind::living:
        return any({coffee, coffee, coffee, armchair, sofa, rocking_chair, floor_thing});
      case RoomKind::kitchen:
        return any({dining, dining, chair, chair, floor_thing});
      case RoomKind::office:
        return any({desk, swivel_chair, floor_thing});
      case RoomKind::library:
        return any({bookcase, bookcase, bookcase, dining, chair, floor_thing});
      case RoomKind::sleeping:
        return any({bed, chair, floor_thing, floor_thing});
      default:
        return any({chair, dining, floor_thing, floor_thing, floor_thing, floor_thing, floor_thing,
                    floor_thing});
    }
  }

  void furnish() {
    Random& r = b_.random;
    const float density = r.range(0.2F, 1.0F);
    for (size_t i = 0; i < walls_.size(); ++i) {
      const float half = 0.5F * length_of(i);
      if (r.chance(kind_ == RoomKind::corridor ? 1.0F : 0.4F)) {
        const int doors = kind_ == RoomKind::corridor ? static_cast<int>(half / 1.3F) : 1;
        for (int k = 0; k < doors; ++k) {
          const float along = r.range(-1, 1) * (half - 0.6F);
          placing_.put(
              [](Builder& b, const Frame& f) {
                door(b, f);
                return Footprint{0.55F, 0.1F};
              },
              walls_[i] * at({along, -0.001F, 0}));
        }
      }
      const int wanted =
          static_cast<int>(length_of(i) * density * (kind_ == RoomKind::corridor ? 0.4F : 1.3F));
      for (int k = 0; k < wanted; ++k)
        placing_.put_at_wall(wall_thing(), walls_[i], r.range(-1, 1) * half);
      for (int k = r.integer(0, 4); k > 0; --k) {
        const Frame spot = walls_[i] * at({r.range(-0.85F, 0.85F) * half, 0,
                                           r.range(1.1F, std::min(1.9F, height_ - 0.5F))});
        const float kind = r.unit();
        if (kind < 0.6F)
          wall_picture(b_, spot);
        else if (kind < 0.85F)
          wall_shelf(b_, spot);
        else
          power_socket(b_, walls_[i] * at({r.range(-0.9F, 0.9F) * half, 0, r.range(0.15F, 0.4F)}));
      }
    }
    const float area = width_ * depth_;
    if (kind_ != RoomKind::corridor && r.chance(0.4F)) {
      b_.box(turned({r.range(-0.2F, 0.2F) * width_, r.range(-0.2F, 0.2F) * depth_, 0},
                    r.range(-0.3F, 0.3F)),
             {0, 0, 0.006F},
             {r.range(0.5F, 0.35F * width_ + 0.5F), r.range(0.4F, 0.3F * depth_ + 0.4F), 0.006F},
             r.chance(0.6F) ? b_.picture(Pattern::carpet_pattern, {0.9F, 0.9F, 0.9F}) : b_.fabric(),
             label::rug);
    }
    const float crowd = kind_ == RoomKind::storage ? 1.2F : kind_ == RoomKind::bare ? 0.15F : 0.6F;
    for (int k = static_cast<int>(std::min(area, 40.0F) * density * crowd); k > 0; --k)
      put_in_the_middle(middle_thing());
    for (int k = r.integer(0, 5); k > 0; --k) put_in_the_middle(floor_thing);
    if (r.chance(0.3F))
      for (int k = r.integer(1, 3); k > 0; --k)
        put_in_the_middle(r.chance(0.7F) ? Thing(person) : Thing(animal));
  }

  void put_in_the_middle(const Thing& thing) {
    Random& r = b_.random;
    const float angle =
        r.chance(0.5F) ? 1.5707963F * static_cast<float>(r.integer(0, 3)) + r.range(-0.1F, 0.1F)
                       : r.range(0, 6.28F);
    placing_.put(
        thing,
        turned({r.range(-0.46F, 0.46F) * width_, r.range(-0.46F, 0.46F) * depth_, 0}, angle));
  }

  void light() {
    Random& r = b_.random;
    Scene& s = b_.scene;
    const int lamps = day_ ? r.integer(0, 1) : r.integer(1, 3);
    const Vec3 tint{1, r.range(0.72F, 1.0F), r.range(0.45F, 1.05F)};
    for (int i = 0; i < lamps; ++i) {
      const Vec3 place{r.range(-0.35F, 0.35F) * width_, r.range(-0.4F, 0.4F) * depth_, height_};
      const size_t first = s.primitives.size();
      ceiling_lamp(b_, at(place));
      for (size_t k = first; k < s.primitives.size(); ++k) s.primitives[k].casts_shadow = false;
      s.lamps.push_back({.position = place - Vec3{0, 0, 0.15F},
                         .radius = r.range(0.05F, 0.35F),
                         .power = tint * r.range(1.5F, 4)});
    }
    if (r.chance(0.06F))
      s.lamps.push_back({.position = {}, .radius = 0.02F, .power = {3, 3, 3}}),
          flash_ = s.lamps.size();
    Vec3 sum;
    for (const Lamp& l : s.lamps) sum += l.directional ? l.power * 0.15F : l.power * 0.4F;
    const float fill = r.range(0.15F, 0.6F);
    const float spread = 1 / (1 + 0.02F * width_ * depth_);
    const Vec3 floor_color = s.materials[s.primitives.front().material].color;
    const Vec3 base = (sum + Vec3{0.15F, 0.15F, 0.16F}) * (fill * spread);
    s.sky.from_above = base * r.range(0.8F, 1.4F);
    s.sky.from_aside = base * r.range(0.6F, 1.0F);
    s.sky.from_below = base * mix({1, 1, 1}, floor_color, 0.7F) * r.range(0.4F, 0.9F);
  }

  void camera() {
    Random& r = b_.random;
    const float view = r.range(0.45F, 0.95F);
    const float kind = r.unit();
    // Standing, sitting, or low as a small robot or a child sees a room.
    const float eye_height = kind < 0.42F   ? r.range(1.1F, 1.75F)
                             : kind < 0.62F ? r.range(0.5F, 1.1F)
                                            : r.range(0.08F, 0.5F);
    Vec3 eye{r.range(-0.46F, 0.46F) * width_, r.range(-0.46F, 0.46F) * depth_,
             std::min(eye_height, height_ - 0.2F)};
    Vec3 target{r.range(-0.5F, 0.5F) * width_, r.range(-0.5F, 0.5F) * depth_, 0};
    if (kind_ == RoomKind::corridor && r.chance(0.8F)) {
      eye.y = -0.48F * depth_;
      target = {r.range(-0.3F, 0.3F) * width_, 0.5F * depth_, 0};
    } else if (r.chance(0.5F)) {  // from a wall across the room
      eye.y = -0.46F * depth_;
      target.y = r.range(-0.1F, 0.5F) * depth_;
    }
    const float away = std::max(0.8F, length(Vec3{target.x - eye.x, target.y - eye.y, 0}));
    target.z = eye.z + away * (eye_height < 0.5F ? r.normal() * 0.12F : r.normal() * 0.18F - 0.15F);
    if (!placing_.placed().empty() && r.chance(0.3F)) {  // a thing from near
      const Placed& p = placing_.placed()[static_cast<size_t>(
          r.integer(0, static_cast<int>(placing_.placed().size()) - 1))];
      const Vec3 middle = p.frame.origin + Vec3{0, 0, r.range(0.1F, 0.9F)};
      const Vec3 side = r.heading() * (std::max(p.size.x, p.size.y) + r.range(0.3F, 1.4F));
      eye = middle + side + Vec3{0, 0, r.range(-0.1F, 0.9F)};
      eye.z = std::clamp(eye.z, 0.1F, height_ - 0.2F);
      eye.x = std::clamp(eye.x, -0.47F * width_, 0.47F * width_);
      eye.y = std::clamp(eye.y, -0.47F * depth_, 0.47F * depth_);
      target = middle;
    }
    b_.scene.camera = look(eye, target, r.normal() * (r.chance(0.15F) ? 0.25F : 0.03F), view);
    if (flash_ > 0) b_.scene.lamps[flash_ - 1].position = eye + Vec3{0, 0, 0.05F};
  }

  Builder& b_;
  RoomKind kind_;
  Placing placing_;
  float width_ = 0, depth_ = 0, height_ = 0;
  std::array<Frame, 4> walls_;
  bool day_ = false, sun_ = false;
  size_t flash_ = 0;  ///< 1 + index of the lamp at the camera; 0: none
};

}  // namespace

Camera look(Vec3 eye, Vec3 target, float roll, float view) {
  Camera c;
  const Vec3 z = normalized(target - eye);
  const Vec3 flat = normalized(cross(z, std::abs(z.z) < 0.999F ? Vec3{0, 0, 1} : Vec3{0, 1, 0}));
  const Vec3 down = cross(z, flat);
  const float cs = std::cos(roll);
  const float sn = std::sin(roll);
  c.frame = {eye, flat * cs + down * sn, down * cs - flat * sn, z};
  c.view = view;
  return c;
}

void build_room(Builder& b, RoomKind kind) { Room(b, kind).build(); }

}  // namespace dpt::scene
