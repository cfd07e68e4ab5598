#include "cli/video_view.h"

#include <array>

#include "image/blend.h"
#include "image/palette.h"
#include "image/panels.h"

namespace dpt::cli {

namespace {

constexpr float overlay_share = 0.5F;

}  // namespace

VideoView::VideoView(Layout layout, const RangeRule& range, image::Colormap colormap, int classes)
    : layout_(layout),
      rule_(range),
      colormap_(colormap),
      palette_(image::make_palette(classes + 1)) {}

std::pair<int, int> VideoView::size_for(int width, int height) const {
  return {layout_ == Layout::side ? 2 * width : width,
          layout_ == Layout::stack ? 2 * height : height};
}

image::Range VideoView::range_of(const Prediction& prediction, double seconds) {
  switch (rule_.kind) {
    case RangeRule::Kind::fixed:
      return rule_.fixed;
    case RangeRule::Kind::frame:
      return image::finite_range(prediction.depth);
    case RangeRule::Kind::smooth:
      break;
  }
  return smooth_.next(prediction.depth, seconds, cuts_.next(prediction.picture));
}

image::Image VideoView::drawn_alone(const Prediction& prediction, double seconds) {
  if (prediction.depth.empty()) {
    return image::overlay(prediction.picture, prediction.labels, palette_, 1.0F);
  }
  return image::colorize(prediction.depth, colormap_, range_of(prediction, seconds));
}

image::Image VideoView::draw(const Prediction& prediction, double seconds) {
  image::Image alone = drawn_alone(prediction, seconds);
  const std::array<image::ImageView, 2> both = {prediction.picture.view(), alone.view()};
  switch (layout_) {
    case Layout::alone:
      break;
    case Layout::side:
      return image::beside(both);
    case Layout::stack:
      return image::stacked(both);
    case Layout::overlay:
      return image::blend(both[0], both[1], overlay_share);
  }
  return alone;
}

}  // namespace dpt::cli
