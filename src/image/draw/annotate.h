// What helps to read a picture of depth.
#pragma once

#include <string>
#include <string_view>

#include "image/draw/colormap.h"
#include "image/image.h"

namespace dpt::image {

/// White lines where depth crosses one of `count` values that divide the range evenly.
void draw_contours(Image& picture, const Plane& depth, Range range, int count);

/// A strip as high as `height` that shows which colour stands for which value: the map from its
/// last colour (above) to its first, with five values and the unit. Black on white.
Image scale_bar(int height, Colormap map, Range range, std::string_view unit);

/// The picture with a line of text above it, black on white, cut to its width.
Image captioned(const ImageView& picture, std::string_view text);

}  // namespace dpt::image
