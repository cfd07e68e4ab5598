// Which pixels of a truth count.
#pragma once

#include "eval/depth_protocol.h"

namespace dpt::eval {

/// Makes NaN of what lies outside the protocol's crop or is not between min_depth and cap, both
/// excluded. Returns how many pixels are left. Throws Error(input) where the crop is for pictures
/// of another size.
int64_t keep_region(const DepthProtocol& protocol, Depths& truth);

/// A prediction of the KITTI benchmark's crop (1216 x 352) in a frame of this size, as the official
/// evaluation does: its place is that of image::kitti_crop, and 0 is around it. Throws Error(input)
/// for a prediction of another size or a smaller frame.
image::Plane kitti_uncrop(const image::Plane& prediction, int width, int height);

}  // namespace dpt::eval
