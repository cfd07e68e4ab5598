#include "image/draw/blend.h"

#include <array>
#include <vector>

#include "base/error.h"

namespace dpt::image {

namespace {

/// The script's uint8(255 * (x / 255)) in float64: a few values lose 1.
std::array<uint8_t, 256> script_rounding() {
  std::array<uint8_t, 256> table{};
  for (size_t i = 0; i < table.size(); ++i) {
    table[i] = static_cast<uint8_t>(255.0 * (static_cast<double>(i) / 255.0));
  }
  return table;
}

uint8_t mix(int from, int to, float alpha) {
  return static_cast<uint8_t>(static_cast<float>(from) + alpha * static_cast<float>(to - from));
}

}  // namespace

Image overlay(const ImageView& image, const Labels& labels, std::span<const Rgb> palette,
              float alpha) {
  if (image.width != labels.width() || image.height != labels.height()) {
    fail(ErrorKind::usage, "overlay: the picture is {}x{}, the labels are {}x{}", image.width,
         image.height, labels.width(), labels.height());
  }
  if (palette.size() < 2) {
    fail(ErrorKind::usage, "overlay: the palette has {} entries, expected at least 2",
         palette.size());
  }
  if (!(alpha >= 0.0F && alpha <= 1.0F)) {
    fail(ErrorKind::usage, "overlay: alpha is {}, expected 0 to 1", alpha);
  }
  const std::array<uint8_t, 256> rounding = script_rounding();
  Image out(image.width, image.height);
  for (int y = 0; y < image.height; ++y) {
    uint8_t* pixel = out.row(y);
    copy_row_as_rgb(image, y, pixel);
    for (int x = 0; x < image.width; ++x, pixel += 3) {
      const size_t label = labels.at(x, y);
      const Rgb color = palette[label == 0 ? 0 : 1 + (label - 1) % (palette.size() - 1)];
      pixel[0] = mix(rounding[pixel[0]], color.r, alpha);
      pixel[1] = mix(rounding[pixel[1]], color.g, alpha);
      pixel[2] = mix(rounding[pixel[2]], color.b, alpha);
    }
  }
  return out;
}

}  // namespace dpt::image
