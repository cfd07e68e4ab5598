// Whether a source ends where it said that it would. Only for this folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "video/av.h"

namespace dpt::video {

/// How many bytes a Matroska (WebM), MP4 (MOV) or RIFF (AVI) file says that it has, as far as it
/// can be followed; nothing for other files and where it does not say (recorded live).
std::optional<uint64_t> promised_bytes(const std::filesystem::path& file);

/// Counts what is read of a source, to compare it with what its header promises.
class FileEnd {
 public:
  FileEnd() = default;
  /// `sounds`: how many streams are read beside the video.
  FileEnd(const AVFormatContext& input, const AVStream& video, double frame_rate, unsigned sounds);

  void count(const AVPacket& packet, AVRational base);
  /// What the source said that it holds and has not, for a message; empty: nothing.
  std::string missing() const;

 private:
  struct Seconds {
    double held = 0;
    double promised = 0;
  };

  std::string missing_frames() const;
  /// Nothing where the source does not say how long it is.
  std::optional<Seconds> seconds() const;

  const AVFormatContext* input_ = nullptr;
  const AVStream* video_ = nullptr;
  double frame_ = 0;  // seconds
  unsigned sounds_ = 0;
  int64_t packets_ = 0;         // of the video
  double video_end_ = 0;        // seconds, of its own time
  double end_ = 0;              // of video and sound
  double longest_step_ = 0;     // between two frames
  std::optional<double> last_;  // frame's time of decoding
};

}  // namespace dpt::video
