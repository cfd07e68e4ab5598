// Picture to network input: the two conventions of the specification's section 3.
#pragma once

#include "image/resample/network_size.h"
#include "image/resample/resize.h"

namespace dpt::image {

/// isl-org scripts: picture / 255 in double, OpenCV cubic to width x height, normalised. `out`:
/// height x width x 3 float32, interleaved RGB (the engine's N, H, W, 3).
void official_input(const ImageView& image, int width, int height,
                    const Normalization& normalization, float* out);

/// Hugging Face processors with the PIL backend: 8-bit PIL resize, times rescale_factor (1/255),
/// rounded to float32, normalised in float32. Same output layout.
void hf_input(const ImageView& image, int width, int height, PilFilter filter,
              double rescale_factor, const Normalization& normalization, float* out);

/// --kitti_crop of the official scripts: the bottom 352 rows, the middle 1216 columns, without a
/// copy. Throws Error(input) when the picture is smaller.
ImageView kitti_crop(const ImageView& image);

}  // namespace dpt::image
