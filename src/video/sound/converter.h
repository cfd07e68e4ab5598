// Sound in another coding. Only for this folder.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "video/av.h"

extern "C" {
#include <libavutil/audio_fifo.h>
#include <libswresample/swresample.h>
}

namespace dpt::video {

/// Decodes the packets of one track and encodes them anew. The sound stays where its times say:
/// gaps of more than a tenth of a second are filled with silence, overlaps of that length are cut.
class SoundConverter {
 public:
  /// Nothing where FFmpeg has no decoder for `from`, or where `encoder` does not open for sound of
  /// that kind. `global_header`: as the container wants it.
  static std::optional<SoundConverter> open(const AVStream& from, const AVCodec& encoder,
                                            bool global_header);

  /// For the container: codec, and the unit of times, one sample.
  const AVCodecContext& encoder() const { return *encoder_; }

  using Sink = std::function<void(AVPacket&)>;
  /// What cannot be decoded becomes silence.
  void convert(const AVPacket& packet, const Sink& sink);
  /// After the last packet.
  void finish(const Sink& sink);

 private:
  struct Free {
    void operator()(SwrContext* p) const { swr_free(&p); }
    void operator()(AVAudioFifo* p) const { av_audio_fifo_free(p); }
  };

  SoundConverter() = default;
  void receive(const Sink& sink);
  void take(const AVFrame& frame, const Sink& sink);
  /// Brings what follows to `time`, in samples.
  void go_to(int64_t time, const Sink& sink);
  /// `frame` in the encoder's format and rate, null: what is still inside; into the queue.
  void resample(const AVFrame* frame);
  void queue(const AVFrame& frame);
  void add_silence(int64_t samples, const Sink& sink);
  /// Encodes whole frames of the queue; at the end all of it.
  void encode_queue(bool all, const Sink& sink);
  void encode(const AVFrame* frame, const Sink& sink);
  int frame_size() const;
  FramePtr make_frame(int samples) const;

  AVRational base_{};  // of the packets
  CodecContext decoder_, encoder_;
  std::unique_ptr<SwrContext, Free> resampler_;
  std::unique_ptr<AVAudioFifo, Free> queue_;
  FramePtr decoded_;
  PacketPtr packet_;
  std::optional<int64_t> next_;  // the time of the queue's first sample
  int64_t to_drop_ = 0;          // samples
};

}  // namespace dpt::video
