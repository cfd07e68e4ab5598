// Where a sequence of frames that an earlier run began goes on.
#pragma once

#include <cstdint>
#include <filesystem>

#include "cli/video_options.h"
#include "cli/video_source.h"
#include "image/image.h"
#include "model/config.h"

namespace dpt::cli {

struct ResumedFrames {
  int64_t done = 0;     ///< frames before which the earlier run ended
  image::Plane last{};  ///< depth of the last of them, where --smooth needs it
};

/// Throws Error(usage) for --resume of a video file.
void check_resuming(const VideoOptions& options);

/// The frames 1, 2, ... of `output` (a numbered sequence) whose files are there and not older than
/// the source, or, where the source is a sequence of pictures, than the picture of that place.
/// Results get their names when they are whole. None without --resume. Throws Error(usage) with
/// --smooth for formats that round depth, Error(input) where the last file cannot be read.
ResumedFrames resumed_frames(const VideoOptions& options, const std::filesystem::path& output,
                             const Pictures& source, const model::DptConfig& config);

}  // namespace dpt::cli
