// Moving pictures from files, image sequences, cameras and streams.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "image/image.h"

struct AVPacket;
struct AVStream;

namespace dpt::video {

struct Rational {
  int num = 0;
  int den = 1;
  double value() const { return den == 0 ? 0 : static_cast<double>(num) / den; }
};

struct VideoInfo {
  int width = 0;  ///< as shown: after the file's rotation
  int height = 0;
  Rational time_base;           ///< seconds of one unit of Frame::time
  Rational frame_rate;          ///< average; 0 where it is not known
  int64_t frames = 0;           ///< expected; 0 where it is not known (cameras, streams)
  Rational pixel_aspect{0, 1};  ///< width of a pixel to its height, as shown; 0: not known
  bool full_range = false;      ///< YCbCr of 0..255 instead of 16..235
};

struct Frame {
  image::Image picture;
  int64_t time = 0;  ///< when it is shown, in units of VideoInfo::time_base; grows strictly
};

struct ReaderOptions {
  double frame_rate = 0;  ///< of image sequences (default 25) and cameras (default: the camera's)
  /// What the source stands for, where it is a folder or a sequence of pictures that image::read()
  /// takes: they are the frames, and `source` is but a name.
  std::vector<std::filesystem::path> pictures;
  /// The part that is wanted, in seconds from the source's beginning: frames from the first one at
  /// `start` or after it, until `duration` has passed (0: to the end), and their sound. Times are
  /// those from `start` on. What lies before is read, but not decoded where it need not be.
  double start = 0, duration = 0;
};

/// A file that is no still picture (by its name) and in which FFmpeg finds moving ones.
bool holds_video(const std::filesystem::path& file);

/// One source. Used by one thread at a time, but for stop().
class Reader {
 public:
  /// `source`: a file, an address (rtsp://, http://...), a camera (/dev/videoN or N), or a numbered
  /// sequence of pictures that only FFmpeg reads (frame_%04d.dpx). Throws Error(input) naming the
  /// source.
  explicit Reader(const std::string& source, const ReaderOptions& options = {});
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  const VideoInfo& info() const;

  /// The next frame, turned as the file says; nothing at the end or after stop(). Frames that
  /// cannot be decoded whole are left out and counted.
  std::optional<Frame> next();
  int64_t damaged_frames() const;
  /// One line for each picture of a sequence that could not be read.
  std::vector<std::string> damaged_pictures() const;
  /// Why reading ended before the end of the source, as far as the source tells where that is;
  /// empty when it did not.
  const std::string& broken_off() const;

  /// Ends waiting for a camera or a stream; next() gives nothing from then on. From any thread.
  void stop();

  /// The tracks of sound that belong to the video.
  const std::vector<AVStream*>& sounds() const;
  /// Some of a track's first packets, as far as they stand near the beginning; valid until next().
  std::vector<const AVPacket*> first_packets(const AVStream& sound) const;
  /// What is to be done with all tracks' packets while next() reads.
  void pass_sound_to(std::function<void(const AVPacket&)> sink);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dpt::video
