// Print, screens, shelves and fronts of houses.
#include "scene/pattern_parts.h"

namespace dpt::scene {

namespace {

/// A glyph: strokes at random places within its box.
void draw_glyph(Canvas& canvas, Random& random, int left, int top, int width, int height,
                Vec3 ink) {
  const int thick = std::max(1, height / 6);
  for (int stroke = 0; stroke < 3; ++stroke) {
    const bool upright = random.chance(0.5F);
    const int sx = upright ? random.integer(0, std::max(0, width - thick)) : 0;
    const int sy = upright ? 0 : random.integer(0, std::max(0, height - thick));
    const int ex = upright ? std::min(width, sx + thick) : width;
    const int ey = upright ? height : std::min(height, sy + thick);
    for (int y = sy; y < ey; ++y) {
      for (int x = sx; x < ex; ++x) canvas.at(left + x, top + y) = {ink, 0.45F};
    }
  }
}

/// A plain picture or a bar code among the text.
void draw_figure(Canvas& canvas, Random& random, Vec3 paper, Vec3 ink) {
  const int width = random.integer(40, 120);
  const int height = random.integer(30, 90);
  const int left = random.integer(0, texture_size - width);
  const int top = random.integer(0, texture_size - height);
  const bool bars = random.chance(0.5F);
  const Vec3 color = hue_color(random, 0, 1);
  for (int x = 0; x < width; ++x) {
    const Vec3 column = !bars ? color : random.chance(0.5F) ? ink : paper;
    for (int y = 0; y < height; ++y) canvas.at(left + x, top + y) = {column, 0.5F};
  }
}

}  // namespace

Canvas printed(Random& random, bool big) {
  Canvas canvas;
  const Vec3 paper = Vec3{1, 1, random.range(0.85F, 1.0F)} * random.range(0.75F, 0.97F);
  const Vec3 ink = random.chance(0.7F) ? Vec3{0.06F, 0.06F, 0.08F} : hue_color(random, 0, 0.6F);
  for (Texel& t : canvas.texels) t = {paper, 0.5F};
  const int height = big ? random.integer(16, 40) : random.integer(3, 8);
  const int pitch = height + (big ? random.integer(8, 30) : random.integer(3, 6));
  const int margin = random.integer(10, 40);
  for (int y = margin; y + height < texture_size - margin; y += pitch) {
    if (random.chance(0.12F)) continue;
    const int end = texture_size - margin - (random.chance(0.4F) ? random.integer(0, 100) : 0);
    for (int x = margin; x < end;) {
      const int width = std::max(2, static_cast<int>(height * random.range(0.4F, 0.9F)));
      if (random.chance(0.8F)) draw_glyph(canvas, random, x, y, width, height, ink);
      x += width + std::max(1, height / 4);
    }
  }
  if (random.chance(0.4F)) draw_figure(canvas, random, paper, ink);
  return canvas;
}

Canvas poster(Random& random) {
  const Noise noise(random);
  const Vec3 top = hue_color(random, 0, 1);
  const Vec3 low = hue_color(random, 0, 1);
  const float clouds = random.range(0, 0.6F);
  Canvas canvas = fill([&](float u, float v) {
    return Texel{mix(top, low, v) * (1 + clouds * (noise.fractal(u, v, 3, 5) - 0.5F)), 0.5F};
  });
  for (int i = random.integer(0, 24); i > 0; --i) {
    const Vec3 color = hue_color(random, 0, 1);
    const bool round = random.chance(0.4F);
    const float cx = random.range(0, texture_size);
    const float cy = random.range(0, texture_size);
    const float rx = random.log_range(4, 90);
    const float ry = random.log_range(4, 90);
    const float angle = random.chance(0.5F) ? 0 : random.range(0, 3.14F);
    const float c = std::cos(angle);
    const float s = std::sin(angle);
    for (int y = 0; y < texture_size; ++y) {
      for (int x = 0; x < texture_size; ++x) {
        const float px = ((x - cx) * c + (y - cy) * s) / rx;
        const float py = ((y - cy) * c - (x - cx) * s) / ry;
        if (round ? px * px + py * py < 1 : std::abs(px) < 1 && std::abs(py) < 1) {
          canvas.at(x, y).color = color * (0.8F + 0.2F * (px + py) * 0.5F);
        }
      }
    }
  }
  return canvas;
}

Canvas spines(Random& random) {
  Canvas canvas;
  for (int x = 0; x < texture_size;) {
    const int width = random.integer(5, 20);
    const Vec3 color = hue_color(random, 0.03F, 0.8F);
    const Vec3 print = random.chance(0.5F) ? Vec3{0.9F, 0.85F, 0.6F} : hue_color(random, 0, 1);
    const int top = random.integer(0, 60);
    const int a = random.integer(90, 180);
    const int b = a + random.integer(10, 60);
    for (int i = 0; i < width && x + i < texture_size; ++i) {
      const float round = 0.6F + 0.4F * std::sin(3.14F * (i + 0.5F) / width);
      for (int y = 0; y < texture_size; ++y) {
        const bool title = y > a && y < b && i > width / 3 && i < 2 * width / 3 + 1;
        const Vec3 c = y < top ? Vec3{0.02F, 0.02F, 0.02F} : title ? print : color;
        canvas.at(x + i, y) = {c * round, round};
      }
    }
    x += width;
  }
  return canvas;
}

Canvas facade(Random& random, int columns, int rows, float glass_share, bool old) {
  const Noise noise(random);
  const float gx = glass_share * random.range(0.7F, 1.1F);
  const float gy = glass_share * random.range(0.8F, 1.2F);
  const Vec3 frame = old ? hue_color(random, 0.5F, 1.0F) : Vec3{1, 1, 1} * random.range(0.2F, 1.0F);
  const bool sill = random.chance(0.5F);
  return fill([&](float u, float v) {
    const float x = u * columns;
    const float y = v * rows;
    const float px = std::abs(fraction(x) - 0.5F) * 2;
    const float py = std::abs(fraction(y) - 0.5F) * 2;
    const float id = noise.cell(static_cast<int>(x), static_cast<int>(y));
    const float wall = 0.75F + 0.15F * (noise.fractal(u, v, 8, 4) - 0.5F);
    if (px < gx && py < gy) {
      if (px < 0.06F || py < 0.05F || px > gx - 0.06F || py > gy - 0.06F) return Texel{frame, 0.6F};
      const float curtain = id > 0.6F && fraction(y) < 0.35F + 0.3F * id ? 0.5F : 0.0F;
      const float reflection = 0.08F + 0.35F * noise.value(u, v, 6) * (1 - fraction(y));
      const Vec3 glass =
          Vec3{0.8F, 0.95F, 1.1F} * reflection + Vec3{curtain, curtain, curtain * 0.9F};
      return Texel{glass, 0.1F};
    }
    if (sill && py < gy + 0.1F && fraction(y) > 0.5F && px < gx + 0.08F)
      return Texel{frame * 0.9F, 0.8F};
    return gray(wall, 0.5F);
  });
}

Canvas keyboard(Random& random) {
  const float key = random.range(0.05F, 0.6F);
  return fill([&](float u, float v) {
    const float x = fraction(u * 15);
    const float y = fraction(v * 5);
    const bool gap = x < 0.12F || y < 0.14F;
    const bool mark = x > 0.4F && x < 0.6F && y > 0.4F && y < 0.6F;
    return gray(gap ? 0.03F : mark ? 1 - key : key, gap ? 0.2F : 0.8F);
  });
}

Canvas clutter(Random& random) {
  Canvas canvas;
  for (Texel& t : canvas.texels) t = {{0.05F, 0.05F, 0.05F}, 0.1F};
  for (int i = 0; i < 260; ++i) {
    const int w = random.integer(6, 44);
    const int h = random.integer(6, 44);
    const int left = random.integer(0, texture_size);
    const int top = random.integer(0, texture_size);
    const Vec3 color = random.chance(0.5F) ? hue_color(random, 0.02F, 0.9F)
                                           : Vec3{1, 1, 1} * random.range(0.03F, 0.8F);
    for (int y = 0; y < h; ++y) {
      for (int x = 0; x < w; ++x) {
        const float light = 1.1F - 0.6F * static_cast<float>(x) / static_cast<float>(w);
        canvas.at(left + x, top + y) = {color * light, 0.3F + 0.4F * light};
      }
    }
  }
  return canvas;
}

}  // namespace dpt::scene
