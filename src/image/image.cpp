#include "image/image.h"

#include <cstdlib>
#include <cstring>

#include "base/error.h"

namespace dpt::image {

void check_size(int64_t width, int64_t height, std::string_view name) {
  if (width < 1 || height < 1) {
    fail(ErrorKind::input, "{}: is {}x{} pixels, expected at least 1x1", name, width, height);
  }
  if (width > max_side || height > max_side || width * height > max_pixels) {
    fail(ErrorKind::input, "{}: is {}x{} pixels, the limit is {} a side and {} in all", name, width,
         height, max_side, max_pixels);
  }
}

ImageView ImageView::crop(int left, int top, int columns, int rows) const {
  if (left < 0 || top < 0 || columns < 1 || rows < 1 || columns > width - left ||
      rows > height - top) {
    fail(ErrorKind::usage, "crop of {}x{} pixels at ({}, {}) is not inside the {}x{} picture",
         columns, rows, left, top, width, height);
  }
  ImageView part = *this;
  part.data = row(top) + static_cast<ptrdiff_t>(left) * channels_of(format);
  part.width = columns;
  part.height = rows;
  return part;
}

void check_view(const ImageView& view) {
  if (view.data == nullptr) fail(ErrorKind::usage, "picture view: the data pointer is null");
  const int channels = channels_of(view.format);
  if (channels == 0) {
    fail(ErrorKind::usage, "picture view: {} is no pixel format", static_cast<int>(view.format));
  }
  if (view.width < 1 || view.height < 1 || view.width > max_side || view.height > max_side ||
      int64_t{view.width} * view.height > max_pixels) {
    fail(ErrorKind::usage, "picture view: {}x{} pixels, expected 1 to {} a side and at most {}",
         view.width, view.height, max_side, max_pixels);
  }
  const int64_t row_bytes = int64_t{view.width} * channels;
  if (view.height > 1 && view.stride < row_bytes && view.stride > -row_bytes) {
    fail(ErrorKind::usage, "picture view: the stride is {} bytes, a row takes {}", view.stride,
         row_bytes);
  }
}

void copy_row_as_rgb(const ImageView& view, int y, uint8_t* rgb) {
  const uint8_t* pixel = view.row(y);
  if (view.format == PixelFormat::rgb8) {
    std::memcpy(rgb, pixel, static_cast<size_t>(view.width) * 3);
    return;
  }
  const int step = channels_of(view.format);
  const auto [r, g, b] = channel_offsets(view.format);
  for (int x = 0; x < view.width; ++x, pixel += step, rgb += 3) {
    rgb[0] = pixel[r];
    rgb[1] = pixel[g];
    rgb[2] = pixel[b];
  }
}

Image::Image(int width, int height) : width_(width), height_(height) {
  check_size(width, height, "picture");
  data_ =
      Buffer<uint8_t>(static_cast<size_t>(width) * static_cast<size_t>(height) * 3, "a picture");
}

}  // namespace dpt::image
