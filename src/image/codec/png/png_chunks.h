// The chunks of a PNG file, apart: those that carry pixels for the decoder, the others for whoever
// wants them. A chunk without pixels decides nothing about the picture, whatever is wrong with it.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "image/codec/exif.h"
#include "image/codec/write.h"

namespace dpt::image {

struct PngChunk {
  std::string_view type;            ///< four letters
  std::span<const std::byte> data;  ///< without length, type and checksum
  std::span<const std::byte> whole;

  bool is_critical() const { return (static_cast<unsigned char>(type[0]) & 0x20U) == 0; }
  /// Whether the checksum is that of type and data.
  bool is_intact() const;
};

/// The chunks in order, up to the end chunk or to where no whole chunk follows.
class PngChunks {
 public:
  explicit PngChunks(std::span<const std::byte> png);
  std::optional<PngChunk> next();
  /// What next() has not given.
  std::span<const std::byte> rest() const { return rest_; }

 private:
  std::span<const std::byte> rest_;
};

/// What a decoder of pixels is to see of a file: its critical chunks, a palette only where pixels
/// name its entries, and an end. Where the pixels are not there, the file's own end.
class PngPixelStream {
 public:
  explicit PngPixelStream(std::span<const std::byte> png);
  /// Fills `out`; false where fewer bytes are left.
  bool read(std::span<std::byte> out);

 private:
  std::span<const std::byte> next_piece();
  bool wants(const PngChunk& chunk);
  std::span<const std::byte> usable_palette(const PngChunk& chunk);

  PngChunks chunks_;
  std::span<const std::byte> piece_;
  enum class Place { before_pixels, pixels, end } place_ = Place::before_pixels;
  unsigned depth_ = 8;
  bool is_indexed_ = false;
  std::vector<std::byte> palette_;
};

/// Of the first intact eXIf chunk, if any.
Exif png_exif(std::span<const std::byte> png);

/// The intact tEXt, zTXt and iTXt chunks, in order; those that are too large or damaged are left
/// out.
TextChunks png_text(std::span<const std::byte> png);

}  // namespace dpt::image
