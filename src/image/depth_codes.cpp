#include "image/depth_codes.h"

namespace dpt::image {

namespace {

/// Truncated and saturated; NaN becomes 0.
uint16_t to_code(float value) {
  if (!(value > 0.0F)) return 0;
  return value >= 65535.0F ? uint16_t{65535} : static_cast<uint16_t>(value);
}

}  // namespace

DepthCodes depth_to_gray16(const Plane& depth) {
  return depth_to_gray16(depth, finite_range(depth));
}

DepthCodes depth_to_gray16(const Plane& depth, Range shown) {
  DepthCodes result{Gray16(depth.width(), depth.height()), 0.0, shown.min};
  const float min = shown.min;
  const float range = shown.max - shown.min;
  // The script compares with numpy's epsilon of float64.
  const bool flat = !(static_cast<double>(range) > 2.220446049250313e-16);
  if (!flat) result.scale = (static_cast<double>(shown.max) - shown.min) / 65535.0;
  for (size_t i = 0; i < depth.size(); ++i) {
    const float value = depth.data()[i];
    result.codes.data()[i] = flat ? uint16_t{0} : to_code(65535.0F * (value - min) / range);
  }
  return result;
}

DepthCodes depth_to_gray16_absolute(const Plane& depth) {
  DepthCodes result{Gray16(depth.width(), depth.height()), 1.0, 0.0};
  for (size_t i = 0; i < depth.size(); ++i) result.codes.data()[i] = to_code(depth.data()[i]);
  return result;
}

}  // namespace dpt::image
