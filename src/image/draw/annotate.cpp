#include "image/draw/annotate.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/error.h"
#include "image/draw/draw.h"

namespace dpt::image {

namespace {

constexpr int values_shown = 5;

/// Letters that look alike beside pictures of any size.
int letter_scale(int side) { return std::clamp(side / 300, 1, 16); }

Image white(int width, int height) {
  Image image(width, height);
  std::memset(image.data(), 255, image.bytes());
  return image;
}

/// Which of the intervals between lines a value is in.
int interval_of(float value, Range range, int count) {
  if (!std::isfinite(value)) return std::numeric_limits<int>::min();
  const float share = (value - range.min) / (range.max - range.min);
  return static_cast<int>(
      std::floor(std::clamp(share, -1.0F, 2.0F) * static_cast<float>(count + 1)));
}

}  // namespace

void draw_contours(Image& picture, const Plane& depth, Range range, int count) {
  if (picture.width() != depth.width() || picture.height() != depth.height()) {
    fail(ErrorKind::usage, "contours: the picture is {}x{}, its depth {}x{}", picture.width(),
         picture.height(), depth.width(), depth.height());
  }
  if (!(range.max > range.min)) return;
  const int thickness = std::max(std::max(depth.width(), depth.height()) / 1000, 1);
  for (int y = 0; y < depth.height(); ++y) {
    for (int x = 0; x < depth.width(); ++x) {
      const int own = interval_of(depth.at(x, y), range, count);
      const int right = interval_of(depth.at(std::min(x + 1, depth.width() - 1), y), range, count);
      const int below = interval_of(depth.at(x, std::min(y + 1, depth.height() - 1)), range, count);
      if (own == right && own == below) continue;
      fill_rectangle(picture, x, y, thickness, thickness, {255, 255, 255});
    }
  }
}

Image scale_bar(int height, Colormap map, Range range, std::string_view unit) {
  const int scale = letter_scale(height);
  const int margin = 6 * scale;
  const int bar_width = 16 * scale;
  std::array<std::string, values_shown> values;
  int widest = text_width(unit, scale);
  for (int i = 0; i < values_shown; ++i) {
    const float share = static_cast<float>(i) / (values_shown - 1);
    std::string& text = values[static_cast<size_t>(i)];
    text = fmt::format("{:.3g}", range.max + share * (range.min - range.max));
    widest = std::max(widest, bar_width + margin + text_width(text, scale));
  }
  Image strip = white(2 * margin + widest, height);
  draw_text(strip, margin, margin, unit, scale);
  const int top = 2 * margin + text_height(scale);
  const int length = std::max(height - top - margin, 1);
  const auto colors = colors_of(map);
  for (int y = 0; y < length; ++y) {
    const int entry = 255 - static_cast<int>(int64_t{255} * y / std::max(length - 1, 1));
    fill_rectangle(strip, margin, top + y, bar_width, 1, colors[static_cast<size_t>(entry)]);
  }
  for (int i = 0; i < values_shown; ++i) {
    const int middle = top + (length - 1) * i / (values_shown - 1);
    const int text_top =
        std::clamp(middle - text_height(scale) / 2, 0, std::max(height - text_height(scale), 0));
    draw_text(strip, margin + bar_width + margin, text_top, values[static_cast<size_t>(i)], scale);
  }
  return strip;
}

Image captioned(const ImageView& picture, std::string_view text) {
  const int scale = letter_scale(picture.width);
  const int margin = 4 * scale;
  const int line = text_height(scale) + 2 * margin;
  check_size(picture.width, int64_t{picture.height} + line, "the picture with its caption");
  Image out = white(picture.width, picture.height + line);
  draw_text(out, margin, margin, text, scale);
  for (int y = 0; y < picture.height; ++y) copy_row_as_rgb(picture, y, out.row(line + y));
  return out;
}

}  // namespace dpt::image
