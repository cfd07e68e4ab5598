// Depth whose blurred edges are brought to those of the photograph.
#pragma once

#include <array>
#include <vector>

#include "base/machine/thread_pool.h"
#include "image/image.h"

namespace dpt::image {

/// R, G, B of 255 and an unused number, for each pixel of a plane.
using PlaneColors = std::vector<std::array<float, 4>>;

/// Networks draw an edge over several of their pixels, between the values of its two sides. A value
/// is trusted the less the more it changes beyond what its surroundings change at large (a quarter
/// at an excess of 1/200 of four standard deviations per pixel); what is not trusted becomes the
/// mean of the 25 x 25 values around it, weighted by trust, by nearness (Gaussian, 6 pixels) and by
/// likeness of colour (about a Gaussian, 20 of 255). Planes, also aslant, stay as they are, so
/// patterns on a surface leave no trace in its depth. Follows scale and shift of `low`; stays
/// within its range.
Plane sharpen_edges(ThreadPool& pool, const Plane& low, const PlaneColors& colors);

}  // namespace dpt::image
