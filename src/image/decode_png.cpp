#include <new>

#include "base/error.h"
#include "image/exif.h"
#include "image/png_context.h"

namespace dpt::image {

PngContext open_png(const Source& source) {
  PngContext context(spng_ctx_new(0));
  if (context == nullptr) throw std::bad_alloc();
  constexpr size_t max_chunk_bytes = size_t{1} << 26;  // text, profiles, EXIF, decompressed
  spng_set_image_limits(context.get(), max_side, max_side);
  spng_set_chunk_limits(context.get(), max_chunk_bytes, max_chunk_bytes);
  // A damaged comment does not spoil the picture.
  spng_set_crc_action(context.get(), SPNG_CRC_ERROR, SPNG_CRC_DISCARD);
  check_png(spng_set_png_buffer(context.get(), source.bytes.data(), source.bytes.size()),
            source.name);
  return context;
}

void check_png(int code, std::string_view name) {
  if (code == SPNG_OK) return;
  if (code == SPNG_IO_EOF || code == SPNG_EIDAT_TOO_SHORT) {
    fail(ErrorKind::input, "{}: the PNG file ends too early", name);
  }
  fail(ErrorKind::input, "{}: cannot decode the PNG file: {}", name, spng_strerror(code));
}

spng_ihdr png_header(spng_ctx* context, std::string_view name) {
  spng_ihdr header{};
  check_png(spng_get_ihdr(context, &header), name);
  check_size(header.width, header.height, name);
  return header;
}

Decoded decode_png(const Source& source) {
  const PngContext context = open_png(source);
  const spng_ihdr header = png_header(context.get(), source.name);
  Decoded out;
  out.image = Image(static_cast<int>(header.width), static_cast<int>(header.height));
  check_png(spng_decode_image(context.get(), out.image.data(), out.image.bytes(), SPNG_FMT_RGB8, 0),
            source.name);
  check_png(spng_decode_chunks(context.get()), source.name);
  spng_exif exif{};
  if (spng_get_exif(context.get(), &exif) == SPNG_OK) {
    out.exif = read_exif(std::as_bytes(std::span(exif.data, exif.length)));
  }
  return out;
}

}  // namespace dpt::image
