// Depth as 16-bit grey, as the official script's write_depth(bits=2) does (specification 3.5).
#pragma once

#include "image/draw/colormap.h"
#include "image/image.h"

namespace dpt::image {

struct DepthCodes {
  Gray16 codes;
  /// value = offset + scale * code, up to the truncation.
  double scale = 1.0;
  double offset = 0.0;
};

/// 65535 * (d - min) / (max - min) in float32, truncated; all zeros where max - min <= 2.2e-16.
/// min and max are those of the finite values; NaN and -inf become 0, +inf 65535.
DepthCodes depth_to_gray16(const Plane& depth);
/// The same with another range's ends; what is outside is clamped to them.
DepthCodes depth_to_gray16(const Plane& depth, Range shown);

/// --absolute_depth: the value itself, truncated and saturated to [0, 65535]; NaN becomes 0.
DepthCodes depth_to_gray16_absolute(const Plane& depth);

}  // namespace dpt::image
