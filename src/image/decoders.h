// The decoders behind read.h, one per format. All throw Error(input) that begins with `name`.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "image/exif.h"
#include "image/image.h"

namespace dpt::image {

struct Source {
  std::span<const std::byte> bytes;
  std::string_view name;  ///< printable
};

struct Decoded {
  Image image;  ///< as stored
  Exif exif;
};

Decoded decode_bmp(const Source& source);
Decoded decode_heif(const Source& source);
Decoded decode_jpeg(const Source& source);
Decoded decode_png(const Source& source);
Decoded decode_pnm(const Source& source);
Decoded decode_tiff(const Source& source);
Decoded decode_webp(const Source& source);

}  // namespace dpt::image
