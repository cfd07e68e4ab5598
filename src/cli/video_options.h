// The options of `dpt video`.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "cli/options.h"
#include "cli/parse.h"
#include "cli/video_view.h"
#include "video/options.h"

namespace dpt::cli {

struct VideoOptions {
  std::string source;
  std::string output;
  std::string task;  ///< "depth", "segmentation" or empty: as the model
  ModelOptions model;
  RuleOptions rule;
  std::string view = "alone";
  std::string range = "smooth";
  double smooth = 0;  ///< seconds; 0: frames as they are
  std::string colormap = "inferno";
  video::WriterOptions writer;
  bool no_audio = false;
  double frame_rate = 0;
  int64_t frames = 0;  ///< at most so many; 0: all
  bool json = false;
  bool quiet = false;
  std::optional<int> threads;
};

inline constexpr std::string_view video_description =
    "Depth or segmentation of videos, cameras and streams";

void add_video_options(Parser& command, VideoOptions& options);

/// Throws Error(usage) for anything but smooth, frame, global and MIN,MAX.
RangeRule range_rule_of(const VideoOptions& options);

/// What can be said before anything is opened: throws Error(usage) for a wrong range, standard
/// output, and where a camera or a stream has no -o.
void check_video_options(const VideoOptions& options);

/// True where the result is a sequence of files (frame_%05d.png).
bool is_sequence(const std::string& output);

/// Where the result goes: -o, a name in the folder that -o names, or STEM.depth.mp4
/// (STEM.labels.mp4) beside the source. Throws Error(usage) where the source would be overwritten.
std::filesystem::path output_path(const VideoOptions& options, model::Task task);

}  // namespace dpt::cli
