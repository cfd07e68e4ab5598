// The options of `dpt video`.
#pragma once

#include <optional>
#include <string>

#include "cli/depth_options.h"
#include "cli/options.h"
#include "cli/parse.h"
#include "movie/view.h"
#include "video/options.h"

namespace dpt::cli {

struct VideoOptions {
  std::string source;
  std::string overwrite;
  std::string output;
  std::string task;  ///< "depth", "segmentation" or empty: as the model
  ModelOptions model;
  RuleOptions rule;
  DepthOptions depth;
  std::string view = "alone";
  std::string range = "smooth";
  double smooth = 0;  ///< seconds; 0: frames as they are
  std::string colormap = "inferno";
  video::WriterOptions writer;
  bool no_audio = false;
  double frame_rate = 0;
  int64_t frames = 0;  ///< at most so many; 0: all
  std::string start;   ///< parse_clock_time()'s texts; empty: the source's beginning and end
  std::string duration;
  bool resume = false;
  bool json = false;
  bool quiet = false;
  std::optional<int> threads;
};

inline constexpr std::string_view video_description =
    "Depth or segmentation of videos, cameras and streams";

void add_video_options(Parser& command, VideoOptions& options);

/// Throws Error(usage) for anything but smooth, frame, global and MIN,MAX.
movie::RangeRule range_rule_of(const VideoOptions& options);

/// What can be said before anything is opened: throws Error(usage) for a wrong range, standard
/// output, where a camera or a stream has no -o, and for --resume of what cannot go on.
void check_video_options(const VideoOptions& options);

}  // namespace dpt::cli
