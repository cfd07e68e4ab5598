// How a video is coded; apart from writer.h because FFmpeg is not needed for it.
#pragma once

#include <string>

namespace dpt::video {

struct WriterOptions {
  std::string codec;         ///< FFmpeg's name; empty: libx264 (webm: libvpx-vp9)
  std::string preset;        ///< the encoder's speed, where it has one
  std::string pixel_format;  ///< empty: yuv420p, or the encoder's first
  int quality = -1;          ///< constant rate factor; -1: the encoder's default
};

}  // namespace dpt::video
