// How a result is shown together with its picture.
#pragma once

#include "base/enum_names.h"
#include "image/image.h"
#include "image/resample/network_size.h"

namespace dpt::result {

enum class Layout { alone, side, stack, overlay };

/// The result beside, below or over (half transparent) its picture of the same size, or as it is.
image::Image arranged(Layout layout, const image::ImageView& picture, image::Image result);

/// Width and height of what arranged() gives for a picture of this size.
image::Size arranged_size(Layout layout, image::Size picture);

}  // namespace dpt::result

template <>
struct dpt::EnumNames<dpt::result::Layout> {
  using enum dpt::result::Layout;
  static constexpr EnumTable<dpt::result::Layout, 4> table = {
      {{alone, "alone"}, {side, "side"}, {stack, "stack"}, {overlay, "overlay"}}};
};
