// Luma and chroma of pictures that libheif gives as RGB only.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "image/codec/heif/yuv_to_rgb.h"

namespace dpt::image {

/// Planes that were coded as luma and chroma, and how.
struct RgbPlanes {
  int width = 0;
  int height = 0;
  int depth = 8;                            ///< bits of a sample, 8 to 16
  std::array<YuvPicture::Plane, 3> planes;  ///< R, G, B
  bool half_width = false;                  ///< of the chroma that was coded
  bool half_height = false;
  YuvMatrix matrix = YuvMatrix::bt601;
  bool full_range = true;
};

/// 8 bits of each sample that was coded. libheif (1.15) repeats a sample of chroma over its block
/// and stretches limited range by 256/219 and 256/224; undoing both gives the coded values back
/// (but for blocks in which every pixel was cut at 0 or the largest value), so that they can be
/// made RGB as OpenCV makes them.
class RecoveredYuv {
 public:
  explicit RecoveredYuv(const RgbPlanes& rgb);
  YuvPicture picture() const;

 private:
  int width_, height_;
  bool half_width_, half_height_;
  YuvMatrix matrix_;
  bool full_range_;
  std::array<std::vector<uint8_t>, 3> planes_;
};

}  // namespace dpt::image
