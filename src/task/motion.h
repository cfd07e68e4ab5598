// Motion between two frames of a video.
#pragma once

#include "image/image.h"

namespace dpt::task {

/// A frame, small and grey, for motion search: at most 320 pixels wide.
image::Plane motion_frame(const image::ImageView& picture);

/// Where each place of the present frame was in the last one: (x + dx, y + dy), pixels of the small
/// frames; one vector for each cell of 4 x 4 of them.
struct Motion {
  image::Plane dx, dy;
  image::Plane mismatch;  ///< mean absolute difference of the 8 x 8 block, of 255
};

/// Block matching from coarse to fine (three scales, up to 28 pixels), the vectors' median over 3 x
/// 3 cells. Both frames have one size of at least 1 x 1.
Motion find_motion(const image::Plane& now, const image::Plane& last);

}  // namespace dpt::task
