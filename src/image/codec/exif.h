// The orientation of a picture: read from EXIF data, applied to pixels.
#pragma once

#include <cstddef>
#include <span>

#include "image/image.h"

namespace dpt::image {

/// What of a picture's EXIF data is used.
struct Exif {
  int orientation = 1;  ///< tag 0x0112, 1 to 8
  double focal_35mm =
      0;  ///< tag 0xA405: focal length in mm of the same angle on 35 mm film; 0: unknown
};

/// From a TIFF structure as EXIF stores it, "Exif\0\0" in front allowed; what is damaged is
/// unknown.
Exif read_exif(std::span<const std::byte> bytes);

/// Orientation tag (0x0112) of a TIFF structure as EXIF stores it, "Exif\0\0" in front allowed: 1
/// to 8, and 1 for anything else, damaged data included.
int exif_orientation(std::span<const std::byte> tiff);

/// The picture as it is to be seen; 1 (or no orientation at all) returns it as it is.
Image apply_orientation(Image image, int orientation);

}  // namespace dpt::image
