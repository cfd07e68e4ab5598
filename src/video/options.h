// How videos are read and coded; apart from writer.h because FFmpeg is not needed for it.
#pragma once

#include <string>

namespace dpt::video {

inline constexpr double usual_frame_rate = 25;  ///< of pictures

/// What the fields of WriterOptions are called in messages.
struct WriterNames {
  std::string codec = "codec";
  std::string preset = "preset";
  std::string pixel_format = "pixel_format";
  std::string quality = "quality";
};

struct WriterOptions {
  std::string codec;         ///< FFmpeg's name; empty: libx264 (webm: libvpx-vp9)
  std::string preset;        ///< the encoder's speed, where it has one
  std::string pixel_format;  ///< empty: yuv420p, or the encoder's first
  int quality = -1;          ///< constant rate factor; -1: the encoder's default
  WriterNames names{};
};

}  // namespace dpt::video
