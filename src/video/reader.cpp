#include "video/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include "base/numbered_name.h"

#include "image/picture_name.h"
#include "image/exif.h"
#include "video/av.h"
#include "video/pictures.h"
#include "video/pixels.h"
#include "video/source.h"

namespace dpt::video {

namespace fs = std::filesystem;

namespace {

/// What FFmpeg is to be told about a source.
struct Request {
  std::string name;
  std::string format;  ///< empty: by content
  std::map<std::string, std::string> options;
};

Request request_for(const std::string& source, const ReaderOptions& options) {
/// FFmpeg takes percent signs in folders for its own: they are doubled for it.
std::string pattern_for_ffmpeg(const std::string& source) {
  const NumberedName name = *NumberedName::parse(source);
  const std::string number = fs::path(source).filename().string();
  std::string folder;
  for (const char c : name.folder().string()) folder += c == '%' ? "%%" : std::string(1, c);
  return folder + "/" + number;
}

  Request request;
  request.name = source;
  const std::string rate = options.frame_rate > 0 ? std::to_string(options.frame_rate) : "";
  if (is_camera(source)) {
    request.name = is_number(source) ? "/dev/video" + source : source;
    request.format = "v4l2";
    if (!rate.empty()) request.options["framerate"] = rate;
  } else if (is_numbered(source)) {
    request.name = pattern_for_ffmpeg(source);
    request.format = "image2";
    if (!rate.empty()) request.options["framerate"] = rate;
  } else if (!is_address(source)) {
    // A file's name may hold a colon, which FFmpeg would take for a protocol.
    request.name = "file:" + source;
  }
    // A picture that is called "50%d.png" is one picture.
    request.options["pattern_type"] = "none";
  return request;
}

/// The orientation tag that a display matrix stands for: 1, 3, 6, 8 (turned) or 2, 4, 5, 7.
int orientation_of(const int32_t* matrix) {
  const double turned = av_display_rotation_get(matrix);
  if (std::isnan(turned)) return 1;
  const int quarter = static_cast<int>(std::lround(turned / 90)) & 3;  // counter-clockwise
  // The sign of the determinant of its upper left 2 x 2 part: mirrored or not.
  const bool mirrored =
      static_cast<double>(matrix[0]) * matrix[4] < static_cast<double>(matrix[1]) * matrix[3];
  static constexpr int plain[4] = {1, 8, 3, 6};
  static constexpr int mirror[4] = {2, 7, 4, 5};
  return mirrored ? mirror[quarter] : plain[quarter];
}

int orientation_of(AVStream* stream) {
#if LIBAVCODEC_VERSION_MAJOR >= 61
  const AVPacketSideData* data =
      av_packet_side_data_get(stream->codecpar->coded_side_data,
                              stream->codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
  return data == nullptr ? 1 : orientation_of(reinterpret_cast<const int32_t*>(data->data));
#else
  const uint8_t* data = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, nullptr);
  return data == nullptr ? 1 : orientation_of(reinterpret_cast<const int32_t*>(data));
#endif
}

}  // namespace

struct Reader::State {
  std::string name;
  std::atomic<bool> stopped{false};
  AVFormatContext* input = nullptr;
  CodecContext decoder;
  AVStream* stream = nullptr;
  AVStream* audio = nullptr;
  int orientation = 1;
  std::optional<ToRgb> to_rgb;
  std::optional<PictureSequence> pictures;  // instead of FFmpeg
  VideoInfo info;
  PacketPtr packet{allocated(av_packet_alloc())};
  FramePtr frame{allocated(av_frame_alloc())};
  std::function<void(AVPacket&)> audio_sink;
  bool draining = false;
  int64_t damaged = 0;
  std::string broken_off;
  int64_t begin = 0;  // when the source begins, in AV_TIME_BASE
  std::optional<int64_t> last_time;
  int64_t packets = 0;   // of the video
  double video_end = 0;  // seconds of its own time
  double end = 0;        // of video and sound

  ~State() { avformat_close_input(&input); }

