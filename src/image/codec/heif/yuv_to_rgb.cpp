#include "image/codec/heif/yuv_to_rgb.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace dpt::image {

namespace {

/// Colours are sums in units of 1/64 of a level.
struct Factors {
  int luma;  ///< of a luma of 16 bits, in 1/65536
  int offset;
  int blue_u, green_u, green_v, red_v;
};

/// libyuv's: the standards' numbers, rounded; blue in limited range is cut to 128, which its vector
/// code can hold.
Factors factors_of(YuvMatrix matrix, bool full_range) {
  switch (matrix) {
    case YuvMatrix::bt709:
      return full_range ? Factors{16320, 32, 119, 12, 30, 101}
                        : Factors{18997, -1160, 128, 14, 34, 115};
    case YuvMatrix::bt2020:
      return full_range ? Factors{16320, 32, 120, 11, 37, 94}
                        : Factors{19003, -1160, 128, 12, 42, 107};
    case YuvMatrix::bt601:
      break;
  }
  return full_range ? Factors{16320, 32, 113, 22, 46, 90} : Factors{18997, -1160, 128, 25, 52, 102};
}

class Converter {
 public:
  explicit Converter(const YuvPicture& picture)
      : picture_(picture),
        factors_(factors_of(picture.matrix, picture.full_range)),
        luma_(width()),
        columns_(picture.half_width ? (width() + 1) / 2 : width()),
        near_(columns_),
        far_(columns_),
        sums_(columns_) {
    for (auto& chroma : chroma_) chroma.resize(width());
  }

  void row(int y, uint8_t* rgb) {
    load(0, y, luma_);
    if (!picture_.is_gray) {
      for (int plane = 1; plane <= 2; ++plane) chroma_row(plane, y, chroma_[plane - 1]);
    }
    for (size_t x = 0; x < width(); ++x, rgb += 3) {
      const int light = (luma_[x] * 257 * factors_.luma >> 16) + factors_.offset;
      const int u = picture_.is_gray ? 0 : chroma_[0][x] - 128;
      const int v = picture_.is_gray ? 0 : chroma_[1][x] - 128;
      rgb[0] = level(light + v * factors_.red_v);
      rgb[1] = level(light - u * factors_.green_u - v * factors_.green_v);
      rgb[2] = level(light + u * factors_.blue_u);
    }
  }

 private:
  using Row = std::vector<int>;

  size_t width() const { return static_cast<size_t>(picture_.width); }
  static uint8_t level(int sum) { return static_cast<uint8_t>(std::clamp(sum >> 6, 0, 255)); }

  /// Samples as 8 bits.
  void load(int plane, int y, Row& out) const {
    const auto& from = picture_.planes[static_cast<size_t>(plane)];
    const uint8_t* row = from.data + y * from.stride;
    for (size_t x = 0; x < out.size(); ++x) {
      if (picture_.depth == 8) {
        out[x] = row[x];
      } else {
        uint16_t sample = 0;
        std::memcpy(&sample, row + 2 * x, sizeof(sample));
        out[x] = std::min(sample >> (picture_.depth - 8), 255);
      }
    }
  }

  /// The half-size sample beside the nearest one that a position lies towards; none at the edges.
  static int neighbour(int at, int size) {
    if (at == 0 || (at == size - 1 && at % 2 != 0)) return at / 2;
    return at % 2 != 0 ? at / 2 + 1 : at / 2 - 1;
  }

  void chroma_row(int plane, int y, Row& out) {
    if (!picture_.half_width && !picture_.half_height) return load(plane, y, out);
    load(plane, picture_.half_height ? y / 2 : y, near_);
    load(plane, picture_.half_height ? neighbour(y, picture_.height) : y, far_);
    for (size_t x = 0; x < columns_; ++x) sums_[x] = 3 * near_[x] + far_[x];
    for (size_t x = 0; x < width(); ++x) {
      size_t nearest = x;
      size_t next = x;
      if (picture_.half_width) {
        nearest = x / 2;
        const int position = static_cast<int>(x);
        next =
            x == width() - 1 ? nearest : static_cast<size_t>(neighbour(position, picture_.width));
      }
      out[x] = (3 * sums_[nearest] + sums_[next] + 8) >> 4;
    }
  }

  const YuvPicture& picture_;
  Factors factors_;
  Row luma_;
  size_t columns_;
  Row near_, far_, sums_;
  std::array<Row, 2> chroma_;
};

}  // namespace

Image to_rgb(const YuvPicture& picture) {
  Image out(picture.width, picture.height);
  Converter converter(picture);
  for (int y = 0; y < out.height(); ++y) converter.row(y, out.row(y));
  return out;
}

}  // namespace dpt::image
