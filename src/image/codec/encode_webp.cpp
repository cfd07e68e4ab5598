#include <webp/encode.h>

#include <cstdint>
#include <memory>
#include <new>

#include "base/error.h"
#include "image/codec/encode_picture.h"

namespace dpt::image {

namespace {

/// Of 0 (fast) to 9 (small): 12 megapixels of coloured depth take about as long as a PNG.
constexpr int effort = 1;

struct FreePicture {
  void operator()(WebPPicture* picture) const { WebPPictureFree(picture); }
};

int append(const uint8_t* data, size_t size, const WebPPicture* picture) {
  auto& bytes = *static_cast<Bytes*>(picture->custom_ptr);
  try {
    const auto* begin = reinterpret_cast<const std::byte*>(data);
    bytes.insert(bytes.end(), begin, begin + size);
    return 1;
  } catch (const std::bad_alloc&) {
    return 0;
  }
}

[[noreturn]] void fail_encoding(const WebPPicture& picture) {
  const bool no_memory = picture.error_code == VP8_ENC_ERROR_OUT_OF_MEMORY ||
                         picture.error_code == VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY ||
                         picture.error_code == VP8_ENC_ERROR_BAD_WRITE;
  if (no_memory) fail(ErrorKind::resource, "not enough memory to encode a WebP picture");
  fail(ErrorKind::input, "cannot encode the WebP picture (libwebp's error {})",
       static_cast<int>(picture.error_code));
}

void fill(const ImageView& image, WebPPicture& picture) {
  const int channels = channels_of(image.format);
  const auto [r, g, b] = channel_offsets(image.format);
  for (int y = 0; y < image.height; ++y) {
    const uint8_t* pixel = image.row(y);
    uint32_t* row = picture.argb + ptrdiff_t{y} * picture.argb_stride;
    for (int x = 0; x < image.width; ++x, pixel += channels) {
      const uint32_t alpha = channels == 4 ? pixel[3] : 255;
      row[x] = alpha << 24 | uint32_t{pixel[r]} << 16 | uint32_t{pixel[g]} << 8 | pixel[b];
    }
  }
}

}  // namespace

Bytes encode_webp(const ImageView& image) {
  check_view(image);
  if (image.width > WEBP_MAX_DIMENSION || image.height > WEBP_MAX_DIMENSION) {
    fail(ErrorKind::input, "a picture of {}x{} does not fit into WebP, expected sides of up to {}",
         image.width, image.height, WEBP_MAX_DIMENSION);
  }
  WebPConfig config;
  WebPPicture picture;
  if (WebPConfigInit(&config) == 0 || WebPConfigLosslessPreset(&config, effort) == 0 ||
      WebPPictureInit(&picture) == 0) {
    fail(ErrorKind::resource, "the WebP library is of another version than its headers");
  }
  config.exact = 1;  // colours below alpha 0 stay
  const std::unique_ptr<WebPPicture, FreePicture> freed(&picture);
  picture.use_argb = 1;
  picture.width = image.width;
  picture.height = image.height;
  Bytes bytes;
  picture.writer = append;
  picture.custom_ptr = &bytes;
  if (WebPPictureAlloc(&picture) == 0) fail_encoding(picture);
  fill(image, picture);
  if (WebPEncode(&config, &picture) == 0) fail_encoding(picture);
  return bytes;
}

}  // namespace dpt::image
