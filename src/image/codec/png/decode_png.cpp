#include <new>

#include "base/error.h"
#include "image/codec/png/png_decoder.h"

namespace dpt::image {

namespace {

int read_stream(spng_ctx*, void* stream, void* out, size_t count) {
  const std::span bytes(static_cast<std::byte*>(out), count);
  return static_cast<PngPixelStream*>(stream)->read(bytes) ? 0 : SPNG_IO_EOF;
}

}  // namespace

PngDecoder::PngDecoder(const Source& source)
    : name_(source.name), stream_(source.bytes), context_(spng_ctx_new(0)) {
  if (context_ == nullptr) throw std::bad_alloc();
  spng_set_image_limits(context_.get(), max_side, max_side);
  // It takes memory for a chunk before it looks whether the file holds that: the one at a damaged
  // file's end is not hidden from it.
  constexpr size_t most_chunk_bytes = size_t{1} << 26;
  spng_set_chunk_limits(context_.get(), most_chunk_bytes, most_chunk_bytes);
  check(spng_set_png_stream(context_.get(), read_stream, &stream_));
}

void PngDecoder::check(int code) const {
  if (code == SPNG_OK) return;
  if (code == SPNG_IO_EOF || code == SPNG_EIDAT_TOO_SHORT) {
    fail(ErrorKind::input, "{}: the PNG file ends too early", name_);
  }
  fail(ErrorKind::input, "{}: cannot decode the PNG file: {}", name_, spng_strerror(code));
}

spng_ihdr PngDecoder::header() {
  spng_ihdr header{};
  check(spng_get_ihdr(context_.get(), &header));
  check_size(header.width, header.height, name_);
  return header;
}

size_t PngDecoder::decoded_size(int format) {
  size_t size = 0;
  check(spng_decoded_image_size(context_.get(), format, &size));
  return size;
}

void PngDecoder::decode(std::span<uint8_t> out, int format) {
  check(spng_decode_image(context_.get(), out.data(), out.size(), format, 0));
  check(spng_decode_chunks(context_.get()));  // with the last pixels' checksum
}

Decoded decode_png(const Source& source) {
  PngDecoder decoder(source);
  const spng_ihdr header = decoder.header();
  Decoded out;
  out.image = Image(static_cast<int>(header.width), static_cast<int>(header.height));
  decoder.decode({out.image.data(), out.image.bytes()}, SPNG_FMT_RGB8);
  out.exif = png_exif(source.bytes);
  out.text = png_text(source.bytes);
  if (header.bit_depth == 16) out.largest_sample = 65535;
  return out;
}

}  // namespace dpt::image
