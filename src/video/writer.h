// Moving pictures to a file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "image/image.h"
#include "video/options.h"
#include "video/reader.h"

namespace dpt::video {

/// Grey of 16 bits in a part of a picture.
struct DeepGrey {
  image::Gray16 codes;
  int x = 0;
  int y = 0;
};

/// A file that gets its name when it is whole (NewFile). add() and the sound
/// may come from different threads, add() from one at a time. When one of its calls has thrown, it
/// takes nothing more and no file gets the name: add(), finish() and the sound throw Error(input).
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

  /// To be called before start(): takes the reader's tracks of sound, as they are where the
  /// container can hold them, else converted or left out. Gives a line for each that is not as it
  /// was.
  std::vector<std::string> take_sound_of(Reader& reader);
  void start();

  /// The frames have more than 8 bits, which add() can fill.
  bool takes_deep_grey() const;
  /// The frames have nothing but grey, of more than 8 bits.
  bool is_deep_grey() const;

  /// A picture of the writer's size, shown from `time` on (in VideoInfo::time_base, growing). Left
  /// out where the container has one frame for each step of time and this step has one.
  /// `grey`: stands in the picture's place, where takes_deep_grey().
  void add(const image::Image& picture, int64_t time, const DeepGrey* grey = nullptr);
  /// Ends the file and gives it its name.
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dpt::video
