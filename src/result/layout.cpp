#include "result/layout.h"

#include <array>

#include "image/draw/blend.h"
#include "image/draw/panels.h"

namespace dpt::result {

namespace {

constexpr float overlay_share = 0.5F;

}  // namespace

image::Image arranged(Layout layout, const image::ImageView& picture, image::Image result) {
  const std::array<image::ImageView, 2> both = {picture, result.view()};
  switch (layout) {
    case Layout::alone:
      break;
    case Layout::side:
      return image::beside(both);
    case Layout::stack:
      return image::stacked(both);
    case Layout::overlay:
      return image::blend(both[0], both[1], overlay_share);
  }
  return result;
}

image::Size arranged_size(Layout layout, image::Size picture) {
  if (layout == Layout::side) picture.width *= 2;
  if (layout == Layout::stack) picture.height *= 2;
  return picture;
}

}  // namespace dpt::result
