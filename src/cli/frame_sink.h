// Where the frames of `dpt video` go.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "cli/interruption.h"
#include "cli/video_options.h"
#include "cli/video_view.h"
#include "model/config.h"
#include "video/reader.h"

namespace dpt::cli {

class FrameSink {
 public:
  virtual ~FrameSink() = default;
  /// `time` in VideoInfo::time_base.
  virtual void add(Prediction prediction, int64_t time) = 0;
  /// After the last frame.
  virtual void finish() = 0;
};

/// A video file that shows the predictions. `range` may be completed before the first frame. What
/// could not be taken over is told by `note`.
std::unique_ptr<FrameSink> make_video_sink(const std::filesystem::path& path,
                                           const VideoOptions& options,
                                           std::shared_ptr<const RangeRule> range,
                                           const model::DptConfig& config, video::Reader& reader,
                                           const std::function<void(std::string)>& note);

/// One file of values for each frame, numbered from `done` + 1. `path` is a NumberedName. Throws
/// Error(usage) for formats that the task has not.
std::unique_ptr<FrameSink> make_sequence_sink(const std::filesystem::path& path,
                                              const model::DptConfig& config,
                                              const std::string& model, int64_t done,
                                              Interruption& interruption);

}  // namespace dpt::cli
