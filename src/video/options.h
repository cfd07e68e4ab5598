// How videos are read and coded; apart from writer.h because FFmpeg is not needed for it.
#pragma once

#include <string>

namespace dpt::video {

inline constexpr double usual_frame_rate = 25;  ///< of pictures

struct WriterOptions {
  std::string codec;         ///< FFmpeg's name; empty: libx264 (webm: libvpx-vp9)
  std::string preset;        ///< the encoder's speed, where it has one
  std::string pixel_format;  ///< empty: yuv420p, or the encoder's first
  int quality = -1;          ///< constant rate factor; -1: the encoder's default
};

}  // namespace dpt::video
