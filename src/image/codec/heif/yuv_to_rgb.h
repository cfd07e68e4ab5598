// Planes of luma and chroma to RGB with the arithmetic that AVIF pictures get in OpenCV (libavif
// with libyuv).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "image/image.h"

namespace dpt::image {

/// Matrix coefficients of ITU-T H.273.
enum class YuvMatrix : uint8_t { bt601, bt709, bt2020 };

struct YuvPicture {
  struct Plane {
    const uint8_t* data = nullptr;  ///< uint16 in the machine's order where depth > 8
    ptrdiff_t stride = 0;           ///< bytes
  };

  int width = 0;
  int height = 0;
  int depth = 8;  ///< bits of a sample, 8 to 16
  bool is_gray = false;
  bool half_width = false;  ///< of the chroma planes: (width + 1) / 2
  bool half_height = false;
  std::array<Plane, 3> planes;  ///< Y, Cb, Cr
  YuvMatrix matrix = YuvMatrix::bt601;
  bool full_range = true;
};

/// Samples of more than 8 bits lose their lower bits first; chroma between samples is interpolated
/// (9, 3, 3, 1 sixteenths), but for the last column, which is that of the nearest sample.
Image to_rgb(const YuvPicture& picture);

}  // namespace dpt::image
