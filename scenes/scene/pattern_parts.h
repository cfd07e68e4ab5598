// What the files that draw patterns share. Only for this folder.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>

#include "scene/pattern.h"

namespace dpt::scene {

/// Calls f(u, v) for every texel; u, v in [0, 1).
inline Canvas fill(const std::function<Texel(float, float)>& f) {
  Canvas canvas;
  for (int y = 0; y < texture_size; ++y) {
    for (int x = 0; x < texture_size; ++x) {
      canvas.at(x, y) = f((static_cast<float>(x) + 0.5F) / texture_size,
                          (static_cast<float>(y) + 0.5F) / texture_size);
    }
  }
  return canvas;
}

inline Texel gray(float v, float height) { return {{v, v, v}, height}; }
inline float fraction(float v) { return v - std::floor(v); }
/// 0 below edge0, 1 above edge1, smooth between.
inline float step(float edge0, float edge1, float v) {
  const float t = std::clamp((v - edge0) / (edge1 - edge0), 0.0F, 1.0F);
  return t * t * (3 - 2 * t);
}
/// Each channel between the two values.
inline Vec3 hue_color(Random& r, float low, float high) {
  return {r.range(low, high), r.range(low, high), r.range(low, high)};
}

// Printed and made things (printed_patterns.cpp).

/// Lines of dark marks, as print looks from some distance; `big`: few large ones.
Canvas printed(Random& random, bool big);
/// Gradients with random shapes over them: what hangs on walls and runs on screens.
Canvas poster(Random& random);
/// A row of books seen from the side of their spines.
Canvas spines(Random& random);
/// Panes in a wall, `columns` x `rows` windows to a repetition.
Canvas facade(Random& random, int columns, int rows, float glass_share, bool old);
Canvas keyboard(Random& random);
/// Small things of all colours: shelves and counters seen from afar.
Canvas clutter(Random& random);

}  // namespace dpt::scene
