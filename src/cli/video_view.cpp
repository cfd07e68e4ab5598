#include "cli/video_view.h"

#include "image/depth_codes.h"
#include "image/draw/blend.h"
#include "image/draw/palette.h"

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

image::Image VideoView::drawn_alone(const Prediction& prediction, image::Range range) {
  if (prediction.depth.empty()) {
    return image::overlay(prediction.picture, prediction.labels, palette_, 1.0F);
  }
  return image::colorize(prediction.depth, colormap_, range);
}

VideoView::Drawn VideoView::draw(const Prediction& prediction, bool deep) {
  const bool is_depth = !prediction.depth.empty();
  const image::Range range = is_depth ? range_of(prediction) : image::Range{};
  Drawn drawn{arranged(layout_, prediction.picture, drawn_alone(prediction, range))};
  if (deep && is_depth && shows_grey()) {
    drawn.grey = {image::depth_to_gray16(prediction.depth, range).codes,
                  layout_ == Layout::side ? prediction.picture.width() : 0,
                  layout_ == Layout::stack ? prediction.picture.height() : 0};
  }
  return drawn;
}

}  // namespace dpt::cli
