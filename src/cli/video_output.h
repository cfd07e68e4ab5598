// What the results of `dpt video` are called.
#pragma once

#include <filesystem>
#include <string>

#include "cli/video_options.h"

namespace dpt::cli {

/// True where -o names a sequence of files: its last part holds one number, and its extension is
/// that of a picture or of depth (frame_%05d.png).
bool is_sequence(const std::string& output);

/// Throws Error(usage), its text beginning with `option`, for names of pictures with a percent sign
/// that are no pattern (a%x.png).
void refuse_half_a_pattern(const std::string& option, const std::string& name);

/// Where the result goes: -o, a name in the folder that -o names, or STEM.depth.mp4
/// (STEM.labels.mp4) beside the source. A name that another source would give as well does not
/// replace what is there: a file keeps its extension (clip.mov.depth.mp4) where another video has
/// its stem; pictures, cameras and streams get a number (camera-2.depth.mp4). Throws Error(usage)
/// where the source would be overwritten.
std::filesystem::path output_path(const VideoOptions& options, model::Task task);

}  // namespace dpt::cli
