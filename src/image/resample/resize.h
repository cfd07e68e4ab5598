// Resampling with the exact definitions of the reference programs (specification, section 0).
#pragma once

#include "image/image.h"
#include "image/resample/normalization.h"

namespace dpt::image {

/// cv2.resize(INTER_CUBIC) of the float64 picture in [0, 1] to width x height, then normalised.
/// A = -0.75, replicated border, no antialias, overshoot kept, OpenCV's float32 coordinates. `out`:
/// height x width x 3 float32, interleaved RGB.
void resize_cubic_opencv(const ImageView& image, int width, int height,
                         const Normalization& normalization, float* out);

enum class PilFilter { bilinear, bicubic };

/// Image.resize of Pillow 13 for an RGB picture, bit for bit: antialiased, 22-bit fixed point,
/// rounded to 8 bits after each of the two passes; a pass that changes nothing is left out. The
/// vertical pass comes first where the height loses more than twice as many pixels as the width;
/// versions before 13 always begin with the horizontal one, which moves single values by one step.
Image resize_pil(const ImageView& image, int width, int height, PilFilter filter);

enum class PlaneFilter {
  bilinear,  ///< BL-F of the specification: align_corners false, no antialias
  bicubic,   ///< BC-F: A = -0.75, align_corners false, no antialias, overshoot kept
};

/// PyTorch's CPU interpolate in float32. `in`: in_height x in_width x channels, interleaved; `out`:
/// height x width x channels. The two must not overlap.
void resize_plane(const float* in, int in_width, int in_height, int channels, float* out, int width,
                  int height, PlaneFilter filter);

/// The same for one channel.
Plane resize_plane(const Plane& in, int width, int height, PlaneFilter filter);

}  // namespace dpt::image
