#include "movie/view.h"

#include "image/depth_codes.h"
#include "image/draw/blend.h"
#include "image/draw/palette.h"

namespace dpt::movie {

using result::Layout;

View::View(const ViewRule& rule, int classes)
    : rule_(rule), palette_(image::make_palette(classes + 1)) {}

image::Range View::range_of(const Prediction& prediction) {
  switch (rule_.range.kind) {
    case RangeRule::Kind::fixed:
    case RangeRule::Kind::global:
      return rule_.range.fixed;
    case RangeRule::Kind::frame:
      return image::finite_range(prediction.depth);
    case RangeRule::Kind::smooth:
      break;
  }
  return smooth_.next(prediction.depth, prediction.elapsed, prediction.cut);
}

image::Image View::drawn_alone(const Prediction& prediction, image::Range range) {
  if (prediction.depth.empty()) {
    return image::overlay(prediction.picture, prediction.labels, palette_, 1.0F);
  }
  return image::colorize(prediction.depth, rule_.colormap, range);
}

View::Drawn View::draw(const Prediction& prediction, bool deep) {
  const bool is_depth = !prediction.depth.empty();
  const image::Range range = is_depth ? range_of(prediction) : image::Range{};
  Drawn drawn{result::arranged(rule_.layout, prediction.picture, drawn_alone(prediction, range))};
  if (deep && is_depth && shows_grey()) {
    drawn.grey = {image::depth_to_gray16(prediction.depth, range).codes,
                  rule_.layout == Layout::side ? prediction.picture.width() : 0,
                  rule_.layout == Layout::stack ? prediction.picture.height() : 0};
  }
  return drawn;
}

}  // namespace dpt::movie
