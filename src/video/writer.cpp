#include "video/writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <exception>
#include <mutex>
#include <optional>
#include <span>
#include <utility>

#include "base/file/file.h"
#include "base/file/folders.h"
#include "base/file/new_file.h"
#include "video/av.h"
#include "video/pixels.h"
#include "video/sound/tracks.h"

namespace dpt::video {

namespace fs = std::filesystem;

namespace {

const AVCodec* find_encoder(const AVOutputFormat& container, const WriterOptions& options) {
  if (!options.codec.empty()) {
    const AVCodec* codec = avcodec_find_encoder_by_name(options.codec.c_str());
    if (codec == nullptr || codec->type != AVMEDIA_TYPE_VIDEO) {
      fail(ErrorKind::usage, "{} {}: this FFmpeg has no such video encoder", options.names.codec,
           printable(options.codec));
    }
    if (avformat_query_codec(&container, codec->id, FF_COMPLIANCE_NORMAL) == 0) {
      fail(ErrorKind::usage, "{} {}: cannot be put in a .{} file", options.names.codec,
           printable(options.codec), container.name);
    }
    return codec;
  }
  for (const char* name : {"libx264", "libvpx-vp9"}) {
    const AVCodec* codec = avcodec_find_encoder_by_name(name);
    if (codec != nullptr &&
        avformat_query_codec(&container, codec->id, FF_COMPLIANCE_NORMAL) == 1) {
      return codec;
    }
  }
  const AVCodec* codec = avcodec_find_encoder(container.video_codec);
  if (codec == nullptr) {
    fail(ErrorKind::usage, "this FFmpeg has no encoder for .{} files; {} names one", container.name,
         options.names.codec);
  }
  return codec;
}

AVPixelFormat pixel_format_for(const AVCodec& codec, const WriterOptions& options) {
  const std::string& wanted = options.pixel_format;
  const std::span<const AVPixelFormat> known = pixel_formats_of(codec);
  const AVPixelFormat format = wanted.empty() ? AV_PIX_FMT_YUV420P : av_get_pix_fmt(wanted.c_str());
  if (std::find(known.begin(), known.end(), format) != known.end()) return format;
  if (known.empty() && format != AV_PIX_FMT_NONE) return format;  // rawvideo
  if (wanted.empty()) return known.front();
  fail(ErrorKind::usage, "{} {}: the encoder {} has no such format", options.names.pixel_format,
       printable(wanted), codec.name);
}

void set_option(AVCodecContext& encoder, const std::string& name, const char* key,
                const std::string& value) {
  if (av_opt_set(encoder.priv_data, key, value.c_str(), 0) < 0) {
    fail(ErrorKind::usage, "{} {}: the encoder {} does not take that", name, printable(value),
         encoder.codec->name);
  }
}

bool is_x26x(const AVCodecContext& encoder) {
  const std::string_view name = encoder.codec->name;
  return name == "libx264" || name == "libx265";
}

/// x264 and x265 take any number and cut it to their range without a word.
void set_quality(AVCodecContext& encoder, const WriterOptions& options) {
  const int quality = options.quality;
  constexpr int worst = 51;
  if (is_x26x(encoder) && quality > worst) {
    fail(ErrorKind::usage, "{} {}: {} has 0 to {}", options.names.quality, quality,
         encoder.codec->name, worst);
  }
  set_option(encoder, options.names.quality, "crf", std::to_string(quality));
  encoder.bit_rate = 0;
}

/// x264 and x265 take any text and fail later, after words of their own.
void set_preset(AVCodecContext& encoder, const WriterOptions& options) {
  const std::string& preset = options.preset;
  static constexpr std::array<std::string_view, 10> known = {
      "ultrafast", "superfast", "veryfast", "faster",   "fast",
      "medium",    "slow",      "slower",   "veryslow", "placebo"};
  if (is_x26x(encoder) && std::find(known.begin(), known.end(), preset) == known.end()) {
    fail(ErrorKind::usage, "{} {}: {} has {}", options.names.preset, printable(preset),
         encoder.codec->name, fmt::join(known, ", "));
  }
  set_option(encoder, options.names.preset, "preset", preset);
}

/// x265 writes to standard error by itself, whatever FFmpeg's own level.
void silence(AVCodecContext& encoder) {
  if (encoder.codec->name == std::string_view("libx265")) {
    av_opt_set(encoder.priv_data, "x265-params", "log-level=none", 0);
  }
}

}  // namespace

struct Writer::State {
  fs::path path;
  std::string name;
  std::optional<NewFile> file;
  AVFormatContext* output = nullptr;
  CodecContext encoder;
  AVRational times{};  // of add()
  std::optional<int64_t> last;
  AVStream* stream = nullptr;
  std::optional<SoundTracks> sounds;
  std::optional<FromRgb> from_rgb;
  PacketPtr packet{allocated(av_packet_alloc())};
  std::mutex mutex;  // of `output`
  /// Until start(), after finish(), and when a step of the writing failed, in whatever thread.
  std::atomic<bool> closed{true};

