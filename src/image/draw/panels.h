// Several pictures as one.
#pragma once

#include <span>

#include "image/image.h"

namespace dpt::image {

/// From left to right, their upper edges in line; what is left free below smaller ones is black.
/// Throws Error(usage) without pictures, Error(input) when the result is beyond the limits.
Image beside(std::span<const ImageView> pictures);

/// From top to bottom, their left edges in line.
Image stacked(std::span<const ImageView> pictures);

/// picture + alpha * (over - picture), rounded. Throws Error(usage) when the sizes differ or alpha
/// is outside [0, 1].
Image blend(const ImageView& picture, const ImageView& over, float alpha);

}  // namespace dpt::image
