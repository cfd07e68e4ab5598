#include "video/file_end.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <string_view>
#include <system_error>

namespace dpt::video {

namespace fs = std::filesystem;

namespace {

/// The beginnings of a file's parts.
class Parts {
 public:
  explicit Parts(const fs::path& file) : stream_(file, std::ios::binary) {}

  /// Up to 16 bytes; those behind the end of the file are zero.
  std::array<uint8_t, 16> at(uint64_t place) {
    std::array<uint8_t, 16> bytes{};
    stream_.clear();
    stream_.seekg(static_cast<std::streamoff>(place));
    stream_.read(reinterpret_cast<char*>(bytes.data()), bytes.size());
    return bytes;
  }

 private:
  std::ifstream stream_;
};

using Bytes = std::array<uint8_t, 16>;

uint64_t big_endian(const Bytes& bytes, size_t at, size_t count) {
  uint64_t value = 0;
  for (size_t i = 0; i < count; ++i) value = value << 8 | bytes[at + i];
  return value;
}

uint64_t little_endian(const Bytes& bytes, size_t at) {
  return bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | uint64_t{bytes[at + 3]} << 24;
}

std::string_view text(const Bytes& bytes, size_t at) {
  return {reinterpret_cast<const char*>(bytes.data()) + at, 4};
}

/// A size of EBML: as many bytes as zeros lead, plus one; all ones: unknown.
struct EbmlSize {
  size_t length = 0;
  std::optional<uint64_t> value;
};

EbmlSize ebml_size(const Bytes& bytes, size_t at) {
  size_t length = 1;
  while (length < 8 && (bytes[at] & (0x80 >> (length - 1))) == 0) ++length;
  const uint64_t unknown = (uint64_t{1} << (7 * length)) - 1;
  const uint64_t value = big_endian(bytes, at, length) & unknown;
  return {length, value == unknown ? std::nullopt : std::optional(value)};
}

/// Its header, then one segment (with an ID of four bytes each).
std::optional<uint64_t> end_of_matroska(Parts& parts) {
  const EbmlSize header = ebml_size(parts.at(0), 4);
  if (!header.value || *header.value > 4096) return std::nullopt;
  const uint64_t place = 4 + header.length + *header.value;
  const Bytes segment = parts.at(place);
  const EbmlSize size = ebml_size(segment, 4);
  if (big_endian(segment, 0, 4) != 0x18538067 || !size.value) return std::nullopt;
  return place + 4 + size.length + *size.value;
}

/// Parts of a file one after the other, `next` giving where each ends: the end of the last.
template <typename Next>
std::optional<uint64_t> end_of_parts(Parts& parts, uint64_t bytes, const Next& next) {
  constexpr int most = 1 << 20;
  uint64_t place = 0;
  for (int i = 0; i < most && place < bytes; ++i) {
    const std::optional<uint64_t> size = next(parts.at(place));
    if (!size) return std::nullopt;
    place += std::min(*size, uint64_t{1} << 62);
  }
  return place;
}

std::optional<uint64_t> size_of_riff(const Bytes& part) {
  if (text(part, 0) != "RIFF") return std::nullopt;  // what some programs put behind is not ours
  return 8 + ((little_endian(part, 4) + 1) & ~uint64_t{1});
}

/// Of at least a box's own header; of 0 in the file: up to its end.
std::optional<uint64_t> size_of_box(const Bytes& part) {
  const uint64_t small = big_endian(part, 0, 4);
  const uint64_t size = small == 1 ? big_endian(part, 8, 8) : small;
  return size < 8 ? std::nullopt : std::optional(size);
}

}  // namespace

std::optional<uint64_t> promised_bytes(const fs::path& file) {
  std::error_code error;
  const uint64_t bytes = fs::file_size(file, error);
  if (error) return std::nullopt;
  Parts parts(file);
  const Bytes first = parts.at(0);
  if (big_endian(first, 0, 4) == 0x1A45DFA3) return end_of_matroska(parts);
  if (text(first, 0) == "RIFF") return end_of_parts(parts, bytes, size_of_riff);
  if (text(first, 4) == "ftyp") return end_of_parts(parts, bytes, size_of_box);
  return std::nullopt;
}

FileEnd::FileEnd(const AVFormatContext& input, const AVStream& video, double frame_rate,
                 unsigned sounds)
    : input_(&input),
      video_(&video),
      frame_(frame_rate > 0 ? 1 / frame_rate : 0.1),
      sounds_(sounds) {}

void FileEnd::count(const AVPacket& packet, AVRational base) {
  const bool of_video = packet.stream_index == video_->index;
  if (of_video) ++packets_;
  const int64_t begins = packet.pts == AV_NOPTS_VALUE ? packet.dts : packet.pts;
  if (begins == AV_NOPTS_VALUE) return;
  const double ends = static_cast<double>(begins + packet.duration) * av_q2d(base);
  end_ = std::max(end_, ends);
  if (!of_video) return;
  video_end_ = std::max(video_end_, ends);
  if (packet.dts == AV_NOPTS_VALUE) return;
  const double now = static_cast<double>(packet.dts) * av_q2d(base);
  if (last_) longest_step_ = std::max(longest_step_, now - *last_);
  last_ = now;
}

std::string FileEnd::missing() const {
  if (video_->nb_frames > 0) return missing_frames();
  std::string_view name = input_->url == nullptr ? "" : input_->url;
  if (name.starts_with("file:")) name.remove_prefix(5);
  const std::optional<uint64_t> promised = promised_bytes(name);
  std::error_code error;
  const uint64_t held = promised ? fs::file_size(name, error) : 0;
  if (promised && (error || held >= *promised)) return {};
  const std::optional<Seconds> time = seconds();
  if (!time) {
    return promised ? fmt::format("it holds {} of its {} bytes", held, *promised) : std::string();
  }
  // Times are rounded, and how long the last frame lasts may be unknown; a file that says how many
  // bytes it has needs no more room than that.
  constexpr double few = 2;  // frames
  const double tolerance = few * (promised ? frame_ : std::max(frame_, longest_step_));
  if (time->promised <= time->held + tolerance) return {};
  return fmt::format("it holds {:.1f} of its {:.1f} seconds", time->held, time->promised);
}

std::string FileEnd::missing_frames() const {
  if (packets_ >= video_->nb_frames) return {};
  // Fewer frames may be as long. An edit list hides some of an MP4 file's, which are not in its
  // duration; in AVI those that are shown again count, and its header may count one that never
  // came.
  const bool is_mp4 = std::string_view(input_->iformat->name).find("mp4") != std::string::npos;
  const double length = is_mp4 ? static_cast<double>(video_->duration) * av_q2d(video_->time_base)
                               : static_cast<double>(video_->nb_frames) * frame_;
  const double tolerance = (is_mp4 ? 1.5 : 2.5) * frame_;
  const int64_t start = video_->start_time == AV_NOPTS_VALUE ? 0 : video_->start_time;
  const double until = static_cast<double>(start) * av_q2d(video_->time_base) + length;
  if (length > 0 && video_end_ + tolerance >= until) return {};
  return fmt::format("it holds {} of its {} frames", packets_, video_->nb_frames);
}

std::optional<FileEnd::Seconds> FileEnd::seconds() const {
  // Others are guesses from the bit rate, or what the file's own end says.
  if (input_->duration_estimation_method != AVFMT_DURATION_FROM_STREAM) return std::nullopt;
  const AVDictionaryEntry* tag = av_dict_get(video_->metadata, "DURATION", nullptr, 0);
  int64_t duration = 0;
  if (tag != nullptr && av_parse_time(&duration, tag->value, 1) >= 0) {
    return Seconds{video_end_, static_cast<double>(duration) / AV_TIME_BASE};
  }
  // The longest stream's, which may be one that is not read.
  if (input_->nb_streams > 1 + sounds_ || input_->duration <= 0) return std::nullopt;
  const int64_t begin = input_->start_time == AV_NOPTS_VALUE ? 0 : input_->start_time;
  return Seconds{end_, static_cast<double>(begin + input_->duration) / AV_TIME_BASE};
}

}  // namespace dpt::video
