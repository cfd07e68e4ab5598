#include "cli/video_view.h"

#include "image/blend.h"
#include "image/palette.h"

namespace dpt::cli {

VideoView::VideoView(Layout layout, std::shared_ptr<const RangeRule> range,
                     image::Colormap colormap, int classes)
    : layout_(layout),
      rule_(std::move(range)),
      colormap_(colormap),
      palette_(image::make_palette(classes + 1)) {}

std::pair<int, int> VideoView::size_for(int width, int height) const {
  return {layout_ == Layout::side ? 2 * width : width,
          layout_ == Layout::stack ? 2 * height : height};
}

image::Range VideoView::range_of(const Prediction& prediction) {
  switch (rule_->kind) {
    case RangeRule::Kind::fixed:
    case RangeRule::Kind::global:
      return rule_->fixed;
    case RangeRule::Kind::frame:
      return image::finite_range(prediction.depth);
    case RangeRule::Kind::smooth:
      break;
  }
  return smooth_.next(prediction.depth, prediction.elapsed, prediction.cut);
}

image::Image VideoView::drawn_alone(const Prediction& prediction) {
  if (prediction.depth.empty()) {
    return image::overlay(prediction.picture, prediction.labels, palette_, 1.0F);
  }
  return image::colorize(prediction.depth, colormap_, range_of(prediction));
}

image::Image VideoView::draw(const Prediction& prediction) {
  return arranged(layout_, prediction.picture, drawn_alone(prediction));
}

}  // namespace dpt::cli
