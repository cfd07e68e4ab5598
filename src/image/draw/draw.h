// Rectangles and letters in pictures.
#pragma once

#include <string_view>

#include "image/image.h"

namespace dpt::image {

/// Pixels outside the picture are left out.
void fill_rectangle(Image& image, int left, int top, int width, int height, Rgb color);

/// Letters of image/font.h, each of their pixels `scale` pixels large.
void draw_text(Image& image, int left, int top, std::string_view text, int scale, Rgb color = {});
int text_width(std::string_view text, int scale);
int text_height(int scale);

}  // namespace dpt::image
