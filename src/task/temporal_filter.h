// Depth of a video without flicker.
#pragma once

#include <optional>

#include "image/image.h"

namespace dpt::task {

/// Recursive filter along motion: each frame's depth is mixed with the last result, moved as the
/// picture moved, except where the picture or the depth do not agree with it (uncovered, changed).
/// Before that, for relative depth, the frame's scale and shift, which the network chooses anew for
/// each frame, are brought to the last result's by least squares.
class TemporalFilter {
 public:
  /// `seconds` > 0: after which a change is followed to 1 - 1/e where the picture stands still.
  TemporalFilter(double seconds, bool is_relative)
      : time_constant_(seconds), is_relative_(is_relative) {}

  /// `elapsed`: seconds since the last frame; `cut`: another scene begins, so that nothing is kept.
  image::Plane next(image::Plane depth, const image::ImageView& picture, double elapsed, bool cut);

  /// As if `depth` had been the last result, of `picture`.
  void go_on_from(const image::Plane& depth, const image::ImageView& picture);

 private:
  double time_constant_;
  bool is_relative_;
  image::Plane last_frame_;  // small and grey
  image::Plane last_depth_;
};

}  // namespace dpt::task
