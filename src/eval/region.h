// Which pixels of a truth count.
#pragma once

#include <vector>

#include "eval/ordinal.h"

namespace dpt::eval {

/// Makes NaN of what lies outside the protocol's crop or is not between min_depth and cap, both
/// excluded. Returns how many pixels are left. Throws Error(input) where the crop is for pictures
/// of another size.
int64_t keep_region(const DepthProtocol& protocol, Depths& truth);

/// Makes NaN of what the KITTI benchmark's crop (image::kitti_crop) leaves out of a truth: nothing
/// is predicted there.
void keep_kitti_crop(Depths& truth);
/// Takes away the pairs with a point there; width and height are the truth's, in pixels.
void keep_kitti_crop(std::vector<OrdinalPair>& pairs, int width, int height);

/// A prediction of the KITTI benchmark's crop (1216 x 352) in a frame of this size, as the official
/// evaluation does: 0 is around it, which keep_kitti_crop() keeps from counting. Throws
/// Error(input), beginning with `name`, for a prediction of another size or a smaller frame.
image::Plane kitti_uncrop(const image::Plane& prediction, int width, int height,
                          std::string_view name = "kitti_crop");

}  // namespace dpt::eval
