// ADE20K: colours and class names (specification, appendix A).
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "image/image.h"

namespace dpt::image {

/// 151 entries by annotation value; 0 (no class) is black.
std::span<const Rgb> ade20k_palette();

/// 150 names by class, i.e. annotation value - 1.
std::span<const std::string_view> ade20k_names();

/// Colour of an annotation value of any model: entry 0 black, values beyond 150 begin again at 1.
Rgb palette_color(unsigned value);

/// palette_color of 0 .. count - 1, for encode_png_labels and overlay.
std::vector<Rgb> make_palette(int count);

}  // namespace dpt::image
