// libspng contexts as owners, and its errors as ours.
#pragma once

#include <spng.h>

#include <memory>

#include "image/decoders.h"

namespace dpt::image {

struct FreePng {
  void operator()(spng_ctx* context) const { spng_ctx_free(context); }
};
using PngContext = std::unique_ptr<spng_ctx, FreePng>;

/// A decoder of the source with our limits.
PngContext open_png(const Source& source);

/// Throws Error(input) unless `code` is SPNG_OK.
void check_png(int code, std::string_view name);

/// The header, its size checked.
spng_ihdr png_header(spng_ctx* context, std::string_view name);

}  // namespace dpt::image
