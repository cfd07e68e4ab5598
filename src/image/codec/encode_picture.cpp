#include "image/codec/encode_picture.h"

#include <fmt/format.h>

#include "base/error.h"

namespace dpt::image {

Bytes encode_picture(const ImageView& image, std::string_view format, const PngOptions& png) {
  if (format == "png") return encode_png(image, png);
  if (format == "jpg" || format == "jpeg") return encode_jpeg(image);
  if (format == "webp") return encode_webp(image);
  fail(ErrorKind::usage, "no pictures to look at are written as .{}, expected .{}",
       printable(format), fmt::join(picture_formats, ", ."));
}

}  // namespace dpt::image
