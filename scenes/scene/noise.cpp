#include <cmath>

#include "scene/pattern.h"

namespace dpt::scene {

namespace {

float smooth(float t) { return t * t * (3 - 2 * t); }

int wrapped(int v, int period) {
  const int r = v % period;
  return r < 0 ? r + period : r;
}

}  // namespace

float Noise::cell(int x, int y) const {
  uint32_t h =
      static_cast<uint32_t>(x) * 0x8da6b343U ^ static_cast<uint32_t>(y) * 0xd8163841U ^ seed_;
  h ^= h >> 15U;
  h *= 0x2c1b3c6dU;
  h ^= h >> 12U;
  h *= 0x297a2d39U;
  h ^= h >> 15U;
  return static_cast<float>(h >> 8U) * 0x1p-24F;
}

float Noise::value(float u, float v, int cells_u, int cells_v) const {
  const float x = u * static_cast<float>(cells_u);
  const float y = v * static_cast<float>(cells_v);
  const int x0 = static_cast<int>(std::floor(x));
  const int y0 = static_cast<int>(std::floor(y));
  const float fx = smooth(x - static_cast<float>(x0));
  const float fy = smooth(y - static_cast<float>(y0));
  // Lattices of different periods must not share their values: the period goes into the hash.
  const auto at = [&](int cx, int cy) {
    return cell(wrapped(cx, cells_u) + cells_u * 977, wrapped(cy, cells_v) + cells_v * 1319);
  };
  return mix(mix(at(x0, y0), at(x0 + 1, y0), fx), mix(at(x0, y0 + 1), at(x0 + 1, y0 + 1), fx), fy);
}

float Noise::fractal(float u, float v, int cells_u, int cells_v, int octaves) const {
  float sum = 0;
  float weight = 0.5F;
  float total = 0;
  for (int i = 0; i < octaves; ++i) {
    sum += weight * value(u, v, cells_u << i, cells_v << i);
    total += weight;
    weight *= 0.5F;
  }
  return sum / total;
}

float Noise::fractal(float u, float v, int cells, int octaves) const {
  return fractal(u, v, cells, cells, octaves);
}

Noise::Nearest Noise::nearest(float u, float v, int cells) const {
  const float x = u * static_cast<float>(cells);
  const float y = v * static_cast<float>(cells);
  const int x0 = static_cast<int>(std::floor(x));
  const int y0 = static_cast<int>(std::floor(y));
  Nearest best{9, 9, 0};
  for (int cy = y0 - 1; cy <= y0 + 1; ++cy) {
    for (int cx = x0 - 1; cx <= x0 + 1; ++cx) {
      const int wx = wrapped(cx, cells);
      const int wy = wrapped(cy, cells);
      const float px = static_cast<float>(cx) + cell(wx * 3 + 1, wy * 3) - x;
      const float py = static_cast<float>(cy) + cell(wx * 3, wy * 3 + 1) - y;
      const float d = std::sqrt(px * px + py * py);
      if (d < best.first) {
        best = {d, best.first, cell(wx * 3 + 2, wy * 3 + 2)};
      } else {
        best.second = std::min(best.second, d);
      }
    }
  }
  return best;
}

}  // namespace dpt::scene
