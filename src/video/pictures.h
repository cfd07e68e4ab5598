// Pictures one after the other as the frames of a video.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "image/image.h"
#include "video/cut.h"
#include "video/reader.h"

namespace dpt::video {

/// Read as `dpt depth` reads pictures (image::read()); those of another size than the first one's
/// are brought to it, bicubic.
class PictureSequence {
 public:
  /// `frame_rate`: of one picture to the next; 0: 25. Pictures outside of `cut` are not opened.
  /// Throws Error(input) when none can be read.
  PictureSequence(std::vector<std::filesystem::path> files, double frame_rate, const Cut& cut);

  VideoInfo info() const;
  /// The next picture that can be read; nothing at the end.
  std::optional<Frame> next();
  /// Why the others could not be read, a line each that names the file.
  const std::vector<std::string>& errors() const { return errors_; }

 private:
  std::optional<Frame> read_next();

  std::vector<std::filesystem::path> files_;
  Rational rate_;
  size_t at_ = 0;
  std::vector<std::string> errors_;
  int width_ = 0, height_ = 0;
  std::optional<Frame> first_;
};

}  // namespace dpt::video
