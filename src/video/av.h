// FFmpeg's objects, freed by themselves, and its error codes as Errors. Only for this folder.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/opt.h>
#include <libavutil/parseutils.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
}

#include <memory>
#include <span>
#include <string>

#include "base/error.h"

namespace dpt::video {

struct AvFree {
  void operator()(AVCodecContext* p) const { avcodec_free_context(&p); }
  void operator()(AVCodecParameters* p) const { avcodec_parameters_free(&p); }
  void operator()(AVFrame* p) const { av_frame_free(&p); }
  void operator()(AVPacket* p) const { av_packet_free(&p); }
  void operator()(SwsContext* p) const { sws_freeContext(p); }
};
using CodecContext = std::unique_ptr<AVCodecContext, AvFree>;
using ParametersPtr = std::unique_ptr<AVCodecParameters, AvFree>;
using FramePtr = std::unique_ptr<AVFrame, AvFree>;
using PacketPtr = std::unique_ptr<AVPacket, AvFree>;
using Scaler = std::unique_ptr<SwsContext, AvFree>;

/// FFmpeg's allocating functions give null without memory.
template <typename T>
T* allocated(T* pointer) {
  if (pointer == nullptr) fail(ErrorKind::resource, "not enough memory for video");
  return pointer;
}

std::string av_error_text(int code);

/// Throws Error(input) "NAME: cannot ACTION: reason" for negative codes, Error(resource) without
/// memory; else gives the code back.
int check(int code, const std::string& name, const char* action);

/// What an encoder takes; empty: anything.
std::span<const AVPixelFormat> pixel_formats_of(const AVCodec& codec);
std::span<const AVSampleFormat> sample_formats_of(const AVCodec& codec);
std::span<const int> sample_rates_of(const AVCodec& codec);
std::span<const AVChannelLayout> channel_layouts_of(const AVCodec& codec);

/// Silences FFmpeg's own messages, makes devices and networks known; once.
void prepare_ffmpeg();

}  // namespace dpt::video
