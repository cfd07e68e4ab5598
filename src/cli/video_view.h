// What a frame of a result video shows.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/layout.h"
#include "image/colormap.h"
#include "image/image.h"
#include "task/display_range.h"

namespace dpt::cli {

/// One frame and what the network says of it: depth or labels, at the frame's size.
struct Prediction {
  image::Image picture;
  image::Plane depth{};
  image::Labels labels{};
  double elapsed = 0;  ///< seconds since the last frame
  bool cut = false;    ///< another scene begins
};

/// How the range of depths that is shown comes about.
struct RangeRule {
  enum class Kind { smooth, frame, global, fixed } kind = Kind::smooth;
  image::Range fixed;  ///< also of global, once it is known
};

/// Draws frame after frame of one video.
class VideoView {
 public:
  /// `range` may be completed (global) before the first frame is drawn.
  VideoView(Layout layout, std::shared_ptr<const RangeRule> range, image::Colormap colormap,
            int classes);

  /// Width and height of what draw() gives for frames of this size.
  std::pair<int, int> size_for(int width, int height) const;

  image::Image draw(const Prediction& prediction);

 private:
  image::Image drawn_alone(const Prediction& prediction);
  image::Range range_of(const Prediction& prediction);

  Layout layout_;
  std::shared_ptr<const RangeRule> rule_;
  image::Colormap colormap_;
  std::vector<image::Rgb> palette_;
  task::SmoothRange smooth_;
};

}  // namespace dpt::cli
