#include "image/codec/heif/recover_yuv.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace dpt::image {

namespace {

/// What red and blue add to luma (ITU-T H.273, table 4).
struct Weights {
  float red, blue;
  float green() const { return 1 - red - blue; }
  float u_in_blue() const { return 2 * (1 - blue); }
  float v_in_red() const { return 2 * (1 - red); }
  float u_in_green() const { return blue * u_in_blue() / green(); }
  float v_in_green() const { return red * v_in_red() / green(); }
};

Weights weights_of(YuvMatrix matrix) {
  switch (matrix) {
    case YuvMatrix::bt709:
      return {0.2126F, 0.0722F};
    case YuvMatrix::bt2020:
      return {0.2627F, 0.0593F};
    case YuvMatrix::bt601:
      break;
  }
  return {0.299F, 0.114F};
}

struct Chroma {
  float u = 0, v = 0;
};

class Recovery {
 public:
  explicit Recovery(const RgbPlanes& rgb)
      : rgb_(rgb),
        weights_(weights_of(rgb.matrix)),
        largest_(static_cast<float>((1 << rgb.depth) - 1)),
        unit_(static_cast<float>(1 << (rgb.depth - 8))) {}

  /// Of the block's pixels that are not cut, or of all where every one is.
  Chroma chroma_of(int left, int top, int right, int bottom) const {
    Chroma whole, cut;
    int whole_pixels = 0;
    for (int y = top; y < bottom; ++y) {
      for (int x = left; x < right; ++x) {
        const Pixel pixel = at(x, y);
        const float luma = plain_luma(pixel);
        Chroma& sum = is_cut(pixel) ? cut : whole;
        whole_pixels += is_cut(pixel) ? 0 : 1;
        sum.u += (pixel.blue - luma) / weights_.u_in_blue();
        sum.v += (pixel.red - luma) / weights_.v_in_red();
      }
    }
    const int pixels = whole_pixels > 0 ? whole_pixels : (right - left) * (bottom - top);
    const Chroma& sum = whole_pixels > 0 ? whole : cut;
    return {sum.u / static_cast<float>(pixels), sum.v / static_cast<float>(pixels)};
  }

  /// From the colours that are not cut.
  float luma_of(int x, int y, Chroma chroma) const {
    const Pixel pixel = at(x, y);
    if (!is_cut(pixel)) return plain_luma(pixel);
    float sum = 0;
    int known = 0;
    const auto add = [&](float colour, float without_chroma) {
      if (is_cut(colour)) return;
      sum += without_chroma;
      ++known;
    };
    add(pixel.red, pixel.red - weights_.v_in_red() * chroma.v);
    add(pixel.green,
        pixel.green + weights_.u_in_green() * chroma.u + weights_.v_in_green() * chroma.v);
    add(pixel.blue, pixel.blue - weights_.u_in_blue() * chroma.u);
    return known > 0 ? sum / static_cast<float>(known) : plain_luma(pixel);
  }

  uint8_t luma_sample(float luma) const {
    return sample(rgb_.full_range ? luma : luma * 219 / 256 + 16 * unit_);
  }
  uint8_t chroma_sample(float chroma) const {
    return sample((rgb_.full_range ? chroma : chroma * 224 / 256) + 128 * unit_);
  }

 private:
  struct Pixel {
    float red, green, blue;
  };

  float value(size_t plane, int x, int y) const {
    const YuvPicture::Plane& from = rgb_.planes[plane];
    const uint8_t* row = from.data + y * from.stride;
    if (rgb_.depth == 8) return row[x];
    uint16_t sample = 0;
    std::memcpy(&sample, row + ptrdiff_t{2} * x, sizeof(sample));
    return sample;
  }
  Pixel at(int x, int y) const { return {value(0, x, y), value(1, x, y), value(2, x, y)}; }
  bool is_cut(float colour) const { return colour <= 0 || colour >= largest_; }
  bool is_cut(const Pixel& pixel) const {
    return is_cut(pixel.red) || is_cut(pixel.green) || is_cut(pixel.blue);
  }
  float plain_luma(const Pixel& pixel) const {
    return weights_.red * pixel.red + weights_.green() * pixel.green + weights_.blue * pixel.blue;
  }
  /// The coded number without the bits below 8.
  uint8_t sample(float value) const {
    const float coded = std::floor(std::clamp(value, 0.0F, largest_) + 0.5F);
    return static_cast<uint8_t>(static_cast<int>(coded) >> (rgb_.depth - 8));
  }

  const RgbPlanes& rgb_;
  Weights weights_;
  float largest_;
  float unit_;
};

}  // namespace

RecoveredYuv::RecoveredYuv(const RgbPlanes& rgb)
    : width_(rgb.width),
      height_(rgb.height),
      half_width_(rgb.half_width),
      half_height_(rgb.half_height),
      matrix_(rgb.matrix),
      full_range_(rgb.full_range) {
  const int wide = half_width_ ? 2 : 1;
  const int high = half_height_ ? 2 : 1;
  const Recovery recovery(rgb);
  const auto columns = static_cast<size_t>(width_);
  planes_[0].resize(columns * static_cast<size_t>(height_));
  for (int top = 0; top < height_; top += high) {
    const int bottom = std::min(top + high, height_);
    for (int left = 0; left < width_; left += wide) {
      const int right = std::min(left + wide, width_);
      const Chroma chroma = recovery.chroma_of(left, top, right, bottom);
      planes_[1].push_back(recovery.chroma_sample(chroma.u));
      planes_[2].push_back(recovery.chroma_sample(chroma.v));
      for (int y = top; y < bottom; ++y) {
        for (int x = left; x < right; ++x) {
          planes_[0][static_cast<size_t>(y) * columns + static_cast<size_t>(x)] =
              recovery.luma_sample(recovery.luma_of(x, y, chroma));
        }
      }
    }
  }
}

YuvPicture RecoveredYuv::picture() const {
  YuvPicture picture;
  picture.width = width_;
  picture.height = height_;
  picture.half_width = half_width_;
  picture.half_height = half_height_;
  picture.matrix = matrix_;
  picture.full_range = full_range_;
  for (size_t i = 0; i < 3; ++i) {
    const int columns = i > 0 && half_width_ ? (width_ + 1) / 2 : width_;
    picture.planes[i] = {planes_[i].data(), columns};
  }
  return picture;
}

}  // namespace dpt::image
