// Draws the patterns of texture.h texel by texel.
#pragma once

#include <vector>

#include "scene/texture.h"

namespace dpt::scene {

struct Canvas {
  std::vector<Texel> texels = std::vector<Texel>(static_cast<size_t>(texture_size) * texture_size);

  Texel& at(int x, int y) {
    return texels[static_cast<size_t>(y & (texture_size - 1)) * texture_size +
                  (x & (texture_size - 1))];
  }
};

Canvas draw_pattern(Pattern pattern, Random& random);

/// Noise that repeats over [0, 1)^2: smooth random values on a lattice of period x period cells.
class Noise {
 public:
  explicit Noise(Random& random) : seed_(static_cast<uint32_t>(random.bits())) {}

  /// In [0, 1]. Cells per repetition along u and v.
  float value(float u, float v, int cells_u, int cells_v) const;
  float value(float u, float v, int cells) const { return value(u, v, cells, cells); }
  /// Octaves of value, each twice as fine and half as strong. In [0, 1].
  float fractal(float u, float v, int cells, int octaves) const;
  float fractal(float u, float v, int cells_u, int cells_v, int octaves) const;
  /// In [0, 1], one value for each lattice cell.
  float cell(int x, int y) const;
  /// Distances to the nearest and the second nearest of one random point per cell, in cells, and
  /// the nearest one's own random number.
  struct Nearest {
    float first, second, id;
  };
  Nearest nearest(float u, float v, int cells) const;

 private:
  uint32_t seed_;
};

}  // namespace dpt::scene
