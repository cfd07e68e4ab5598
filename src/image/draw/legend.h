// A picture that explains the colours of a segmentation.
#pragma once

#include <span>
#include <string>

#include "image/image.h"

namespace dpt::image {

struct LegendEntry {
  Rgb color;
  std::string name;  ///< characters outside ASCII 32..126 are drawn as '?'
  double share = 0;  ///< of the picture, 0 to 1
};

/// One line per entry: swatch, name, share in percent. Black on white; as wide as the longest name
/// (cut at 60 characters) needs; entries beyond the 2338 that fit are left out. No entries: a
/// picture that says so.
Image draw_legend(std::span<const LegendEntry> entries);

}  // namespace dpt::image
