// What the results of a movie are called.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "model/config.h"

namespace dpt::movie {

/// True where `output` names a sequence of files: its last part holds one number, and its extension
/// is that of a picture or of depth (frame_%05d.png).
bool is_sequence(const std::string& output);

/// Throws Error(usage), its text beginning with `field`, for names of pictures with a percent sign
/// that are no pattern (a%x.png).
void refuse_half_a_pattern(std::string_view field, const std::string& name);

/// Where the result goes: `output`, a name in the folder that it names, or STEM.depth.mp4
/// (STEM.labels.mp4) beside the source where it is empty. A name that another source would give as
/// well does not replace what is there: a file keeps its extension (clip.mov.depth.mp4) where
/// another video has its stem; pictures, cameras and streams get a number (camera-2.depth.mp4).
/// Throws Error(usage) where the source would be overwritten; `field` is what it calls `output`.
std::filesystem::path output_path(const std::string& source, const std::string& output,
                                  model::Task task, std::string_view field = "output");

/// The first file of a numbered sequence that is there already; empty: none.
std::filesystem::path first_of_sequence(const std::filesystem::path& pattern);

}  // namespace dpt::movie
