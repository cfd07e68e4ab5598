#include "image/draw/draw.h"

#include <algorithm>

#include "image/draw/font.h"

namespace dpt::image {

namespace {

int advance(int scale) { return (glyph_width + 1) * scale; }

}  // namespace

void fill_rectangle(Image& image, int left, int top, int width, int height, Rgb color) {
  const int right = std::min(left + width, image.width());
  const int bottom = std::min(top + height, image.height());
  for (int y = std::max(top, 0); y < bottom; ++y) {
    for (int x = std::max(left, 0); x < right; ++x) {
      uint8_t* pixel = image.row(y) + ptrdiff_t{3} * x;
      pixel[0] = color.r;
      pixel[1] = color.g;
      pixel[2] = color.b;
    }
  }
}

void draw_text(Image& image, int left, int top, std::string_view text, int scale, Rgb color) {
  for (const char c : text) {
    const Glyph& glyph = glyph_of(c);
    for (int y = 0; y < glyph_height; ++y) {
      for (int x = 0; x < glyph_width; ++x) {
        if ((glyph[static_cast<size_t>(y)] >> (glyph_width - 1 - x) & 1) == 0) continue;
        fill_rectangle(image, left + x * scale, top + y * scale, scale, scale, color);
      }
    }
    left += advance(scale);
  }
}

int text_width(std::string_view text, int scale) {
  return static_cast<int>(text.size()) * advance(scale);
}

int text_height(int scale) { return glyph_height * scale; }

}  // namespace dpt::image
