// Surface patterns: small squares that repeat, made by arithmetic, with their smaller copies.
#pragma once

#include <array>
#include <cstdint>
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
  void reduce();
  const Level& level_of(float footprint) const;

  std::vector<Level> levels_;  ///< each half the size of the one before, to 1 texel
};

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
