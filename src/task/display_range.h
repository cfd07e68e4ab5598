// Which depths the ends of a colour map stand for, from frame to frame of a video.
#pragma once

#include <array>
#include <optional>

#include "image/draw/colormap.h"
#include "image/image.h"

namespace dpt::task {

/// The `low` and `high` quantiles (0 to 1) of about 16,000 of the finite values, spread evenly over
/// the plane; {0, 0} when there is none.
image::Range robust_range(const image::Plane& plane, double low = 0.01, double high = 0.99);

/// Tells where one scene of a video ends and another begins: pictures of 32 x 18 grey averages that
/// correlate by less than 0.5.
class SceneCuts {
 public:
  /// True for the first picture, and for one that shows another scene than the last.
  bool next(const image::ImageView& picture);

 private:
  static constexpr int columns = 32;
  static constexpr int rows = 18;
  using Thumbnail = std::array<float, columns * rows>;
  static Thumbnail thumbnail_of(const image::ImageView& picture);

  std::optional<Thumbnail> last_;
};

/// A display range that follows the robust range slowly, so that colours do not flicker: it comes
/// as near as 1/e in `time_constant` seconds, and begins again at a cut.
class SmoothRange {
 public:
  explicit SmoothRange(double time_constant = 1.0) : time_constant_(time_constant) {}

  /// `seconds` since the last frame.
  image::Range next(const image::Plane& depth, double seconds, bool cut);

 private:
  double time_constant_;
  std::optional<image::Range> range_;
};

}  // namespace dpt::task
