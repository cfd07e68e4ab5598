// What a frame of a result video shows.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/layout.h"
#include "image/draw/colormap.h"
#include "image/image.h"
#include "task/display_range.h"
#include "video/writer.h"

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

  struct Drawn {
    image::Image picture;
    std::optional<video::DeepGrey> grey{};
  };

  /// `deep`: grey depth also as 16 bits, where the layout shows it as it is.
  Drawn draw(const Prediction& prediction, bool deep = false);

  /// Shows depth in grey that draw() can give as 16 bits.
  bool shows_grey() const {
    return colormap_ == image::Colormap::gray && layout_ != Layout::overlay;
  }

 private:
  image::Image drawn_alone(const Prediction& prediction, image::Range range);
  image::Range range_of(const Prediction& prediction);

  Layout layout_;
  std::shared_ptr<const RangeRule> rule_;
  image::Colormap colormap_;
  std::vector<image::Rgb> palette_;
  task::SmoothRange smooth_;
};

}  // namespace dpt::cli
