#include "scene/texture.h"

#include <cmath>

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
