#include <webp/decode.h>
#include <webp/demux.h>

#include <cstring>
#include <memory>

#include "base/error.h"
#include "image/codec/decoders.h"
#include "image/codec/exif.h"

namespace dpt::image {

namespace {

struct FreeDemuxer {
  void operator()(WebPDemuxer* demuxer) const { WebPDemuxDelete(demuxer); }
};
struct FreeAnimation {
  void operator()(WebPAnimDecoder* decoder) const { WebPAnimDecoderDelete(decoder); }
};

WebPData data_of(const Source& source) {
  return {reinterpret_cast<const uint8_t*>(source.bytes.data()), source.bytes.size()};
}

[[noreturn]] void fail_decoding(const Source& source) {
  fail(ErrorKind::input, "{}: the WebP file ends too early or is damaged", source.name);
}

void decode_still(const Source& source, Image& image) {
  const WebPData data = data_of(source);
  if (WebPDecodeRGBInto(data.bytes, data.size, image.data(), image.bytes(),
                        static_cast<int>(image.stride())) == nullptr) {
    fail_decoding(source);
  }
}

/// The first picture of an animation, on the animation's canvas.
void decode_first_frame(const Source& source, Image& image) {
  const WebPData data = data_of(source);
  WebPAnimDecoderOptions options;
  WebPAnimDecoderOptionsInit(&options);
  const std::unique_ptr<WebPAnimDecoder, FreeAnimation> decoder(
      WebPAnimDecoderNew(&data, &options));
  uint8_t* canvas = nullptr;
  int time = 0;
  if (decoder == nullptr || WebPAnimDecoderGetNext(decoder.get(), &canvas, &time) == 0) {
    fail_decoding(source);
  }
  const ImageView view{canvas, image.width(), image.height(), ptrdiff_t{image.width()} * 4,
                       PixelFormat::rgba8};
  for (int y = 0; y < image.height(); ++y) copy_row_as_rgb(view, y, image.row(y));
}

/// Of as many chunks as can be told apart; the pixels need none of them.
Exif exif_of(const Source& source) {
  const WebPData data = data_of(source);
  WebPDemuxState state{};
  const std::unique_ptr<WebPDemuxer, FreeDemuxer> demuxer(WebPDemuxPartial(&data, &state));
  WebPChunkIterator chunk{};
  if (demuxer == nullptr || WebPDemuxGetChunk(demuxer.get(), "EXIF", 1, &chunk) == 0) return {};
  const Exif exif = read_exif(std::as_bytes(std::span(chunk.chunk.bytes, chunk.chunk.size)));
  WebPDemuxReleaseChunkIterator(&chunk);
  return exif;
}

}  // namespace

Decoded decode_webp(const Source& source) {
  const WebPData data = data_of(source);
  WebPBitstreamFeatures features{};
  if (WebPGetFeatures(data.bytes, data.size, &features) != VP8_STATUS_OK) fail_decoding(source);
  check_size(features.width, features.height, source.name);
  Decoded out;
  out.exif = exif_of(source);
  out.image = Image(features.width, features.height);
  if (features.has_animation != 0) {
    decode_first_frame(source, out.image);
  } else {
    decode_still(source, out.image);
  }
  return out;
}

}  // namespace dpt::image
