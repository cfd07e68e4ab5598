// What a frame owes to the ones before it.
#pragma once

#include <cstdint>
#include <optional>

#include "movie/prediction.h"
#include "task/display_range.h"
#include "task/temporal_filter.h"
#include "video/reader.h"

namespace dpt::movie {

/// Frame after frame: how much later than the last, whether a scene begins, and depth without
/// flicker.
class Smoother {
 public:
  /// `seconds` to average over; 0: depth as it is. `time_base`: seconds of a unit of time.
  /// `is_relative`: depth whose scale differs from frame to frame.
  Smoother(double seconds, double time_base, bool is_relative);

  void apply(Prediction& prediction, int64_t time);
  /// As if `frame` had been the last one, and `depth` (empty: not known) its result.
  void go_on_from(const video::Frame& frame, const image::Plane& depth);

 private:
  double time_base_;
  int64_t last_time_ = 0;
  task::SceneCuts cuts_;
  std::optional<task::TemporalFilter> filter_;
};

}  // namespace dpt::movie
