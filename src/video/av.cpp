#include "video/av.h"

extern "C" {
#include <libavdevice/avdevice.h>
}

#include <array>

namespace dpt::video {

namespace {

#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100)
template <typename T>
std::span<const T> supported(const AVCodec& codec, AVCodecConfig what) {
  const void* list = nullptr;
  int count = 0;
  if (avcodec_get_supported_config(nullptr, &codec, what, 0, &list, &count) < 0) return {};
  if (list == nullptr) return {};
  return {static_cast<const T*>(list), static_cast<size_t>(count)};
}
#else
/// Lists end with an entry that is none.
template <typename T, typename IsEnd>
std::span<const T> ended(const T* list, const IsEnd& is_end) {
  size_t count = 0;
  while (list != nullptr && !is_end(list[count])) ++count;
  return {list, count};
}
#endif

}  // namespace

#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100)
std::span<const AVPixelFormat> pixel_formats_of(const AVCodec& codec) {
  return supported<AVPixelFormat>(codec, AV_CODEC_CONFIG_PIX_FORMAT);
}
std::span<const AVSampleFormat> sample_formats_of(const AVCodec& codec) {
  return supported<AVSampleFormat>(codec, AV_CODEC_CONFIG_SAMPLE_FORMAT);
}
std::span<const int> sample_rates_of(const AVCodec& codec) {
  return supported<int>(codec, AV_CODEC_CONFIG_SAMPLE_RATE);
}
std::span<const AVChannelLayout> channel_layouts_of(const AVCodec& codec) {
  return supported<AVChannelLayout>(codec, AV_CODEC_CONFIG_CHANNEL_LAYOUT);
}
#else
std::span<const AVPixelFormat> pixel_formats_of(const AVCodec& codec) {
  return ended(codec.pix_fmts, [](AVPixelFormat f) { return f == AV_PIX_FMT_NONE; });
}
std::span<const AVSampleFormat> sample_formats_of(const AVCodec& codec) {
  return ended(codec.sample_fmts, [](AVSampleFormat f) { return f == AV_SAMPLE_FMT_NONE; });
}
std::span<const int> sample_rates_of(const AVCodec& codec) {
  return ended(codec.supported_samplerates, [](int rate) { return rate == 0; });
}
std::span<const AVChannelLayout> channel_layouts_of(const AVCodec& codec) {
  return ended(codec.ch_layouts, [](const AVChannelLayout& l) { return l.nb_channels == 0; });
}
#endif

std::string av_error_text(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  return text.data();
}

int check(int code, const std::string& name, const char* action) {
  if (code >= 0) return code;
  if (code == AVERROR(ENOMEM)) fail(ErrorKind::resource, "{}: not enough memory", name);
  fail(ErrorKind::input, "{}: cannot {}: {}", name, action, av_error_text(code));
}

void prepare_ffmpeg() {
  static const bool done = [] {
    av_log_set_level(AV_LOG_QUIET);
    avdevice_register_all();
    avformat_network_init();
    return true;
  }();
  (void)done;
}

}  // namespace dpt::video
