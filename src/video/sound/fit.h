// Whether a container can hold a track of sound as it is. Only for this folder.
#pragma once

#include <span>

#include "video/av.h"

namespace dpt::video {

/// A file of that container is made in memory and read back, since neither the container's list of
/// codecs (FLAC in MP4) nor its header (ADPCM in MOV) is the whole truth, and a transport stream
/// takes anything but gives back what it knows. `beside`: the other streams, the picture first.
/// `packets`: the track's first ones.
bool takes_sound(const AVOutputFormat& container, std::span<const AVCodecParameters* const> beside,
                 const AVCodecParameters& sound, AVRational time_base,
                 std::span<const AVPacket* const> packets);

}  // namespace dpt::video
