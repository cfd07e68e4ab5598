#include "image/resample/network_size.h"

#include <cmath>

#include "base/error.h"
#include "image/image.h"

namespace dpt::image {

namespace {

/// A side of `value` pixels brought to the grid of multiples; `wanted` bounds it.
double round_side(double value, int wanted, const ResizeRule& rule) {
  const double multiple = rule.multiple;
  // nearbyint rounds half to even, as numpy.round does.
  const double nearest = std::nearbyint(value / multiple) * multiple;
  if (rule.method == ResizeMethod::lower_bound && nearest < wanted) {
    return std::ceil(value / multiple) * multiple;
  }
  if (rule.method == ResizeMethod::upper_bound && nearest > wanted) {
    return std::floor(value / multiple) * multiple;
  }
  return nearest;
}

double common_scale(double across, double down, ResizeMethod method) {
  switch (method) {
    case ResizeMethod::lower_bound:
      return std::fmax(across, down);
    case ResizeMethod::upper_bound:
      return std::fmin(across, down);
    case ResizeMethod::minimal:
      break;
  }
  return std::fabs(1.0 - across) < std::fabs(1.0 - down) ? across : down;
}

}  // namespace

Size network_size(int width, int height, const ResizeRule& rule) {
  if (rule.width < 1 || rule.height < 1 || rule.multiple < 1) {
    fail(ErrorKind::usage, "resize rule: size {}x{} and multiple {}, expected positive numbers",
         rule.width, rule.height, rule.multiple);
  }
  if (width < 1 || height < 1) {
    fail(ErrorKind::input, "picture: is {}x{} pixels, expected at least 1x1", width, height);
  }
  double across = static_cast<double>(rule.width) / width;
  double down = static_cast<double>(rule.height) / height;
  if (rule.keep_aspect) across = down = common_scale(across, down, rule.method);
  const double columns = round_side(across * width, rule.width, rule);
  const double rows = round_side(down * height, rule.height, rule);
  if (columns < 1 || rows < 1) {
    fail(
        ErrorKind::input,
        "picture of {}x{} pixels: too long and narrow, its network input would be {}x{} (sides are "
        "rounded to multiples of {}); crop it or choose a larger network size",
        width, height, columns, rows, rule.multiple);
  }
  if (columns > max_side || rows > max_side || columns * rows > static_cast<double>(max_pixels)) {
    fail(ErrorKind::input,
         "picture of {}x{} pixels: its network input would be {}x{}, the limit is {} a side and {} "
         "pixels in all; crop it",
         width, height, columns, rows, max_side, max_pixels);
  }
  return {static_cast<int>(columns), static_cast<int>(rows)};
}

Size hf_network_size(int width, int height, const ResizeRule& rule) {
  ResizeRule minimal = rule;
  minimal.method = ResizeMethod::minimal;
  return network_size(width, height, minimal);
}

}  // namespace dpt::image
