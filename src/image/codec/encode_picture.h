// Pictures to look at: PNG, JPEG and WebP.
#pragma once

#include <array>
#include <string_view>

#include "image/codec/write.h"

namespace dpt::image {

/// JPEG of quality 1 to 100, RGB without alpha, colour at full size (4:4:4).
Bytes encode_jpeg(const ImageView& image, int quality = 90);

/// WebP without loss; views with alpha keep it. Throws Error(input) where a side exceeds WebP's
/// 16383.
Bytes encode_webp(const ImageView& image);

/// The formats of encode_picture(), the default first.
inline constexpr std::array<std::string_view, 4> picture_formats = {"png", "jpg", "jpeg", "webp"};

/// The picture in one of picture_formats; `png` is for that one. Throws Error(usage) for another.
Bytes encode_picture(const ImageView& image, std::string_view format, const PngOptions& png = {});

}  // namespace dpt::image
