// The pipeline: reader -> network -> smoother -> sink, each on a thread of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "movie/prediction.h"
#include "movie/resumed_frames.h"
#include "movie/sink.h"
#include "video/reader.h"

namespace dpt::movie {

struct RunOptions {
  std::string source;       ///< what messages call it
  std::string begins_at{};  ///< what messages call the time at which reading begins; empty: 0
  int64_t most_frames = 0;  ///< 0: all
  double smooth = 0;        ///< seconds of depth to average along motion; 0: frames as they are
  bool is_relative = true;  ///< depth whose scale differs from frame to frame
  /// The first `done` frames are there: they are read and no more.
  ResumedFrames resumed{};
};

struct RunResult {
  int64_t frames = 0;  ///< predicted, without those that were there
  double predicting_seconds = 0;
};

/// Called after each frame: how many there are, also of an earlier run, of how many (0: not known).
using Progress = std::function<void(int64_t done, int64_t total)>;

/// All frames of the reader into the sink, whose finish() is left to the caller. A stop ends it
/// behind the frame that is being computed. Throws what went wrong first; Error(input) where no
/// frame could be decoded.
RunResult run(video::Reader& reader, const Predictor& predict, Sink& sink,
              const RunOptions& options, const Progress& progress, const std::stop_token& stop);

/// What was not as it should be in a source that has been read.
struct SourceReport {
  std::vector<std::string> problems;  ///< a line each
  /// All of it could be decoded. A camera or a stream has no frames that it should have had.
  bool is_whole = true;
};
SourceReport report_of(const video::Reader& reader, const std::string& source);

}  // namespace dpt::movie