  /// A step after which, when it is left by an exception, the file takes nothing more.
  class Step {
   public:
    explicit Step(State& state) : state_(state), exceptions_(std::uncaught_exceptions()) {
      if (!state.closed) return;
      fail(ErrorKind::input, "{}: takes nothing more: it has ended, or writing it failed",
           state.name);
    }
    ~Step() {
      if (std::uncaught_exceptions() > exceptions_) state_.closed = true;
    }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    State& state_;
    int exceptions_;
  };

  ~State() {
    if (output != nullptr) {
      avio_closep(&output->pb);
      avformat_free_context(output);
    }
  }

  void open_encoder(const AVCodec& codec, int width, int height, const VideoInfo& source,
                    const WriterOptions& options);
  /// Null: no more frames.
  void encode(const AVFrame* frame);
  /// Of any stream, with its times.
  void write(AVPacket& made);
};

void Writer::State::open_encoder(const AVCodec& codec, int width, int height,
                                 const VideoInfo& source, const WriterOptions& options) {
  const AVPixelFormat format = pixel_format_for(codec, options);
  from_rgb.emplace(width, height, format, source.full_range);
  encoder.reset(allocated(avcodec_alloc_context3(&codec)));
  encoder->width = from_rgb->width();
  encoder->height = from_rgb->height();
  encoder->pix_fmt = format;
  times = {source.time_base.num, source.time_base.den};
  encoder->time_base = times;
  if (source.frame_rate.num > 0) {
    encoder->framerate = {source.frame_rate.num, source.frame_rate.den};
    // Containers without times of their own (AVI) hold one frame for each step.
    if ((output->oformat->flags & AVFMT_VARIABLE_FPS) == 0) {
      encoder->time_base = av_inv_q(encoder->framerate);
    }
  }
  const bool full_range = source.full_range || is_grey(format);
  encoder->color_range = full_range ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
  encoder->sample_aspect_ratio = {source.pixel_aspect.num, source.pixel_aspect.den};
  encoder->colorspace = AVCOL_SPC_BT709;
  encoder->color_primaries = AVCOL_PRI_BT709;
  encoder->color_trc = AVCOL_TRC_BT709;
  if ((output->oformat->flags & AVFMT_GLOBALHEADER) != 0) {
    encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  }
  if (!options.preset.empty()) set_preset(*encoder, options);
  if (options.quality >= 0) set_quality(*encoder, options);
  silence(*encoder);
  const int opened = avcodec_open2(encoder.get(), &codec, nullptr);
  if (opened < 0) {
    fail(ErrorKind::usage, "{}: the encoder {} does not take {}x{} {} pictures: {}", name,
         codec.name, encoder->width, encoder->height, av_get_pix_fmt_name(format),
         av_error_text(opened));
  }
  stream = allocated(avformat_new_stream(output, &codec));
  stream->time_base = encoder->time_base;
  stream->avg_frame_rate = encoder->framerate;
  stream->sample_aspect_ratio = encoder->sample_aspect_ratio;
  check(avcodec_parameters_from_context(stream->codecpar, encoder.get()), name, "write");
}

void Writer::State::encode(const AVFrame* frame) {
  check(avcodec_send_frame(encoder.get(), frame), name, "encode");
  for (;;) {
    const int got = avcodec_receive_packet(encoder.get(), packet.get());
    if (got == AVERROR(EAGAIN) || got == AVERROR_EOF) return;
    check(got, name, "encode");
    av_packet_rescale_ts(packet.get(), encoder->time_base, stream->time_base);
    packet->stream_index = stream->index;
    write(*packet);
  }
}

void Writer::State::write(AVPacket& made) {
  const std::lock_guard lock(mutex);
  check(av_interleaved_write_frame(output, &made), name, "write");
}

Writer::Writer(fs::path path, int width, int height, const VideoInfo& source,
               const WriterOptions& options)
    : state_(std::make_unique<State>()) {
  prepare_ffmpeg();
  State& s = *state_;
  s.path = std::move(path);
  s.name = shown(s.path);
  avformat_alloc_output_context2(&s.output, nullptr, nullptr, s.path.c_str());
  // Containers without a file are FFmpeg's picture sequences and devices.
  if (s.output == nullptr || s.output->oformat->video_codec == AV_CODEC_ID_NONE ||
      (s.output->oformat->flags & AVFMT_NOFILE) != 0) {
    fail(ErrorKind::usage,
         "{}: no video container has this extension; known are .mp4, .mkv, .mov, "
         ".webm, .avi and others of FFmpeg's",
         s.name);
  }
  s.open_encoder(*find_encoder(*s.output->oformat, options), width, height, source, options);
}

Writer::~Writer() = default;

std::vector<std::string> Writer::take_sound_of(Reader& reader) {
  State& s = *state_;
  s.sounds.emplace(reader, *s.output, *s.stream->codecpar);
  reader.pass_sound_to([&s](const AVPacket& packet) {
    const State::Step whole(s);
    s.sounds->write(packet, [&s](AVPacket& made) { s.write(made); });
  });
  return s.sounds->notes();
}

void Writer::start() {
  State& s = *state_;
  make_folders_for(s.path);
  s.file.emplace(s.path);
  // The index of an MP4 file is moved to its beginning at the end: the muxer opens this name again.
  const std::string target = "file:" + s.file->name_for_opening();
  av_freep(&s.output->url);
  s.output->url = allocated(av_strdup(target.c_str()));
  check(avio_open(&s.output->pb, target.c_str(), AVIO_FLAG_WRITE), s.name, "create");
  AVDictionary* options = nullptr;
  av_dict_set(&options, "movflags", "+faststart", 0);
  const int written = avformat_write_header(s.output, &options);
  av_dict_free(&options);
  check(written, s.name, "write");
  s.closed = false;
}

bool Writer::takes_deep_grey() const { return video::takes_deep_grey(state_->encoder->pix_fmt); }

bool Writer::is_deep_grey() const {
  return is_grey(state_->encoder->pix_fmt) && is_deep(state_->encoder->pix_fmt);
}

void Writer::add(const image::Image& picture, int64_t time, const DeepGrey* grey) {
  State& s = *state_;
  const State::Step whole(s);
  const int64_t place = av_rescale_q(time, s.times, s.encoder->time_base);
  if (s.last && place <= *s.last) return;
  s.last = place;
  AVFrame* frame = s.from_rgb->convert(picture, grey);
  frame->pts = place;
  frame->pict_type = AV_PICTURE_TYPE_NONE;
  s.encode(frame);
}

void Writer::finish() {
  State& s = *state_;
  const State::Step whole(s);
  s.encode(nullptr);
  if (s.sounds) s.sounds->finish([&s](AVPacket& made) { s.write(made); });
  const std::lock_guard lock(s.mutex);
  check(av_write_trailer(s.output), s.name, "write");
  check(avio_closep(&s.output->pb), s.name, "write");
  s.file->move_into_place();
  s.closed = true;
}

}  // namespace dpt::video
