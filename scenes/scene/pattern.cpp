#include "scene/pattern.h"

#include <algorithm>
#include <cmath>

#include "scene/pattern_parts.h"

namespace dpt::scene {

namespace {

/// Stains and grains on an even ground.
Canvas mottled(Random& random, int coarse, float stains, float grains, float bumps) {
  const Noise noise(random);
  return fill([&](float u, float v) {
    const float a = noise.fractal(u, v, coarse, 4);
    const float b = noise.fractal(u, v, 32, 3);
    const float value = 0.75F + stains * (a - 0.5F) + grains * (b - 0.5F);
    return gray(value, 0.5F + bumps * (b - 0.5F));
  });
}

Canvas with_cracks(Random& random, float stains) {
  const Noise noise(random);
  const bool cracked = random.chance(0.6F);
  return fill([&](float u, float v) {
    const float a = noise.fractal(u, v, 3, 5);
    const float fine = noise.fractal(u, v, 64, 2);
    const float wu = u + 0.03F * noise.fractal(u, v, 8, 3);
    const float wv = v + 0.03F * noise.fractal(v, u, 8, 3);
    const Noise::Nearest n = noise.nearest(fraction(wu), fraction(wv), 3);
    const float crack = cracked ? 1 - step(0.0F, 0.03F, n.second - n.first) : 0.0F;
    const float value = 0.7F + stains * (a - 0.5F) + 0.12F * (fine - 0.5F) - 0.35F * crack;
    return gray(value, 0.6F + 0.2F * (fine - 0.5F) - 0.5F * crack);
  });
}

/// Stones or leaves: cells with a tone each.
Canvas cells(Random& random, int count, float spread, float gap, Vec3 tint_a, Vec3 tint_b) {
  const Noise noise(random);
  return fill([&](float u, float v) {
    const Noise::Nearest n = noise.nearest(u, v, count);
    const float edge = step(0.0F, gap, n.second - n.first);
    const float tone = 0.75F + spread * (n.id - 0.5F) + 0.15F * (noise.fractal(u, v, 32, 3) - 0.5F);
    return Texel{mix(tint_a, tint_b, fraction(n.id * 7.3F)) * (tone * (0.35F + 0.65F * edge)),
                 std::clamp(1 - n.first, 0.0F, 1.0F) * edge};
  });
}

Canvas grass(Random& random) {
  const Noise noise(random);
  Canvas canvas = fill([&](float u, float v) {
    return Texel{Vec3{0.5F, 0.55F, 0.4F} * (0.6F + 0.4F * noise.fractal(u, v, 4, 4)), 0.2F};
  });
  for (int blade = 0; blade < 5000; ++blade) {
    const float x = random.range(0, texture_size);
    const float y = random.range(0, texture_size);
    const float angle = random.range(0, 6.28F);
    const int steps = random.integer(4, 11);
    const float tone = random.range(0.35F, 1.0F);
    const Vec3 color = Vec3{random.range(0.75F, 1.0F), 1.0F, random.range(0.5F, 0.8F)} * tone;
    for (int i = 0; i < steps; ++i) {
      canvas.at(static_cast<int>(x + std::cos(angle) * i),
                static_cast<int>(y + std::sin(angle) * i)) = {color, tone};
    }
  }
  return canvas;
}

/// Fibres along v with growth rings.
Texel wood_at(const Noise& noise, float u, float v, float contrast) {
  const float bend = 0.06F * noise.fractal(u, v, 2, 2);
  const float rings = fraction((u + bend) * 9 + 2 * noise.value(u, v, 2, 1));
  const float ring = 0.5F + 0.5F * std::sin(6.28F * rings);
  const float fibre = noise.fractal(fraction(u + bend), v, 64, 3, 2);
  const float tone = 0.75F + contrast * (0.5F * (ring - 0.5F) + 0.7F * (fibre - 0.5F));
  return {{tone, tone * (0.96F + 0.04F * ring), tone * (0.9F + 0.1F * ring)}, 0.5F + 0.3F * fibre};
}

Canvas wood(Random& random, float contrast) {
  const Noise noise(random);
  return fill([&](float u, float v) { return wood_at(noise, u, v, contrast); });
}

/// Boards side by side along v, `columns` of them, with ends at different places.
Canvas planks(Random& random, int columns, float ends) {
  const Noise noise(random);
  const float contrast = random.range(0.15F, 0.5F);
  const float spread = random.range(0.05F, 0.45F);
  const float groove = random.range(0.02F, 0.07F);
  const float depth = random.range(0.15F, 0.7F);
  return fill([&](float u, float v) {
    const float x = u * static_cast<float>(columns);
    const int column = static_cast<int>(x);
    const float y = fraction(v + noise.cell(column, 3)) * ends;
    const int row = static_cast<int>(y);
    const float tone = 1 + spread * (noise.cell(column * 7 + 1, row * 5) - 0.5F);
    Texel t = wood_at(noise, fraction(u * 1.0F + 0.37F * noise.cell(column, row)), v, contrast);
    const float across = std::min(fraction(x), 1 - fraction(x));
    const float end = std::min(fraction(y), 1 - fraction(y)) * static_cast<float>(columns) / ends;
    const float seam = 1 - step(0, groove, std::min(across, end));
    t.color = t.color * (tone * (1 - depth * seam));
    t.height = 0.7F * t.height * (1 - seam) + 0.2F;
    return t;
  });
}

Canvas parquet(Random& random) {
  const Noise noise(random);
  const int blocks = random.integer(2, 4);
  const int strips = random.integer(3, 6);
  const float spread = random.range(0.1F, 0.4F);
  return fill([&](float u, float v) {
    const int bx = static_cast<int>(u * blocks);
    const int by = static_cast<int>(v * blocks);
    const bool turned_block = ((bx + by) & 1) != 0;
    const float a = fraction(u * blocks);
    const float b = fraction(v * blocks);
    const float across = (turned_block ? b : a) * static_cast<float>(strips);
    const int strip = static_cast<int>(across);
    Texel t = turned_block ? wood_at(noise, v, u, 0.3F) : wood_at(noise, u, v, 0.3F);
    const float edge = std::min({fraction(across), 1 - fraction(across)});
    const float tone = 1 + spread * (noise.cell(bx * 31 + strip, by) - 0.5F);
    t.color = t.color * (tone * (0.6F + 0.4F * step(0, 0.06F, edge)));
    return t;
  });
}

/// Rows of stones with mortar; `shift`: how far every second row is moved, in stones.
Canvas courses(Random& random, int rows, int columns, float shift, float joint, float spread) {
  const Noise noise(random);
  const Vec3 mortar = Vec3{1, 1, 1} * random.range(0.35F, 1.0F);
  const float rough = random.range(0.05F, 0.35F);
  return fill([&](float u, float v) {
    const float y = v * static_cast<float>(rows);
    const int row = static_cast<int>(y);
    const float x = fraction(u + shift * static_cast<float>(row & 1) / columns) * columns;
    const int column = static_cast<int>(x);
    const float ratio = static_cast<float>(columns) / static_cast<float>(rows);
    const float edge =
        std::min({fraction(x) / ratio, (1 - fraction(x)) / ratio, fraction(y), 1 - fraction(y)});
    const float body = step(joint * 0.6F, joint, edge);
    const float stain = noise.fractal(u, v, 8, 4) - 0.5F;
    const float tone = 0.8F + spread * (noise.cell(column, row) - 0.5F) + rough * stain;
    const float warm = 0.06F * (noise.cell(column + 50, row) - 0.5F);
    const Vec3 stone = Vec3{tone + warm, tone, tone - warm};
    return Texel{mix(mortar * (0.8F + 0.3F * stain), stone, body),
                 0.2F + 0.6F * body + 0.2F * rough * stain};
  });
}

Canvas checks(Random& random) {
  const Noise noise(random);
  const int n = 2 * random.integer(1, 3);
  const Vec3 other = hue_color(random, 0.1F, 0.6F);
  return fill([&](float u, float v) {
    const bool odd = ((static_cast<int>(u * n) + static_cast<int>(v * n)) & 1) != 0;
    const float stain = 0.9F + 0.2F * (noise.fractal(u, v, 8, 4) - 0.5F);
    return Texel{(odd ? other : Vec3{0.85F, 0.85F, 0.85F}) * stain, 0.5F};
  });
}

Canvas marble(Random& random) {
  const Noise noise(random);
  const float veins = random.range(2, 5);
  const float depth = random.range(0.2F, 0.6F);
  return fill([&](float u, float v) {
    const float warp = noise.fractal(u, v, 4, 5);
    const float s = std::abs(std::sin(3.1416F * (std::round(veins) * (u + v) + 5 * warp)));
    return gray(0.9F - depth * std::pow(1 - s, 4.0F) + 0.1F * (warp - 0.5F), 0.5F);
  });
}

Canvas terrazzo(Random& random) {
  const Noise noise(random);
  const Vec3 a = hue_color(random, 0.3F, 1.0F);
  return fill([&](float u, float v) {
    const Noise::Nearest n = noise.nearest(u, v, 24);
    const float chip = 1 - step(0.2F, 0.3F, n.first);
    return Texel{
        mix(Vec3{0.8F, 0.8F, 0.8F}, a * (0.5F + 0.7F * n.id), chip * (n.id > 0.5F ? 1.0F : 0.2F)),
        0.5F};
  });
}

/// Threads over and under each other.
Canvas weave(Random& random, int threads, float contrast) {
  const Noise noise(random);
  return fill([&](float u, float v) {
    const float x = u * threads;
    const float y = v * threads;
    const bool over = ((static_cast<int>(x) + static_cast<int>(y)) & 1) != 0;
    const float across = over ? fraction(x) : fraction(y);
    const float round = std::sin(3.1416F * across);
    const float tone = noise.cell(static_cast<int>(x), static_cast<int>(y) * 3);
    const float fold = noise.fractal(u, v, 3, 3) - 0.5F;
    return gray(0.7F + contrast * (round - 0.6F) + 0.15F * (tone - 0.5F) + 0.15F * fold, round);
  });
}

Canvas striped(Random& random, bool both_ways) {
  const Noise noise(random);
  const int n = random.integer(2, 8);
  const Vec3 a = hue_color(random, 0.2F, 1.0F);
  const Vec3 b = hue_color(random, 0.2F, 1.0F);
  const Vec3 c = hue_color(random, 0.2F, 1.0F);
  const float share = random.range(0.2F, 0.6F);
  return fill([&](float u, float v) {
    const float x = fraction(u * n);
    const float y = fraction(v * n);
    Vec3 color = x < share ? a : x < share + 0.1F ? c : b;
    if (both_ways) color = mix(color, y < share ? a : y < share + 0.1F ? c : b, 0.5F);
    const float cloth = 0.85F + 0.3F * (noise.fractal(u, v, 64, 2) - 0.5F);
    return Texel{color * cloth, 0.5F + 0.3F * (noise.fractal(u, v, 64, 2) - 0.5F)};
  });
}

/// Spots or petals on a ground.
Canvas spotted(Random& random, bool petals) {
  const Noise noise(random);
  const int n = random.integer(3, 9);
  const Vec3 ground = hue_color(random, 0.4F, 1.0F);
  const Vec3 a = hue_color(random, 0.1F, 1.0F);
  const Vec3 b = hue_color(random, 0.1F, 1.0F);
  return fill([&](float u, float v) {
    const float x = fraction(u * n) - 0.5F;
    const float y = fraction(v * n) - 0.5F;
    const float r = std::sqrt(x * x + y * y);
    const float id = noise.cell(static_cast<int>(u * n), static_cast<int>(v * n));
    const float limit = petals ? 0.28F + 0.12F * std::cos(5 * std::atan2(y, x) + 6 * id) : 0.25F;
    const float spot = 1 - step(limit - 0.05F, limit, r);
    const float cloth = 0.9F + 0.2F * (noise.fractal(u, v, 64, 2) - 0.5F);
    return Texel{mix(ground, id > 0.5F ? a : b, spot) * cloth, 0.5F};
  });
}

Canvas rug(Random& random) {
  const Noise noise(random);
  const Vec3 a = hue_color(random, 0.1F, 0.9F);
  const Vec3 b = hue_color(random, 0.1F, 0.9F);
  const Vec3 c = hue_color(random, 0.2F, 1.0F);
  const auto f1 = static_cast<float>(random.integer(2, 7));
  const auto f2 = static_cast<float>(random.integer(2, 9));
  return fill([&](float u, float v) {
    const float x = std::abs(u - 0.5F);
    const float y = std::abs(v - 0.5F);
    const float border = std::max(x, y);
    const float figure =
        std::sin(6.28F * f1 * x) * std::sin(6.28F * f1 * y) + 0.6F * std::cos(6.28F * f2 * (x + y));
    Vec3 color = figure > 0.3F ? a : figure > -0.2F ? b : c;
    if (border > 0.42F) color = fraction(border * 40) > 0.5F ? a : c;
    const float pile = 0.8F + 0.5F * (noise.fractal(u, v, 64, 2) - 0.5F);
    return Texel{color * pile, noise.value(u, v, 128)};
  });
}

Canvas brushed(Random& random) {
  const Noise noise(random);
  return fill([&](float u, float v) {
    const float lines = noise.fractal(u, v, 2, 64, 2);
    return gray(0.75F + 0.2F * (lines - 0.5F), 0.5F);
  });
}

Canvas rust(Random& random) {
  const Noise noise(random);
  const float share = random.range(0.4F, 0.65F);
  return fill([&](float u, float v) {
    const float s = step(share, share + 0.08F, noise.fractal(u, v, 4, 5));
    const float n = noise.fractal(u, v, 32, 3);
    return Texel{mix(Vec3{0.8F, 0.8F, 0.8F}, Vec3{0.45F, 0.22F, 0.1F} * (0.6F + 0.8F * n), s),
                 0.5F + 0.4F * s * n};
  });
}

Canvas cardboard(Random& random) {
  const Noise noise(random);
  const bool tape = random.chance(0.6F);
  const float place = random.range(0.3F, 0.7F);
  const Vec3 tape_color =
      random.chance(0.5F) ? Vec3{0.75F, 0.68F, 0.5F} : hue_color(random, 0.1F, 1.0F);
  return fill([&](float u, float v) {
    const float flutes = 0.03F * std::sin(6.28F * 40 * u);
    const float value = 0.78F + flutes + 0.15F * (noise.fractal(u, v, 4, 5) - 0.5F);
    if (tape && std::abs(u - place) < 0.05F) return Texel{tape_color * (0.8F + flutes), 0.6F};
    return gray(value, 0.5F + flutes);
  });
}

Canvas slats(Random& random, int count, bool upright) {
  const float round = random.range(0.3F, 0.8F);
  const Noise noise(random);
  return fill([&](float u, float v) {
    const float across = upright ? u + 0.02F * std::sin(6.28F * v) : v;
    const float wave = fraction(across * count);
    const float fold =
        upright ? 0.5F + 0.5F * std::sin(6.28F * (wave + 0.3F * noise.value(u, 0.5F, 8))) : wave;
    return gray(1 - round * (1 - fold), fold);
  });
}

Canvas ripples(Random& random) {
  const Noise noise(random);
  return fill([&](float u, float v) {
    const float wave = noise.fractal(u, v, 6, 14, 4);
    return gray(0.6F + 0.5F * (wave - 0.5F), wave);
  });
}

Canvas clouds(Random& random) {
  const Noise noise(random);
  const float cover = random.range(0.3F, 0.65F);
  return fill([&](float u, float v) {
    const float a = noise.fractal(u, v, 4, 6);
    return gray(step(cover, cover + 0.25F, a), a);
  });
}

Canvas bark(Random& random) {
  const Noise noise(random);
  return fill([&](float u, float v) {
    const float ridges = noise.fractal(u, v, 16, 3, 4);
    return gray(0.35F + 0.7F * ridges, ridges);
  });
}

}  // namespace

Canvas draw_pattern(Pattern pattern, Random& r) {
  switch (pattern) {
    case Pattern::plaster:
      return mottled(r, 2, r.range(0.02F, 0.15F), r.range(0.01F, 0.06F), 0.3F);
    case Pattern::plaster_rough:
      return mottled(r, 3, r.range(0.1F, 0.3F), r.range(0.1F, 0.3F), 1.0F);
    case Pattern::concrete:
      return with_cracks(r, r.range(0.15F, 0.5F));
    case Pattern::asphalt:
      return with_cracks(r, r.range(0.1F, 0.3F));
    case Pattern::earth:
      return mottled(r, 4, r.range(0.3F, 0.7F), r.range(0.2F, 0.6F), 1.0F);
    case Pattern::gravel:
      return cells(r, r.integer(14, 28), 0.6F, 0.2F, hue_color(r, 0.7F, 1.0F),
                   hue_color(r, 0.6F, 1.0F));
    case Pattern::sand:
      return mottled(r, 5, r.range(0.05F, 0.25F), r.range(0.1F, 0.3F), 0.8F);
    case Pattern::grass:
      return grass(r);
    case Pattern::leaves:
      return cells(r, r.integer(18, 30), 0.9F, 0.12F, {0.8F, 1, 0.6F}, {1, 0.95F, 0.5F});
    case Pattern::bark:
      return bark(r);
    case Pattern::wood:
      return wood(r, r.range(0.1F, 0.5F));
    case Pattern::wood_dark:
      return wood(r, r.range(0.4F, 0.9F));
    case Pattern::planks:
      return planks(r, r.integer(4, 8), static_cast<float>(r.integer(1, 3)));
    case Pattern::planks_long:
      return planks(r, r.integer(6, 12), 1);
    case Pattern::parquet:
      return parquet(r);
    case Pattern::tiles:
      return r.chance(0.2F) ? checks(r)
                            : courses(r, r.integer(2, 4), r.integer(2, 4), 0, r.range(0.01F, 0.05F),
                                      r.range(0, 0.2F));
    case Pattern::tiles_small:
      return courses(r, 8, 8, r.chance(0.5F) ? 0.5F : 0.0F, r.range(0.04F, 0.1F), r.range(0, 0.5F));
    case Pattern::tiles_large:
      return courses(r, 2, 2, 0, r.range(0.006F, 0.02F), r.range(0, 0.1F));
    case Pattern::brick:
      return courses(r, 2 * r.integer(4, 6), r.integer(4, 6), 0.5F, r.range(0.06F, 0.14F),
                     r.range(0.1F, 0.5F));
    case Pattern::stone_wall:
      return cells(r, r.integer(5, 9), 0.5F, 0.1F, hue_color(r, 0.8F, 1.0F),
                   hue_color(r, 0.7F, 1.0F));
    case Pattern::roof:
      return courses(r, 10, 8, 0.5F, 0.16F, r.range(0.2F, 0.5F));
    case Pattern::marble:
      return marble(r);
    case Pattern::terrazzo:
      return terrazzo(r);
    case Pattern::carpet:
      return mottled(r, 6, r.range(0.02F, 0.2F), r.range(0.3F, 0.6F), 1.0F);
    case Pattern::carpet_pattern:
      return rug(r);
    case Pattern::weave:
      return weave(r, r.integer(24, 48), r.range(0.1F, 0.4F));
    case Pattern::knit:
      return weave(r, r.integer(10, 20), r.range(0.2F, 0.5F));
    case Pattern::stripes:
      return striped(r, false);
    case Pattern::plaid:
      return striped(r, true);
    case Pattern::dots:
      return spotted(r, false);
    case Pattern::flowers:
      return spotted(r, true);
    case Pattern::leather:
      return cells(r, 30, 0.1F, 0.25F, {1, 1, 1}, {0.96F, 0.96F, 0.96F});
    case Pattern::brushed:
      return brushed(r);
    case Pattern::rust:
      return rust(r);
    case Pattern::cardboard:
      return cardboard(r);
    case Pattern::page:
      return printed(r, false);
    case Pattern::label:
      return printed(r, true);
    case Pattern::poster:
    case Pattern::screen:
      return poster(r);
    case Pattern::spines:
      return spines(r);
    case Pattern::keyboard:
      return keyboard(r);
    case Pattern::facade:
      return facade(r, r.integer(2, 4), r.integer(2, 4), r.range(0.4F, 0.65F), false);
    case Pattern::facade_glass:
      return facade(r, r.integer(3, 6), r.integer(3, 5), 0.9F, false);
    case Pattern::facade_old:
      return facade(r, r.integer(2, 3), 2, r.range(0.3F, 0.5F), true);
    case Pattern::blinds:
      return slats(r, r.integer(10, 24), false);
    case Pattern::curtain:
      return slats(r, r.integer(5, 12), true);
    case Pattern::clutter:
      return clutter(r);
    case Pattern::water:
      return ripples(r);
    case Pattern::cloud:
      return clouds(r);
    case Pattern::photo:
      break;
  }
  return poster(r);
}

}  // namespace dpt::scene
