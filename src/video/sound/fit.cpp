#include "video/sound/fit.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

namespace dpt::video {

namespace {

struct Freed {
  void operator()(AVFormatContext* p) const { avformat_free_context(p); }
};
using Muxer = std::unique_ptr<AVFormatContext, Freed>;

AVStream* add_stream(AVFormatContext& muxer, const AVCodecParameters& codec, AVRational base) {
  AVStream* stream = allocated(avformat_new_stream(&muxer, nullptr));
  check(avcodec_parameters_copy(stream->codecpar, &codec), "a trial", "be made");
  stream->codecpar->codec_tag = 0;
  stream->time_base = base;
  return stream;
}

/// Header, packets and trailer; false where one of the first two is refused.
bool mux(AVFormatContext& muxer, AVStream& sound, AVRational base,
         std::span<const AVPacket* const> packets) {
  if (avformat_write_header(&muxer, nullptr) < 0) return false;
  bool taken = true;
  int64_t begin = AV_NOPTS_VALUE;
  for (const AVPacket* packet : packets) {
    const PacketPtr copy(allocated(av_packet_clone(packet)));
    if (copy->dts == AV_NOPTS_VALUE) copy->dts = copy->pts;
    if (copy->pts == AV_NOPTS_VALUE) copy->pts = copy->dts;
    if (begin == AV_NOPTS_VALUE) begin = copy->dts;
    if (copy->dts == AV_NOPTS_VALUE) break;
    copy->pts -= begin;
    copy->dts -= begin;
    copy->stream_index = sound.index;
    copy->pos = -1;
    av_packet_rescale_ts(copy.get(), base, sound.time_base);
    taken = av_write_frame(&muxer, copy.get()) >= 0;
    if (!taken) break;
  }
  av_write_trailer(&muxer);
  return taken;
}

#if LIBAVFORMAT_VERSION_MAJOR >= 61
using Written = const uint8_t*;
#else
using Written = uint8_t*;
#endif

/// A file in memory. (FFmpeg's own, avio_open_dyn_buf(), loses what AVI's muxer writes after it
/// went back in the file.)
class MemoryFile {
 public:
  explicit MemoryFile(bool for_writing)
      : io_(allocated(avio_alloc_context(static_cast<unsigned char*>(allocated(av_malloc(room))),
                                         room, for_writing ? 1 : 0, this, read, write, seek))) {}
  ~MemoryFile() {
    av_freep(&io_->buffer);
    avio_context_free(&io_);
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  AVIOContext* io() { return io_; }
  std::vector<uint8_t> bytes;

 private:
  static constexpr int room = 32768;

  static int read(void* self, uint8_t* to, int most) {
    auto& file = *static_cast<MemoryFile*>(self);
    const size_t count = std::min(static_cast<size_t>(most), file.bytes.size() - file.at_);
    if (count == 0) return AVERROR_EOF;
    std::memcpy(to, file.bytes.data() + file.at_, count);
    file.at_ += count;
    return static_cast<int>(count);
  }
  static int write(void* self, Written from, int count) {
    auto& file = *static_cast<MemoryFile*>(self);
    const size_t end = file.at_ + static_cast<size_t>(count);
    if (end > file.bytes.size()) file.bytes.resize(end);
    std::memcpy(file.bytes.data() + file.at_, from, static_cast<size_t>(count));
    file.at_ = end;
    return count;
  }
  static int64_t seek(void* self, int64_t offset, int whence) {
    auto& file = *static_cast<MemoryFile*>(self);
    const auto size = static_cast<int64_t>(file.bytes.size());
    if (whence == AVSEEK_SIZE) return size;
    const auto at = static_cast<int64_t>(file.at_);
    const int64_t to = offset + (whence == SEEK_SET ? 0 : whence == SEEK_CUR ? at : size);
    if (to < 0 || to > size) return AVERROR(EINVAL);
    file.at_ = static_cast<size_t>(to);
    return to;
  }

  AVIOContext* io_;
  size_t at_ = 0;
};

/// A file in memory with these streams and the packets of one.
class Trial {
 public:
  Trial(const AVOutputFormat& container, std::span<const AVCodecParameters* const> beside,
        const AVCodecParameters& sound, AVRational time_base,
        std::span<const AVPacket* const> packets) {
    AVFormatContext* made = nullptr;
    check(avformat_alloc_output_context2(&made, &container, nullptr, nullptr), "a trial",
          "be made");
    const Muxer muxer(made);
    for (const AVCodecParameters* other : beside) add_stream(*muxer, *other, {1, 90000});
    AVStream* stream = add_stream(*muxer, sound, time_base);
    MemoryFile file(true);
    muxer->pb = file.io();
    taken_ = mux(*muxer, *stream, time_base, packets);
    avio_flush(file.io());
    muxer->pb = nullptr;
    bytes_ = std::move(file.bytes);
  }

  /// Nothing of it was refused.
  bool taken() const { return taken_; }
  const std::vector<uint8_t>& bytes() const { return bytes_; }

 private:
  bool taken_ = false;
  std::vector<uint8_t> bytes_;
};

/// As a stream of that codec.
bool comes_back(const std::vector<uint8_t>& bytes, AVCodecID codec) {
  MemoryFile file(false);
  file.bytes = bytes;
  AVFormatContext* demuxer = allocated(avformat_alloc_context());
  demuxer->pb = file.io();
  // Frees the context when it fails.
  if (avformat_open_input(&demuxer, nullptr, nullptr, nullptr) < 0) return false;
  avformat_find_stream_info(demuxer, nullptr);
  bool found = false;
  for (unsigned i = 0; i < demuxer->nb_streams; ++i) {
    found = found || demuxer->streams[i]->codecpar->codec_id == codec;
  }
  avformat_close_input(&demuxer);
  return found;
}

}  // namespace

bool takes_sound(const AVOutputFormat& container, std::span<const AVCodecParameters* const> beside,
                 const AVCodecParameters& sound, AVRational time_base,
                 std::span<const AVPacket* const> packets) {
  if (avformat_query_codec(&container, sound.codec_id, FF_COMPLIANCE_NORMAL) == 0) return false;
  // AVI's muxer miscounts blocks of ADPCM: the sound would last three times as long.
  const bool is_adpcm =
      sound.codec_id >= AV_CODEC_ID_ADPCM_IMA_QT && sound.codec_id < AV_CODEC_ID_AMR_NB;
  if (is_adpcm && std::string_view(container.name) == "avi") return false;
  const Trial whole(container, beside, sound, time_base, {});
  if (!whole.taken()) return false;
  if (packets.empty()) return true;
  // Without the picture, of which there are no packets yet; some containers need it.
  const Trial alone(container, {}, sound, time_base, {});
  if (!alone.taken()) return true;
  const Trial filled(container, {}, sound, time_base, packets);
  return filled.taken() && comes_back(filled.bytes(), sound.codec_id);
}

}  // namespace dpt::video
