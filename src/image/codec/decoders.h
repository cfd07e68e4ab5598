// The decoders behind read.h, one per format. All throw Error(input) that begins with `name`.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "image/codec/exif.h"
#include "image/codec/write.h"
#include "image/image.h"

namespace dpt::image {

struct Source {
  std::span<const std::byte> bytes;
  std::string_view name;  ///< printable
};

struct Decoded {
  Image image;  ///< as stored
  Exif exif{};
  TextChunks text{};  ///< of a PNG
  /// That the file's header allows, where the 8 bits that are read of it may leave out much; else
  /// 0.
  int largest_sample = 0;
  std::vector<std::string> notes{};  ///< each begins with the file's name
};

Decoded decode_bmp(const Source& source);
Decoded decode_heif(const Source& source);
Decoded decode_jpeg(const Source& source);
Decoded decode_png(const Source& source);
Decoded decode_pnm(const Source& source);
Decoded decode_tiff(const Source& source);
Decoded decode_webp(const Source& source);

}  // namespace dpt::image
