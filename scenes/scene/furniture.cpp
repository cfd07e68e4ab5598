// What people sit, lie and work on.
#include "scene/things.h"

namespace dpt::scene {

namespace {

/// Four legs below a plate of half extents x, y; `top` is the height of their upper ends.
void legs(Builder& b, const Frame& f, float x, float y, float top, int material, int label) {
  Random& r = b.random;
  const float thick = r.range(0.012F, 0.035F);
  const float splay = r.chance(0.4F) ? r.range(0.02F, 0.08F) : 0;
  const bool square = r.chance(0.5F);
  for (const float sx : {-1.0F, 1.0F}) {
    for (const float sy : {-1.0F, 1.0F}) {
      const Vec3 up{sx * (x - thick), sy * (y - thick), top};
      const Vec3 foot{sx * (x - thick + splay), sy * (y - thick + splay), 0};
      if (square && splay == 0) {
        b.box(f, (up + foot) * 0.5F, {thick, thick, 0.5F * top}, material, label);
      } else {
        b.rod(f, foot, up, thick, material, label);
      }
    }
  }
}

/// Cross pieces between the legs.
void stretchers(Builder& b, const Frame& f, float x, float y, float z, int material, int label) {
  const float t = b.random.range(0.007F, 0.015F);
  b.rod(f, {-x, -y, z}, {-x, y, z}, t, material, label);
  b.rod(f, {x, -y, z}, {x, y, z}, t, material, label);
  b.rod(f, {-x, y, z}, {x, y, z}, t, material, label);
}

/// A chair's back: slats, bars, a board or a frame with cloth.
void back(Builder& b, const Frame& f, float x, float low, float high, int frame, int cloth,
          int label) {
  Random& r = b.random;
  const float t = 0.018F;
  const int kind = r.integer(0, 3);
  if (kind != 2) {
    for (const float s : {-1.0F, 1.0F})
      b.box(f, {s * (x - t), 0, 0.5F * (low + high)}, {t, t, 0.5F * (high - low)}, frame, label);
    b.box(f, {0, 0, high - 0.03F}, {x, t, 0.03F}, frame, label);
  }
  if (kind == 0) {
    const int n = r.integer(3, 7);
    for (int i = 1; i < n; ++i) {
      const float px = -x + 2 * x * static_cast<float>(i) / static_cast<float>(n);
      b.box(f, {px, 0, 0.5F * (low + high)}, {0.01F, 0.01F, 0.5F * (high - low)}, frame, label);
    }
  } else if (kind == 1) {
    for (float z = low + 0.12F; z < high - 0.06F; z += 0.11F)
      b.box(f, {0, 0, z}, {x, 0.01F, 0.025F}, frame, label);
  } else {
    const float from = kind == 2 ? mix(low, high, r.range(0, 0.5F)) : low + 0.08F;
    b.cushion(f, {0, -0.01F, 0.5F * (from + high)},
              {x, r.range(0.015F, 0.05F), 0.5F * (high - from)}, 0.02F, cloth, label);
  }
}

}  // namespace

Footprint chair(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float x = r.range(0.19F, 0.26F);
  const float y = r.range(0.19F, 0.26F);
  const float seat = r.range(0.42F, 0.5F);
  const int frame = r.chance(0.6F) ? b.wood() : r.chance(0.6F) ? b.metal() : b.plastic();
  const int cloth = r.chance(0.5F) ? b.fabric() : r.chance(0.5F) ? b.leather() : frame;
  legs(b, f, x, y, seat, frame, label::chair);
  if (r.chance(0.5F))
    stretchers(b, f, x - 0.02F, y - 0.02F, seat * r.range(0.2F, 0.6F), frame, label::chair);
  const float t = r.range(0.012F, 0.04F);
  b.cushion(f, {0, 0, seat}, {x, y, t}, t * 0.8F, cloth, label::chair);
  const Frame lean = f * tilted({0, y - 0.02F, seat}, r.range(-0.25F, -0.02F));
  back(b, lean, x, 0, r.range(0.35F, 0.6F), frame, cloth, label::chair);
  if (r.chance(0.25F)) {
    for (const float s : {-1.0F, 1.0F}) {
      b.rod(f, {s * x, -y + 0.03F, seat}, {s * x, -y + 0.03F, seat + 0.22F}, 0.014F, frame,
            label::chair);
      b.box(f, {s * x, 0, seat + 0.22F}, {0.022F, y, 0.014F}, frame, label::chair);
    }
  }
  return {x + 0.05F, y + 0.1F};
}

Footprint swivel_chair(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float seat = r.range(0.42F, 0.55F);
  const int base = r.chance(0.6F) ? b.plain({0.02F, 0.02F, 0.02F}, 0.5F, 0.3F) : b.metal();
  const int cloth = r.chance(0.7F) ? b.fabric() : b.leather();
  const int arms = 5;
  for (int i = 0; i < arms; ++i) {
    const float a = 6.2832F * (static_cast<float>(i) + 0.3F) / arms;
    const Vec3 end{0.3F * std::cos(a), 0.3F * std::sin(a), 0.07F};
    b.rod(f, {0, 0, 0.12F}, end, 0.02F, base, label::swivel_chair);
    b.ball(f, {end.x, end.y, 0.03F}, {0.03F, 0.03F, 0.03F}, base, label::swivel_chair);
  }
  b.rod(f, {0, 0, 0.1F}, {0, 0, seat}, 0.028F, base, label::swivel_chair);
  b.cushion(f, {0, 0, seat}, {0.25F, 0.24F, 0.045F}, 0.04F, cloth, label::swivel_chair);
  const float high = r.range(0.45F, 0.75F);
  b.cushion(f * tilted({0, 0.24F, seat}, -0.15F), {0, 0, 0.5F * high + 0.08F},
            {0.23F, 0.04F, 0.5F * high}, 0.035F, cloth, label::swivel_chair);
  if (r.chance(0.6F)) {
    for (const float s : {-1.0F, 1.0F}) {
      b.rod(f, {s * 0.28F, 0, seat}, {s * 0.28F, 0, seat + 0.22F}, 0.018F, base,
            label::swivel_chair);
      b.cushion(f, {s * 0.28F, -0.02F, seat + 0.23F}, {0.035F, 0.13F, 0.015F}, 0.012F, base,
                label::swivel_chair);
    }
  }
  return {0.34F, 0.36F};
}

Footprint rocking_chair(Builder& b, const Frame& f) {
  Random& r = b.random;
  const int frame = b.wood();
  const int cloth = r.chance(0.7F) ? b.fabric() : frame;
  const float x = r.range(0.22F, 0.3F);
  for (const float s : {-1.0F, 1.0F}) {
    b.bent_rod(f, {s * x, -0.42F, 0.12F}, {s * x, 0.0F, -0.08F}, {s * x, 0.5F, 0.14F}, 0.02F, 6,
               frame, label::chair);
    b.rod(f, {s * x, -0.2F, 0.04F}, {s * x, -0.2F, 0.6F}, 0.018F, frame, label::chair);
    b.rod(f, {s * x, 0.2F, 0.04F}, {s * x, 0.28F, 0.62F}, 0.018F, frame, label::chair);
    b.box(f, {s * x, 0, 0.61F}, {0.035F, 0.28F, 0.013F}, frame, label::chair);
  }
  b.cushion(f * tilted({0, 0, 0.4F}, 0.1F), {}, {x, 0.25F, 0.05F}, 0.04F, cloth, label::chair);
  const Frame lean = f * tilted({0, 0.24F, 0.38F}, -0.35F);
  back(b, lean, x - 0.02F, 0, r.range(0.55F, 0.8F), frame, cloth, label::chair);
  return {x + 0.05F, 0.5F};
}

namespace {

Footprint upholstered(Builder& b, const Frame& f, float x, int seats, int label) {
  Random& r = b.random;
  const float y = r.range(0.36F, 0.5F);
  const int cloth = r.chance(0.75F) ? b.fabric() : b.leather();
  const float seat = r.range(0.36F, 0.46F);
  const float arm = r.chance(0.85F) ? r.range(0.06F, 0.14F) : 0;
  const float edge = r.range(0.02F, 0.09F);
  const float foot = r.chance(0.5F) ? r.range(0.04F, 0.14F) : 0.01F;
  b.cushion(f, {0, 0, 0.5F * (foot + seat - 0.12F)}, {x, y, 0.5F * (seat - 0.12F - foot)}, 0.02F,
            cloth, label);
  if (foot > 0.03F) legs(b, f, x - 0.02F, y - 0.02F, foot, b.wood(), label);
  const float back_height = r.range(0.65F, 1.0F);
  b.cushion(f * tilted({0, y - 0.1F, 0.1F}, -0.08F), {0, 0, 0.5F * back_height},
            {x, 0.11F, 0.5F * back_height}, edge, cloth, label);
  const float inner = x - 2 * arm;
  for (int i = 0; i < seats; ++i) {
    const float w = inner / static_cast<float>(seats);
    const float cx = -inner + w * static_cast<float>(2 * i + 1);
    b.cushion(f, {cx, -0.06F, seat - 0.06F}, {w * 0.985F, y - 0.08F, 0.075F}, edge, cloth, label);
    if (r.chance(0.7F))
      b.cushion(f * tilted({cx, y - 0.25F, seat + 0.2F}, -0.2F), {}, {w * 0.95F, 0.08F, 0.21F},
                0.07F, cloth, label);
  }
  if (arm > 0) {
    const float high = seat + r.range(0.12F, 0.28F);
    for (const float s : {-1.0F, 1.0F})
      b.cushion(f, {s * (x - arm), 0, 0.5F * (foot + high)}, {arm, y, 0.5F * (high - foot)}, edge,
                cloth, label);
  }
  for (int i = r.integer(0, seats); i > 0; --i) {
    const Frame pillow =
        f * turned({r.range(-inner, inner) * 0.8F, y - 0.38F, seat + 0.18F}, r.range(-0.5F, 0.5F));
    b.cushion(pillow * tilted({}, -0.35F), {}, {0.2F, 0.07F, 0.2F}, 0.068F, b.fabric(),
              label::cushion);
  }
  return {x, y};
}

}  // namespace

Footprint armchair(Builder& b, const Frame& f) {
  return upholstered(b, f, b.random.range(0.36F, 0.5F), 1, label::armchair);
}

Footprint sofa(Builder& b, const Frame& f) {
  const int seats = b.random.integer(2, 3);
  return upholstered(b, f, 0.2F + 0.34F * static_cast<float>(seats) * b.random.range(0.85F, 1.1F),
                     seats, label::sofa);
}

Footprint table(Builder& b, const Frame& f, float height, int label, bool laid) {
  Random& r = b.random;
  const bool round = r.chance(0.25F);
  const float x = r.range(0.3F, 0.9F) * (height < 0.55F ? 0.8F : 1.0F);
  const float y = round ? x : r.range(0.25F, 0.5F);
  const float t = r.range(0.01F, 0.035F);
  const int top = r.chance(0.1F) ? b.plain({0.75F, 0.8F, 0.8F}, 1, 0.05F) : b.furniture();
  const int leg = r.chance(0.5F) ? top : r.chance(0.5F) ? b.wood() : b.metal();
  if (round) {
    b.cylinder(f, {0, 0, height - t}, x, t, top, label);
    if (r.chance(0.6F)) {
      b.rod(f, {0, 0, 0}, {0, 0, height}, 0.05F, leg, label);
      b.cylinder(f, {0, 0, 0.02F}, x * 0.6F, 0.02F, leg, label, 0.5F);
    } else {
      legs(b, f, x * 0.7F, y * 0.7F, height - t, leg, label);
    }
  } else {
    b.box(f, {0, 0, height - t}, {x, y, t}, top, label);
    legs(b, f, x * 0.96F, y * 0.94F, height - 2 * t, leg, label);
    if (r.chance(0.5F)) {
      for (const float s : {-1.0F, 1.0F})
        b.box(f, {0, s * y * 0.9F, height - 2 * t - 0.04F}, {x * 0.93F, 0.012F, 0.04F}, leg, label);
    }
    if (r.chance(0.2F)) b.box(f, {0, 0, height * 0.3F}, {x * 0.92F, y * 0.9F, 0.012F}, top, label);
  }
  if (laid && r.chance(0.25F))
    b.cushion(f, {0, 0, height - 0.03F}, {x + 0.02F, y + 0.02F, 0.04F}, 0.015F, b.fabric(), label);
  if (laid) {
    for (int i = r.integer(0, 7); i > 0; --i) {
      small_thing(b, f * turned({r.range(-x, x) * 0.75F, r.range(-y, y) * 0.75F, height + 0.01F},
                                r.range(0, 6.28F)));
    }
  }
  return {x, y};
}

Footprint desk(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float x = r.range(0.5F, 0.85F);
  const float y = r.range(0.3F, 0.4F);
  const float height = r.range(0.7F, 0.78F);
  const int top = b.furniture();
  const int leg = r.chance(0.5F) ? top : b.metal();
  b.box(f, {0, 0, height}, {x, y, 0.014F}, top, label::desk);
  if (r.chance(0.5F)) {
    for (const float s : {-1.0F, 1.0F})
      b.box(f, {s * (x - 0.02F), 0, 0.5F * height}, {0.016F, y * 0.95F, 0.5F * height}, leg,
            label::desk);
    b.box(f, {0, y - 0.02F, height * 0.65F}, {x, 0.01F, height * 0.3F}, leg, label::desk);
  } else {
    legs(b, f, x * 0.96F, y * 0.93F, height, leg, label::desk);
  }
  if (r.chance(0.5F)) {
    const float s = r.sign();
    for (int i = 0; i < 3; ++i) {
      const float z = height - 0.1F - 0.19F * static_cast<float>(i);
      b.box(f, {s * (x - 0.22F), 0, z}, {0.19F, y * 0.9F, 0.088F}, top, label::desk);
      b.rod(f, {s * (x - 0.22F) - 0.05F, -y * 0.9F - 0.02F, z},
            {s * (x - 0.22F) + 0.05F, -y * 0.9F - 0.02F, z}, 0.006F, leg, label::desk);
    }
  }
  for (int i = r.integer(0, 2); i > 0; --i)
    monitor(b,
            f * turned({r.range(-x, x) * 0.6F, y * 0.4F, height + 0.014F}, r.range(-0.4F, 0.4F)));
  if (r.chance(0.4F))
    laptop(b, f * turned({r.range(-x, x) * 0.5F, -0.05F, height + 0.014F}, r.range(-0.4F, 0.4F)));
  if (r.chance(0.5F))
    b.box(f, {r.range(-0.2F, 0.2F), -y * 0.5F, height + 0.025F}, {0.2F, 0.065F, 0.01F},
          b.picture(Pattern::keyboard), label::none);
  for (int i = r.integer(0, 6); i > 0; --i)
    small_thing(b, f * turned({r.range(-x, x) * 0.85F, r.range(-y, y) * 0.8F, height + 0.014F},
                              r.range(0, 6.28F)));
  return {x, y};
}

Footprint bed(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float x = r.range(0.45F, 0.95F);
  const float y = r.range(0.95F, 1.05F);
  const float low = r.range(0.12F, 0.35F);
  const int frame = r.chance(0.7F) ? b.wood() : b.metal();
  const int sheet = r.chance(0.5F) ? b.plain(Vec3{1, 1, 0.97F} * r.range(0.6F, 0.9F)) : b.fabric();
  const int cover = b.fabric();
  b.box(f, {0, 0, low}, {x, y, 0.05F}, frame, label::bed);
  legs(b, f, x, y, low, frame, label::bed);
  const float soft = r.range(0.07F, 0.14F);
  b.cushion(f, {0, 0, low + 0.05F + soft}, {x * 0.98F, y * 0.98F, soft}, 0.05F, sheet, label::bed);
  const float top = low + 0.05F + 2 * soft;
  const float reach = r.range(0.5F, 0.85F);
  b.cushion(f, {0, -y + y * reach, top - 0.06F}, {x * 1.03F, y * reach, 0.09F}, 0.05F, cover,
            label::bed);
  for (int i = r.integer(1, 6); i > 0; --i) {  // folds
    const float px = r.range(-x, x) * 0.8F;
    const float py = r.range(-y, 0);
    b.rod(f, {px, py, top - 0.01F},
          {px + r.range(-0.5F, 0.5F), py + r.range(0, 0.6F), top + 0.005F}, r.range(0.02F, 0.05F),
          cover, label::bed);
  }
  for (int i = x > 0.65F ? 2 : 1, k = 0; k < i; ++k) {
    const float px = i == 1 ? 0 : (static_cast<float>(k) - 0.5F) * x;
    b.cushion(f * tilted({px, y - 0.25F, top + 0.06F}, -0.25F), {}, {0.3F, 0.2F, 0.08F}, 0.078F,
              r.chance(0.6F) ? sheet : b.fabric(), label::pillow);
  }
  if (r.chance(0.8F))
    b.box(f, {0, y + 0.03F, 0.5F * (top + 0.4F)}, {x + 0.02F, 0.03F, 0.5F * (top + 0.4F)},
          r.chance(0.7F) ? frame : b.fabric(), label::bed);
  return {x, y};
}

Footprint stool(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float x = r.range(0.14F, 0.2F);
  const float height = r.range(0.25F, 0.75F);
  const int frame = r.chance(0.6F) ? b.wood() : b.metal();
  legs(b, f, x, x, height, frame, label::stool);
  if (height > 0.5F) stretchers(b, f, x, x, 0.2F, frame, label::stool);
  const int seat = r.chance(0.5F) ? frame : b.fabric();
  if (r.chance(0.5F))
    b.cylinder(f, {0, 0, height}, x + 0.02F, 0.018F, seat, label::stool);
  else
    b.cushion(f, {0, 0, height}, {x + 0.02F, x + 0.02F, 0.025F}, 0.02F, seat, label::stool);
  return {x, x};
}

}  // namespace dpt::scene
