// libspng: contexts as owners, and a decoder of the pixels alone.
#pragma once

#include <spng.h>

#include <memory>

#include "image/codec/decoders.h"
#include "image/codec/png/png_chunks.h"

namespace dpt::image {

struct FreePng {
  void operator()(spng_ctx* context) const { spng_ctx_free(context); }
};
using PngContext = std::unique_ptr<spng_ctx, FreePng>;

/// A decoder of the pixels of a PNG file, with our limits. Everything else in the file is hidden
/// from it.
class PngDecoder {
 public:
  explicit PngDecoder(const Source& source);

  /// The header, its size checked.
  spng_ihdr header();
  /// All pixels into `out`, whose size is that of the format (spng_format).
  void decode(std::span<uint8_t> out, int format);
  /// Bytes that decode() writes.
  size_t decoded_size(int format);

 private:
  void check(int code) const;

  std::string_view name_;
  PngPixelStream stream_;
  PngContext context_;
};

}  // namespace dpt::image
