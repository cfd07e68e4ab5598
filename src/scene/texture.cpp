#include "scene/texture.h"

#include <bit>

#include "scene/pattern.h"

namespace dpt::scene {

Texture::Texture(Pattern pattern, Random& random) {
  const Canvas canvas = draw_pattern(pattern, random);
  Level top{texture_size, {}};
  top.texels.reserve(canvas.texels.size());
  for (const Texel& t : canvas.texels) {
    top.texels.push_back(
        {to_byte(t.color.x), to_byte(t.color.y), to_byte(t.color.z), to_byte(t.height)});
  }
  levels_.push_back(std::move(top));
  reduce();
}

Texture::Texture(const image::ImageView& picture) {
  const int side = std::min(picture.width, picture.height);
  const int left = (picture.width - side) / 2;
  const int top_row = (picture.height - side) / 2;
  Level top{texture_size, {}};
  std::vector<uint8_t> row(static_cast<size_t>(picture.width) * 3);
  for (int y = 0; y < texture_size; ++y) {
    image::copy_row_as_rgb(picture, top_row + y * side / texture_size, row.data());
    for (int x = 0; x < texture_size; ++x) {
      const uint8_t* p = row.data() + static_cast<ptrdiff_t>(left + x * side / texture_size) * 3;
      // Pictures are stored with the display's gamma, surfaces in linear light.
      const auto linear = [](uint8_t v) { return to_byte(std::pow(v / 255.0F, 2.2F)); };
      top.texels.push_back({linear(p[0]), linear(p[1]), linear(p[2]), p[1]});
    }
  }
  levels_.push_back(std::move(top));
  reduce();
}

void Texture::reduce() {
  while (levels_.back().size > 1) {
    const Level& from = levels_.back();
    Level to{from.size / 2, {}};
    for (int y = 0; y < to.size; ++y) {
      for (int x = 0; x < to.size; ++x) {
        const size_t at = static_cast<size_t>(2 * y) * from.size + 2 * x;
        std::array<uint8_t, 4> mean{};
        for (size_t c = 0; c < 4; ++c) {
          const int sum = from.texels[at][c] + from.texels[at + 1][c] +
                          from.texels[at + from.size][c] + from.texels[at + from.size + 1][c];
          mean[c] = static_cast<uint8_t>((sum + 2) / 4);
        }
        to.texels.push_back(mean);
      }
    }
    levels_.push_back(std::move(to));
  }
}

namespace {

/// How far v lies above the next whole number, in [0, 1]; |v| below 2^31.
inline float within(float v) {
  const float f = v - static_cast<float>(static_cast<int32_t>(v));
  return f < 0 ? f + 1 : f;
}

/// Logarithm of base 2 of a normal positive number, rounded down.
inline int exponent(float v) { return static_cast<int>(std::bit_cast<uint32_t>(v) >> 23U) - 127; }

}  // namespace

const Texture::Level& Texture::level_of(float footprint) const {
  const float texels = footprint * texture_size;
  const int level = texels <= 1 ? 0 : exponent(texels * 1.23F);
  return levels_[static_cast<size_t>(std::min(level, static_cast<int>(levels_.size()) - 1))];
}

Texel Texture::sample(float u, float v, float footprint) const {
  const Level& level = level_of(footprint);
  const int mask = level.size - 1;
  const float x = within(u) * static_cast<float>(level.size) - 0.5F + 256.0F;
  const float y = within(v) * static_cast<float>(level.size) - 0.5F + 256.0F;
  const int x0 = static_cast<int>(x);
  const int y0 = static_cast<int>(y);
  const float fx = x - static_cast<float>(x0);
  const float fy = y - static_cast<float>(y0);
  const auto at = [&](int cx, int cy) {
    return level.texels[static_cast<size_t>(cy & mask) * level.size + (cx & mask)];
  };
  const auto a = at(x0, y0);
  const auto b = at(x0 + 1, y0);
  const auto c = at(x0, y0 + 1);
  const auto d = at(x0 + 1, y0 + 1);
  const auto blend = [&](size_t k) {
    const float top = static_cast<float>(a[k]) + (static_cast<float>(b[k]) - a[k]) * fx;
    const float low = static_cast<float>(c[k]) + (static_cast<float>(d[k]) - c[k]) * fx;
    return (top + (low - top) * fy) * (1 / 255.0F);
  };
  return {{blend(0), blend(1), blend(2)}, blend(3)};
}

std::array<float, 2> Texture::slope(float u, float v, float footprint) const {
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

TextureBank::TextureBank(uint64_t seed, int variants, const std::vector<image::Image>& photos) {
  Random random(seed);
  for (int p = 0; p < pattern_count; ++p) {
    const auto pattern = static_cast<Pattern>(p);
    if (pattern == Pattern::photo) continue;
    for (int i = 0; i < variants; ++i) {
      variants_[static_cast<size_t>(p)].push_back(static_cast<int>(textures_.size()));
      textures_.emplace_back(pattern, random);
    }
  }
  for (const image::Image& photo : photos) {
    variants_.back().push_back(static_cast<int>(textures_.size()));
    textures_.emplace_back(photo.view());
  }
}

int TextureBank::pick(Pattern pattern, Random& random) const {
  const auto& found = variants_[static_cast<size_t>(pattern)];
  const auto& any = found.empty() ? variants_[static_cast<size_t>(Pattern::poster)] : found;
  return any[static_cast<size_t>(random.integer(0, static_cast<int>(any.size()) - 1))];
}

}  // namespace dpt::scene
