// The sound beside a video that is written. Only for this folder.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "video/av.h"
#include "video/reader.h"
#include "video/sound/converter.h"

namespace dpt::video {

/// The reader's tracks, each copied as it is where the container can hold it, else converted to
/// what the container usually has, else left out.
class SoundTracks {
 public:
  /// Adds a stream to `output` for each track, before its header is written. `video`: what stands
  /// beside them.
  SoundTracks(const Reader& reader, AVFormatContext& output, const AVCodecParameters& video);

  /// One line for each track that is not as it was.
  const std::vector<std::string>& notes() const { return notes_; }

  /// Gives packets with the times and the stream of the output.
  using Sink = std::function<void(AVPacket&)>;
  void write(const AVPacket& packet, const Sink& sink);
  /// After the last packet.
  void finish(const Sink& sink);

 private:
  struct Track {
    const AVStream* from = nullptr;
    AVStream* to = nullptr;
    std::optional<SoundConverter> converter;
    std::optional<int64_t> last;  // time of decoding, in the unit of `to`
  };

  void add(const AVStream& from, const std::vector<const AVPacket*>& packets);
  bool add_copied(const AVStream& from, const std::vector<const AVPacket*>& packets);
  bool add_converted(const AVStream& from);
  /// Of the output, so far.
  std::vector<const AVCodecParameters*> streams() const;
  AVStream* add_stream(const AVStream& from);
  void put(Track& track, AVPacket& packet, AVRational base, const Sink& sink) const;

  AVFormatContext& output_;
  const AVCodecParameters& video_;
  std::vector<Track> tracks_;
  std::vector<std::string> notes_;
};

}  // namespace dpt::video
