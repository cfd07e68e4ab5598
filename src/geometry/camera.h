// Pinhole cameras, and distances from what a network says.
#pragma once

#include "image/image.h"

namespace dpt::geometry {

/// Square pixels, the axis through the picture's middle.
struct Camera {
  double focal = 0;  ///< pixels
  double center_x = 0, center_y = 0;
};

Camera camera_of_focal(int width, int height, double focal_pixels);
/// `degrees`: the angle that the picture's width spans, above 0 and below 180.
Camera camera_of_view(int width, int height, double degrees);
/// `millimetres`: focal length of the same diagonal angle on 35 mm film (36 x 24 mm), as EXIF has
/// it.
Camera camera_of_35mm(int width, int height, double millimetres);

/// Relative inverse depth -> distances along the axis: the largest value lies at `near`, the
/// smallest at `far`, and 1 / distance changes linearly between. Values that are not finite become
/// 0.
image::Plane distances_of_relative(const image::Plane& inverse, double near, double far);

}  // namespace dpt::geometry
