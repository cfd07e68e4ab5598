#include "video/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>
#include <utility>

#include "base/file/numbered_name.h"
#include "image/codec/exif.h"
#include "image/picture_name.h"
#include "video/reader_state.h"
#include "video/source.h"

namespace dpt::video {

namespace fs = std::filesystem;

namespace {

/// FFmpeg takes percent signs in folders for its own: they are doubled for it.
std::string pattern_for_ffmpeg(const std::string& source) {
  const NumberedName name = *NumberedName::parse(source);
  const std::string number = fs::path(source).filename().string();
  std::string folder;
  for (const char c : name.folder().string()) folder += c == '%' ? "%%" : std::string(1, c);
  return folder + "/" + number;
}

Request request_for(const std::string& source, const ReaderOptions& options) {
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
    // A picture that is called "50%d.png" is one picture.
    request.options["pattern_type"] = "none";
  }
  return request;
}

/// Decoders that mark frames in which they had to conceal errors.
bool tells_errors(AVCodecID codec) {
  return codec == AV_CODEC_ID_H264 || codec == AV_CODEC_ID_MPEG1VIDEO ||
         codec == AV_CODEC_ID_MPEG2VIDEO || codec == AV_CODEC_ID_MPEG4;
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
  // With threads for frames, H.264's decoder does not tell which ones have errors.
  if (codec->id == AV_CODEC_ID_H264) decoder->thread_type = FF_THREAD_SLICE;
  check(avcodec_open2(decoder.get(), codec, nullptr), name, "decode");
  choose_sounds();
}

void Reader::State::choose_sounds() {
  // Transport streams may hold several programs.
  const AVProgram* program = av_find_program_from_stream(input, nullptr, stream->index);
  for (unsigned i = 0; i < input->nb_streams; ++i) {
    AVStream* other = input->streams[i];
    const bool together =
        program == nullptr ||
        std::find(program->stream_index, program->stream_index + program->nb_stream_indexes, i) !=
            program->stream_index + program->nb_stream_indexes;
    const bool is_sound = other->codecpar->codec_type == AVMEDIA_TYPE_AUDIO && together;
    if (is_sound) sounds.push_back(other);
    other->discard = is_sound || other == stream ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
  }
}

void Reader::State::look_ahead() {
  constexpr size_t most_packets = 500;
  constexpr int64_t most_bytes = int64_t{32} << 20;
  std::set<int> without;
  for (const AVStream* sound : sounds) without.insert(sound->index);
  int64_t bytes = 0;
  while (!without.empty() && ahead.size() < most_packets && bytes < most_bytes) {
    if (!read_one_ahead()) return;
    without.erase(ahead.back()->stream_index);
    bytes += ahead.back()->size;
  }
}

bool Reader::State::read_one_ahead() {
  PacketPtr next(allocated(av_packet_alloc()));
  if (av_read_frame(input, next.get()) < 0) return false;  // it is told when it is reached
  ahead.push_back(std::move(next));
  return true;
}

bool Reader::State::joint_follows() {
  constexpr size_t most_packets = 500;  // of sound between them
  int seen = 0;
  for (size_t at = 0; seen < 2 && at < most_packets; ++at) {
    if (at == ahead.size() && !read_one_ahead()) return false;
    const AVPacket& next = *ahead[at];
    if (next.stream_index != stream->index) continue;
    const bool is_key = (next.flags & AV_PKT_FLAG_KEY) != 0;
    if (is_key && (tells_errors(stream->codecpar->codec_id) ||
                   timeline->begins_anew(next, stream->time_base))) {
      return true;
    }
    ++seen;
  }
  return false;
}

int Reader::State::read_packet() {
  if (ahead.empty()) return av_read_frame(input, packet.get());
  av_packet_move_ref(packet.get(), ahead.front().get());
  ahead.pop_front();
  return 0;
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
  // Between two of the steps of a coarse one (AVI's are frames) a part may begin, and its sound.
  if (cut.skips() && info.time_base.value() > 0.001) info.time_base = {1, AV_TIME_BASE};
  info.frame_rate = {rate.num, std::max(rate.den, 1)};
  const AVRational aspect = av_guess_sample_aspect_ratio(input, stream, nullptr);
  if (aspect.num > 0 && aspect.den > 0) {
    info.pixel_aspect =
        turned ? Rational{aspect.den, aspect.num} : Rational{aspect.num, aspect.den};
  }
  info.full_range = decoder->color_range == AVCOL_RANGE_JPEG;
  if (input->start_time != AV_NOPTS_VALUE) begin = input->start_time;
  timeline.emplace((input->iformat->flags & AVFMT_TS_DISCONT) != 0);
  file_end =
      FileEnd(*input, *stream, info.frame_rate.value(), static_cast<unsigned>(sounds.size()));
  info.frames = stream->nb_frames;
  if (info.frames <= 0 && input->duration > 0) {
    const double seconds = static_cast<double>(input->duration) / AV_TIME_BASE;
    info.frames = std::llround(seconds * info.frame_rate.value());
  }
  if (info.frames > 0 && info.frame_rate.value() > 0) {
    const double frame_rate = info.frame_rate.value();
    info.frames = cut.end_of(info.frames, frame_rate) - cut.first_of(info.frames, frame_rate);
  }
}

int Reader::State::read_placed() {
  const int got = read_packet();
  if (got < 0) return got;
  const AVRational base = input->streams[packet->stream_index]->time_base;
  timeline->place(*packet, base);
  file_end.count(*packet, base);
  // The container flags what may lack something. Where another part of a joined stream begins right
  // behind it, nothing does.
  const bool flagged = (packet->flags & AV_PKT_FLAG_CORRUPT) != 0;
  if (flagged && packet->stream_index == stream->index && joint_follows()) {
    packet->flags &= ~AV_PKT_FLAG_CORRUPT;
  }
  return got;
}

void Reader::State::feed() {
  if (!held.empty()) {
    decode(*held.front());
    held.pop_front();
    return;
  }
  av_packet_unref(packet.get());  // of a call that its sink ended
  const int got = read_placed();
  if (got < 0) {
    if (!stopped) broken_off = got == AVERROR_EOF ? file_end.missing() : av_error_text(got);
    avcodec_send_packet(decoder.get(), nullptr);
    draining = true;
    return;
  }
  if (packet->stream_index == stream->index) {
    decode(*packet);
  } else {
    pass_sound(*packet);
  }
  av_packet_unref(packet.get());
}

void Reader::State::decode(AVPacket& read) {
  packet_time = seconds_of(read);
  if ((read.flags & AV_PKT_FLAG_CORRUPT) != 0 || avcodec_send_packet(decoder.get(), &read) < 0) {
    count_damage();
  }
}

void Reader::State::count_damage() {
  if (!packet_time || !cut.is_before(*packet_time)) ++damaged;
}

int64_t Reader::State::time_of(const AVFrame& decoded) {
  int64_t time = decoded.best_effort_timestamp;
  if (time == AV_NOPTS_VALUE) {
    const double unit = av_q2d(stream->time_base);
    const double step =
        info.frame_rate.value() > 0 && unit > 0 ? 1 / (info.frame_rate.value() * unit) : 1;
    time = last_time ? *last_time + std::max<int64_t>(std::llround(step), 1) : 0;
  } else {
    time -= av_rescale_q(begin, AV_TIME_BASE_Q, stream->time_base);
  }
  if (last_time) time = std::max(time, *last_time + 1);
  last_time = time;
  return time;
}

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

Reader::Reader(const std::string& source, const ReaderOptions& options)
    : state_(std::make_unique<State>(options)) {
  prepare_ffmpeg();
  state_->name = printable(source, 1000);
  if (!options.pictures.empty()) {
    state_->pictures.emplace(options.pictures, options.frame_rate, state_->cut);
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
const std::vector<AVStream*>& Reader::sounds() const { return state_->sounds; }
std::vector<const AVPacket*> Reader::first_packets(const AVStream& sound) const {
  if (state_->ahead.empty()) state_->look_ahead();
  std::vector<const AVPacket*> packets;
  for (const PacketPtr& packet : state_->ahead) {
    if (packet->stream_index == sound.index) packets.push_back(packet.get());
  }
  return packets;
}
void Reader::pass_sound_to(std::function<void(const AVPacket&)> sink) {
  state_->sound_sink = std::move(sink);
}

std::optional<Frame> Reader::next() {
  State& s = *state_;
  if (s.pictures) return s.stopped ? std::nullopt : s.pictures->next();
  if (s.cut.skips() && !std::exchange(s.skipped, true)) s.skip_to_start();
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
      s.count_damage();
      continue;
    }
    const int64_t since_begin = s.time_of(*s.frame);
    const double seconds = static_cast<double>(since_begin) * av_q2d(s.stream->time_base);
    if (s.cut.is_before(seconds)) continue;
    if (s.cut.is_after(seconds)) {
      s.read_last_sound();
      return std::nullopt;
    }
    const double shown = std::max(seconds - s.cut.start(), 0.0);
    const int64_t time =
        s.cut.skips() ? std::llround(shown / s.info.time_base.value()) : since_begin;
    image::Image picture = s.to_rgb->convert(*s.frame);
    return Frame{image::apply_orientation(std::move(picture), s.orientation), time};
  }
  return std::nullopt;
}

}  // namespace dpt::video
