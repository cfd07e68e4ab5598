// Enlarging depth along the edges of its photograph.
#pragma once

#include "base/machine/thread_pool.h"
#include "image/image.h"

namespace dpt::image {

/// Sharpens the edges (image/sharpen_edges.h), then joint bilateral upsampling (Kopf et al., 2007):
/// each pixel of the photograph gets the mean of the 5 x 5 values of `low` around it, weighted by
/// nearness (Gaussian, 0.8 pixels of `low`) and by likeness of colour (Gaussian, 20 of 255, against
/// the photograph averaged to low's size). So depth changes where the photograph does, and fewer
/// values lie between an object's and its background's than interpolation gives. A result as large
/// as the photograph; where low is larger, it is interpolated linearly.
Plane guided_upsample(ThreadPool& pool, const Plane& low, const ImageView& photograph);

}  // namespace dpt::image
