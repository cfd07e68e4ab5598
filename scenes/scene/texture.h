// Surface patterns: small squares that repeat, made by arithmetic, with their smaller copies.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <vector>

#include "image/image.h"
#include "scene/random.h"
#include "scene/vec.h"

namespace dpt::scene {

/// A square pattern of texture_size texels a side that repeats seamlessly.
inline constexpr int texture_size = 256;

/// What a pattern looks like; how many metres a repetition covers is the material's business.
enum class Pattern : uint8_t {
  plaster,
  plaster_rough,
  concrete,
  asphalt,
  earth,
  gravel,
  sand,
  grass,
  leaves,
  bark,
  wood,
  wood_dark,
  planks,
  planks_long,
  parquet,
  tiles,
  tiles_small,
  tiles_large,
  brick,
  stone_wall,
  roof,
  marble,
  terrazzo,
  carpet,
  carpet_pattern,
  weave,
  knit,
  stripes,
  plaid,
  dots,
  flowers,
  leather,
  brushed,
  rust,
  cardboard,
  page,
  label,
  poster,
  spines,
  keyboard,
  screen,
  facade,
  facade_glass,
  facade_old,
  blinds,
  curtain,
  clutter,
  water,
  cloud,
  photo,
};
inline constexpr int pattern_count = static_cast<int>(Pattern::photo) + 1;

struct Texel {
  Vec3 color;        ///< multiplies the material's colour; about 0.7 on average for what is tinted
  float height = 0;  ///< 0..1, for bumps
};

class Texture {
 public:
  /// The pattern with its details drawn by `random`.
  Texture(Pattern pattern, Random& random);
  /// A picture's middle square, as a poster or a surface.
  explicit Texture(const image::ImageView& picture);

  /// u, v in repetitions; `footprint`: how many repetitions one pixel covers.
  Texel sample(float u, float v, float footprint) const;
  /// Difference of height per repetition along u and v.
  std::array<float, 2> slope(float u, float v, float footprint) const;

 private:
  struct Level {
    int size = 0;
    std::vector<std::array<uint8_t, 4>> texels;  ///< r, g, b, height
  };
  /// The channels of a texel at once.
  using Four [[gnu::vector_size(16)]] = float;
  using Bytes [[gnu::vector_size(4)]] = uint8_t;

  void reduce();

  static Four as_floats(const std::array<uint8_t, 4>& texel) {
    Bytes bytes;
    std::memcpy(&bytes, texel.data(), sizeof(bytes));
    return __builtin_convertvector(bytes, Four);
  }

  const Level& level_of(float footprint) const {
    const float texels = footprint * texture_size;
    const int level = texels <= 1 ? 0 : exponent(texels * 1.23F);
    return levels_[static_cast<size_t>(std::min(level, static_cast<int>(levels_.size()) - 1))];
  }

  /// How far v lies above the next whole number, in [0, 1]; |v| below 2^31.
  static float within(float v) {
    const float f = v - static_cast<float>(static_cast<int32_t>(v));
    return f < 0 ? f + 1 : f;
  }

  /// Logarithm of base 2 of a normal positive number, rounded down.
  static int exponent(float v) { return static_cast<int>(std::bit_cast<uint32_t>(v) >> 23U) - 127; }

  std::vector<Level> levels_;  ///< each half the size of the one before, to 1 texel
};

// Here, so that they become part of the loops over pixels.

inline Texel Texture::sample(float u, float v, float footprint) const {
  const Level& level = level_of(footprint);
  const int mask = level.size - 1;
  const float x = within(u) * static_cast<float>(level.size) - 0.5F + 256.0F;
  const float y = within(v) * static_cast<float>(level.size) - 0.5F + 256.0F;
  const int x0 = static_cast<int>(x);
  const int y0 = static_cast<int>(y);
  const float fx = x - static_cast<float>(x0);
  const float fy = y - static_cast<float>(y0);
  const auto at = [&](int cx, int cy) {
    return as_floats(level.texels[static_cast<size_t>(cy & mask) * level.size + (cx & mask)]);
  };
  const Four a = at(x0, y0);
  const Four c = at(x0, y0 + 1);
  const Four top = a + (at(x0 + 1, y0) - a) * fx;
  const Four low = c + (at(x0 + 1, y0 + 1) - c) * fx;
  const Four found = (top + (low - top) * fy) * (1 / 255.0F);
  return {{found[0], found[1], found[2]}, found[3]};
}

inline std::array<float, 2> Texture::slope(float u, float v, float footprint) const {
  const Level& level = level_of(footprint);
  const int mask = level.size - 1;
  const int x = static_cast<int>(within(u) * static_cast<float>(level.size));
  const int y = static_cast<int>(within(v) * static_cast<float>(level.size));
  const auto height = [&](int cx, int cy) {
    return static_cast<float>(
        level.texels[static_cast<size_t>(cy & mask) * level.size + (cx & mask)][3]);
  };
  const float scale = static_cast<float>(level.size) / (2 * 255.0F);
  return {(height(x + 1, y) - height(x - 1, y)) * scale,
          (height(x, y + 1) - height(x, y - 1)) * scale};
}

/// Several variants of every pattern, shared by all scenes of a run.
class TextureBank {
 public:
  /// `photos`: pictures for posters, screens and surfaces; may be empty.
  TextureBank(uint64_t seed, int variants, const std::vector<image::Image>& photos);

  const Texture& operator[](int index) const { return textures_[static_cast<size_t>(index)]; }
  /// Index of some variant of `pattern`; for Pattern::photo without photos, of a poster.
  int pick(Pattern pattern, Random& random) const;

 private:
  std::vector<Texture> textures_;
  std::array<std::vector<int>, pattern_count> variants_;
};

}  // namespace dpt::scene