  void open(const Request& request);
  void open_decoder();
  void fill_info();
  /// Notes how far the source has been read.
  void count(const AVPacket& read);
  /// What the source said that it holds and has not, for a message; empty: nothing.
  std::string missing() const;
  /// In seconds, by the source's header; 0: it does not say.
  double promised_end() const;
  /// Gives the decoder one more packet, or the end of the source.
  void feed();
  int64_t time_of(const AVFrame& decoded);
};

void Reader::State::open(const Request& request) {
  input = allocated(avformat_alloc_context());
  input->interrupt_callback = {
      [](void* state) { return static_cast<State*>(state)->stopped.load() ? 1 : 0; }, this};
  const AVInputFormat* format = nullptr;
  if (!request.format.empty()) {
    format = av_find_input_format(request.format.c_str());
    if (format == nullptr) {
      fail(ErrorKind::resource, "{}: this FFmpeg has no {} input", name, request.format);
    }
  }
  AVDictionary* options = nullptr;
  for (const auto& [key, value] : request.options) {
    av_dict_set(&options, key.c_str(), value.c_str(), 0);
  }
  // Frees the context when it fails.
  const int opened = avformat_open_input(&input, request.name.c_str(), format, &options);
  av_dict_free(&options);
  check(opened, name, "open");
  check(avformat_find_stream_info(input, nullptr), name, "read");
}

void Reader::State::open_decoder() {
  const AVCodec* codec = nullptr;
  const int index = av_find_best_stream(input, AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0);
  if (index == AVERROR_STREAM_NOT_FOUND) fail(ErrorKind::input, "{}: holds no video", name);
  if (index == AVERROR_DECODER_NOT_FOUND) {
    fail(ErrorKind::input, "{}: this FFmpeg has no decoder for its video", name);
  }
  check(index, name, "read");
  stream = input->streams[index];
  decoder.reset(allocated(avcodec_alloc_context3(codec)));
  check(avcodec_parameters_to_context(decoder.get(), stream->codecpar), name, "decode");
  decoder->pkt_timebase = stream->time_base;
  // Decoding takes a small part of the time; more threads would hold frames and get in the way.
  decoder->thread_count = 2;
  check(avcodec_open2(decoder.get(), codec, nullptr), name, "decode");
  const int sound = av_find_best_stream(input, AVMEDIA_TYPE_AUDIO, -1, index, nullptr, 0);
  if (sound >= 0) audio = input->streams[sound];
  for (unsigned i = 0; i < input->nb_streams; ++i) {
    const bool wanted = input->streams[i] == stream || input->streams[i] == audio;
    input->streams[i]->discard = wanted ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
  }
}

void Reader::State::fill_info() {
  const int width = decoder->width;
  const int height = decoder->height;
  image::check_size(width, height, name);
  to_rgb.emplace(width, height);
  orientation = orientation_of(stream);
  const bool turned = orientation >= 5;
  const AVRational rate = av_guess_frame_rate(input, stream, nullptr);
  info.width = turned ? height : width;
  info.height = turned ? width : height;
  info.time_base = {stream->time_base.num, stream->time_base.den};
  info.frame_rate = {rate.num, std::max(rate.den, 1)};
  info.full_range = decoder->color_range == AVCOL_RANGE_JPEG;
  if (audio != nullptr) info.audio_codec = avcodec_get_name(audio->codecpar->codec_id);
  if (input->start_time != AV_NOPTS_VALUE) begin = input->start_time;
  info.frames = stream->nb_frames;
  if (info.frames <= 0 && input->duration > 0) {
    const double seconds = static_cast<double>(input->duration) / AV_TIME_BASE;
    info.frames = std::llround(seconds * info.frame_rate.value());
  }
}

void Reader::State::count(const AVPacket& read) {
  const bool of_video = read.stream_index == stream->index;
  if (of_video) ++packets;
  const int64_t begins = read.pts == AV_NOPTS_VALUE ? read.dts : read.pts;
  if (begins == AV_NOPTS_VALUE) return;
  const AVRational base = input->streams[read.stream_index]->time_base;
  const double ends = static_cast<double>(begins + read.duration) * av_q2d(base);
  if (of_video) video_end = std::max(video_end, ends);
  end = std::max(end, ends);
}

std::string Reader::State::missing() const {
  if (stream->nb_frames > 0) {
    if (packets >= stream->nb_frames) return {};
    // An edit list may hide some of an MP4 file's frames; they are not in its duration.
    const bool may_hide = std::string_view(input->iformat->name).find("mp4") != std::string::npos;
    const double last = 1.5 / std::max(info.frame_rate.value(), 1.0);
    const int64_t from = stream->start_time == AV_NOPTS_VALUE ? 0 : stream->start_time;
    const double until = static_cast<double>(from + stream->duration) * av_q2d(stream->time_base);
    if (may_hide && stream->duration > 0 && video_end + last >= until) return {};
    return fmt::format("it holds {} of its {} frames", packets, stream->nb_frames);
  }
  const double promised = promised_end();
  // Durations in headers are rounded, and that of a last frame may be unknown.
  if (promised <= end + 1) return {};
  return fmt::format("it holds {:.1f} of its {:.1f} seconds", end, promised);
}

double Reader::State::promised_end() const {
  // Others are guesses from the bit rate, or what the file's own end says.
  if (input->duration_estimation_method != AVFMT_DURATION_FROM_STREAM) return 0;
  const AVDictionaryEntry* tag = av_dict_get(stream->metadata, "DURATION", nullptr, 0);
  int64_t duration = 0;
  if (tag != nullptr && av_parse_time(&duration, tag->value, 1) >= 0) {
    return static_cast<double>(duration) / AV_TIME_BASE;
bool holds_video(const fs::path& file) {
  std::error_code ignored;
  if (image::has_picture_name(file) || !fs::is_regular_file(file, ignored)) return false;
  prepare_ffmpeg();
  AVFormatContext* input = nullptr;
  if (avformat_open_input(&input, ("file:" + file.string()).c_str(), nullptr, nullptr) < 0) {
    return false;
  }
  avformat_find_stream_info(input, nullptr);
  bool found = false;
  for (unsigned i = 0; i < input->nb_streams; ++i) {
    const AVStream& stream = *input->streams[i];
    found = found || (stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO &&
                      (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) == 0);
  }
  avformat_close_input(&input);
  return found;
}

  }
  // The longest stream's, which may be one that is not read.
  const unsigned taken = audio == nullptr ? 1 : 2;
  if (input->nb_streams > taken || input->duration <= 0) return 0;
  return static_cast<double>(begin + input->duration) / AV_TIME_BASE;
}

void Reader::State::feed() {
  av_packet_unref(packet.get());  // of a call that its sink ended
  const int got = av_read_frame(input, packet.get());
  if (got < 0) {
    if (!stopped) broken_off = got == AVERROR_EOF ? missing() : av_error_text(got);
    avcodec_send_packet(decoder.get(), nullptr);
    draining = true;
    return;
  }
  count(*packet);
  if (packet->stream_index == stream->index) {
    if ((packet->flags & AV_PKT_FLAG_CORRUPT) != 0 ||
        avcodec_send_packet(decoder.get(), packet.get()) < 0) {
      ++damaged;
    }
  } else if (audio != nullptr && packet->stream_index == audio->index && audio_sink) {
    const int64_t offset = av_rescale_q(begin, AV_TIME_BASE_Q, audio->time_base);
    if (packet->pts != AV_NOPTS_VALUE) packet->pts -= offset;
    if (packet->dts != AV_NOPTS_VALUE) packet->dts -= offset;
    audio_sink(*packet);
  }
  av_packet_unref(packet.get());
}

int64_t Reader::State::time_of(const AVFrame& decoded) {
  int64_t time = decoded.best_effort_timestamp;
  if (time == AV_NOPTS_VALUE) {
    const double step = info.frame_rate.value() > 0 && info.time_base.value() > 0
                            ? 1 / (info.frame_rate.value() * info.time_base.value())
                            : 1;
    time = last_time ? *last_time + std::max<int64_t>(std::llround(step), 1) : 0;
  } else {
    time -= av_rescale_q(begin, AV_TIME_BASE_Q, stream->time_base);
  }
  if (last_time) time = std::max(time, *last_time + 1);
  last_time = time;
  return time;
}

Reader::Reader(const std::string& source, const ReaderOptions& options)
    : state_(std::make_unique<State>()) {
  prepare_ffmpeg();
  state_->name = printable(source, 1000);
  if (!options.pictures.empty()) {
    state_->pictures.emplace(options.pictures, options.frame_rate);
    state_->info = state_->pictures->info();
    return;
  }
  state_->open(request_for(source, options));
  state_->open_decoder();
  state_->fill_info();
}

Reader::~Reader() = default;

const VideoInfo& Reader::info() const { return state_->info; }
int64_t Reader::damaged_frames() const {
  return state_->damaged + static_cast<int64_t>(damaged_pictures().size());
}
std::vector<std::string> Reader::damaged_pictures() const {
  return state_->pictures ? state_->pictures->errors() : std::vector<std::string>();
}
const std::string& Reader::broken_off() const { return state_->broken_off; }
void Reader::stop() { state_->stopped = true; }
const AVStream* Reader::audio() const { return state_->audio; }
void Reader::pass_audio_to(std::function<void(AVPacket&)> sink) {
  state_->audio_sink = std::move(sink);
}

std::optional<Frame> Reader::next() {
  State& s = *state_;
  if (s.pictures) return s.stopped ? std::nullopt : s.pictures->next();
  while (!s.stopped) {
    const int got = avcodec_receive_frame(s.decoder.get(), s.frame.get());
    if (got == AVERROR_EOF) return std::nullopt;
    if (got == AVERROR(EAGAIN)) {
      s.feed();
      continue;
    }
    if (got == AVERROR(ENOMEM)) fail(ErrorKind::resource, "{}: not enough memory", s.name);
    if (got < 0 || s.frame->decode_error_flags != 0 ||
        (s.frame->flags & AV_FRAME_FLAG_CORRUPT) != 0) {
      ++s.damaged;
      continue;
    }
    const int64_t time = s.time_of(*s.frame);
    image::Image picture = s.to_rgb->convert(*s.frame);
    return Frame{image::apply_orientation(std::move(picture), s.orientation), time};
  }
  return std::nullopt;
}

}  // namespace dpt::video
