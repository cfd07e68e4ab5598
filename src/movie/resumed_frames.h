// Where a sequence of frames that an earlier run began goes on.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "image/image.h"
#include "movie/pictures.h"

namespace dpt::movie {

struct ResumedFrames {
  int64_t done = 0;     ///< frames before which the earlier run ended
  image::Plane last{};  ///< depth of the last of them, where it is needed
};

/// The frames 1, 2, ... of `output` (a NumberedName) whose files are there and not older than the
/// source, or, where that is a sequence of pictures, than the picture of that place. Results get
/// their names when they are whole. `needs_last`: for smoothing, which goes on from that frame's
/// depth. Throws Error(input) where its file cannot be read.
ResumedFrames resumed_frames(const std::string& source, const Pictures& pictures,
                             const std::filesystem::path& output, bool needs_last);

}  // namespace dpt::movie
