#include "image/codec/read_depth.h"

#include <algorithm>
#include <string>

#include "base/error.h"
#include "base/file/file.h"
#include "image/codec/png/png_decoder.h"
#include "image/codec/read.h"

namespace dpt::image {

namespace {

/// Spreads rows of samples packed as the file has them. `bits`: 1 to 16.
void unpack_row(const uint8_t* packed, int bits, int width, uint16_t* out) {
  for (int x = 0; x < width; ++x) {
    if (bits == 16) {
      out[x] = static_cast<uint16_t>(packed[2 * x] << 8 | packed[2 * x + 1]);
      continue;
    }
    const int bit = x * bits;
    out[x] = static_cast<uint16_t>(packed[bit / 8] >> (8 - bits - bit % 8) & ((1 << bits) - 1));
  }
}

}  // namespace

GrayPng decode_png_gray(std::span<const std::byte> bytes, std::string_view name,
                        std::optional<Content> wanted) {
  const std::string shown = printable(name, 1000);
  PngDecoder decoder({bytes, shown});
  const spng_ihdr header = decoder.header();
  TextChunks text = png_text(bytes);
  if (wanted) expect_content(text, *wanted, shown);
  if (header.color_type != SPNG_COLOR_TYPE_GRAYSCALE &&
      header.color_type != SPNG_COLOR_TYPE_INDEXED) {
    fail(ErrorKind::input, "{}: PNG with colour type {}, expected grey or palette", shown,
         header.color_type);
  }
  GrayPng out;
  out.pixels = Gray16(static_cast<int>(header.width), static_cast<int>(header.height));
  Buffer<uint8_t> packed(decoder.decoded_size(SPNG_FMT_RAW), "a PNG");
  decoder.decode(packed.span(), SPNG_FMT_RAW);
  const size_t row_bytes = packed.size() / header.height;
  for (int y = 0; y < out.pixels.height(); ++y) {
    unpack_row(packed.data() + static_cast<size_t>(y) * row_bytes, header.bit_depth,
               out.pixels.width(), out.pixels.row(y));
  }
  out.text = std::move(text);
  return out;
}

DepthFile read_depth(const std::filesystem::path& path) {
  const std::vector<std::byte> bytes = read_file(path, max_file_bytes, ErrorKind::input);
  const std::string name = path.string();
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.starts_with("\x93NUMPY")) {
    return {to_plane(decode_npy(bytes, name))};
  }
  if (text.starts_with("PK")) return decode_npz(bytes, name);
  if (text.starts_with("\x76\x2f\x31\x01")) return decode_exr(bytes, name);
  if (text.starts_with("\x89PNG")) {
    GrayPng png = decode_png_gray(bytes, name, Content::depth);
    return {to_plane(std::move(png.pixels)), std::move(png.text), true};
  }
  if (text.starts_with("II") || text.starts_with("MM")) return decode_tiff_depth(bytes, name);
  if (text.starts_with("P")) return {decode_pfm(bytes, name)};
  fail(ErrorKind::input,
       "{}: is no depth file in a known format, expected PFM, NPY, NPZ, EXR, PNG or TIFF",
       printable(name, 1000));
}

}  // namespace dpt::image
