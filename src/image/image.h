// Pictures in memory: views that somebody else owns, and owners with checked sizes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/buffer.h"

namespace dpt::image {

/// Longest side of a picture; also libjpeg-turbo's limit.
inline constexpr int max_side = 65500;
/// Most pixels of a picture, so that the largest RGB picture takes 768 MiB.
inline constexpr int64_t max_pixels = int64_t{1} << 28;

/// Throws Error(input), its text beginning with `name`, unless both sides are in [1, max_side] and
/// the picture has at most max_pixels pixels. To be called before memory is taken.
void check_size(int64_t width, int64_t height, std::string_view name);

enum class PixelFormat : uint8_t { rgb8, bgr8, rgba8, bgra8, gray8 };

/// Bytes of one pixel.
constexpr int channels_of(PixelFormat format) {
  switch (format) {
    case PixelFormat::gray8:
      return 1;
    case PixelFormat::rgb8:
    case PixelFormat::bgr8:
      return 3;
    case PixelFormat::rgba8:
    case PixelFormat::bgra8:
      return 4;
  }
  return 0;
}

/// Where R, G and B stand within a pixel.
constexpr std::array<int, 3> channel_offsets(PixelFormat format) {
  switch (format) {
    case PixelFormat::rgb8:
    case PixelFormat::rgba8:
      return {0, 1, 2};
    case PixelFormat::bgr8:
    case PixelFormat::bgra8:
      return {2, 1, 0};
    case PixelFormat::gray8:
      break;
  }
  return {0, 0, 0};
}

struct Rgb {
  uint8_t r = 0, g = 0, b = 0;
  bool operator==(const Rgb&) const = default;
};

/// Interleaved 8-bit pixels that somebody else owns. Alpha is ignored wherever a view is read.
struct ImageView {
  const uint8_t* data = nullptr;
  int width = 0;
  int height = 0;
  ptrdiff_t stride = 0;  ///< bytes from one row to the next; may be negative (bottom-up pictures)
  PixelFormat format = PixelFormat::rgb8;

  const uint8_t* row(int y) const { return data + y * stride; }
  /// The same pixels, `columns` x `rows` of them from (left, top); Error(usage) when not inside.
  ImageView crop(int left, int top, int columns, int rows) const;
};

/// Throws Error(usage) when the view has no pixels, a null pointer, rows that overlap or sides
/// beyond the limits: for views that come from outside (C interface, Python).
void check_view(const ImageView& view);

/// Writes one row of a view as `width` RGB pixels.
void copy_row_as_rgb(const ImageView& view, int y, uint8_t* rgb);

/// Owner of rows of T: height x width, dense, row-major. Uninitialised until written.
template <typename T>
class Grid {
 public:
  Grid() = default;
  /// Throws Error(input) beyond the limits of check_size, Error(resource) without memory.
  Grid(int width, int height)
      : width_(width), height_(height), data_(checked_count(width, height), "a picture") {}

  int width() const { return width_; }
  int height() const { return height_; }
  size_t size() const { return data_.size(); }
  bool empty() const { return data_.size() == 0; }
  T* data() { return data_.data(); }
  const T* data() const { return data_.data(); }
  T* row(int y) { return data() + static_cast<ptrdiff_t>(y) * width_; }
  const T* row(int y) const { return data() + static_cast<ptrdiff_t>(y) * width_; }
  T& at(int x, int y) { return row(y)[x]; }
  const T& at(int x, int y) const { return row(y)[x]; }
  std::span<T> span() { return data_.span(); }
  std::span<const T> span() const { return data_.span(); }

 private:
  static size_t checked_count(int width, int height) {
    check_size(width, height, "picture");
    return static_cast<size_t>(width) * static_cast<size_t>(height);
  }

  int width_ = 0;
  int height_ = 0;
  Buffer<T> data_;
};

using Plane = Grid<float>;      ///< depth, scores: one float32 value per pixel
using Gray16 = Grid<uint16_t>;  ///< 16-bit grey picture
using Labels = Grid<uint16_t>;  ///< annotation values: 0 none, class + 1

/// Owner of an RGB picture: height x width x 3 bytes, interleaved, dense. Movable, not copyable.
class Image {
 public:
  Image() = default;
  /// Uninitialised. Throws Error(input) beyond the limits, Error(resource) without memory.
  Image(int width, int height);

  int width() const { return width_; }
  int height() const { return height_; }
  bool empty() const { return data_.size() == 0; }
  size_t bytes() const { return data_.size(); }
  uint8_t* data() { return data_.data(); }
  const uint8_t* data() const { return data_.data(); }
  uint8_t* row(int y) { return data() + y * stride(); }
  const uint8_t* row(int y) const { return data() + y * stride(); }
  ptrdiff_t stride() const { return static_cast<ptrdiff_t>(width_) * 3; }
  ImageView view() const { return {data(), width_, height_, stride(), PixelFormat::rgb8}; }
  // NOLINTNEXTLINE(google-explicit-constructor): an Image serves wherever a view is asked for.
  operator ImageView() const { return view(); }

 private:
  int width_ = 0;
  int height_ = 0;
  Buffer<uint8_t> data_;
};

}  // namespace dpt::image
