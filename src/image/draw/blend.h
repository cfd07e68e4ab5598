// Segmentation drawn over the picture (specification 3.6).
#pragma once

#include <span>

#include "image/image.h"

namespace dpt::image {

/// picture + alpha * (colour - picture), truncated, with PIL's float32 arithmetic; the picture goes
/// through the script's uint8(255 * (x / 255)). Labels beyond the palette use `palette` from entry
/// 1 again. Error(usage) when the sizes differ, the palette has fewer than 2 entries or alpha is
/// outside [0, 1]. The script writes RGBA with alpha 255: PngOptions::add_alpha.
Image overlay(const ImageView& image, const Labels& labels, std::span<const Rgb> palette,
              float alpha = 0.5F);

}  // namespace dpt::image
