// Moving pictures to a file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "image/image.h"
#include "video/options.h"
#include "video/reader.h"

namespace dpt::video {

/// A file that gets its name when it is whole (NewFile). add() and the audio
/// may come from different threads, add() from one at a time. When one of its calls has thrown, it
/// takes nothing more and no file gets the name: add(), finish() and the audio throw Error(input).
class Writer {
 public:
  /// Size, times and range are those of the pictures to come; `path`'s extension chooses the
  /// container. Throws Error(usage) for unknown containers, codecs and their options, Error(input)
  /// when the file cannot be written.
  Writer(std::filesystem::path path, int width, int height, const VideoInfo& source,
         const WriterOptions& options);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// To be called before start(): copies the reader's audio without change. False when it has none,
  /// or one that the container cannot hold.
  bool copy_audio_of(Reader& reader);
  void start();

  /// A picture of the writer's size, shown from `time` on (in VideoInfo::time_base, growing). Left
  /// out where the container has one frame for each step of time and this step has one.
  void add(const image::Image& picture, int64_t time);
  /// Ends the file and gives it its name.
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dpt::video
