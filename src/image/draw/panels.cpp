#include "image/draw/panels.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "base/error.h"

namespace dpt::image {

namespace {

enum class Direction { right, down };

Image joined(std::span<const ImageView> pictures, Direction direction) {
  if (pictures.empty()) fail(ErrorKind::usage, "no pictures to be joined");
  int64_t width = 0;
  int64_t height = 0;
  for (const ImageView& picture : pictures) {
    const bool right = direction == Direction::right;
    width = right ? width + picture.width : std::max<int64_t>(width, picture.width);
    height = right ? std::max<int64_t>(height, picture.height) : height + picture.height;
  }
  check_size(width, height, "the joined picture");
  Image out(static_cast<int>(width), static_cast<int>(height));
  std::memset(out.data(), 0, out.bytes());
  int left = 0;
  int top = 0;
  for (const ImageView& picture : pictures) {
    for (int y = 0; y < picture.height; ++y) {
      copy_row_as_rgb(picture, y, out.row(top + y) + ptrdiff_t{left} * 3);
    }
    (direction == Direction::right ? left : top) +=
        direction == Direction::right ? picture.width : picture.height;
  }
  return out;
}

}  // namespace

Image beside(std::span<const ImageView> pictures) { return joined(pictures, Direction::right); }
Image stacked(std::span<const ImageView> pictures) { return joined(pictures, Direction::down); }

Image blend(const ImageView& picture, const ImageView& over, float alpha) {
  if (picture.width != over.width || picture.height != over.height) {
    fail(ErrorKind::usage, "blend: one picture is {}x{}, the other {}x{}", picture.width,
         picture.height, over.width, over.height);
  }
  if (!(alpha >= 0.0F && alpha <= 1.0F)) {
    fail(ErrorKind::usage, "blend: alpha is {}, expected 0 to 1", alpha);
  }
  const int share = static_cast<int>(std::lround(alpha * 256.0F));
  Image out(picture.width, picture.height);
  std::vector<uint8_t> row(static_cast<size_t>(out.stride()));
  for (int y = 0; y < out.height(); ++y) {
    uint8_t* pixel = out.row(y);
    copy_row_as_rgb(picture, y, pixel);
    copy_row_as_rgb(over, y, row.data());
    for (const uint8_t top : row) {
      *pixel = static_cast<uint8_t>((*pixel * (256 - share) + top * share + 128) >> 8);
      ++pixel;
    }
  }
  return out;
}

}  // namespace dpt::image
