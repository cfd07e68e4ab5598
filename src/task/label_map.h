// A network's class maps to labels of the picture's size.
#pragma once

#include "base/machine/thread_pool.h"
#include "image/image.h"
#include "image/resample/network_size.h"
#include "image/resample/resize.h"

namespace dpt::task {

struct ClassMaps {
  const float* data = nullptr;  ///< [height, width, classes]
  int width = 0, height = 0, classes = 0;
  /// Size of the logits, their own or twice that: the maps enlarged, bilinear, align_corners.
  image::Size logits;
};

/// labels(x, y) = 1 + argmax over classes of the logits resized to labels' size (the first of equal
/// ones); scores, unless null and of the same size: softmax probability of that class. The logits
/// are never held.
void label_map(ThreadPool& pool, const ClassMaps& maps, image::PlaneFilter filter,
               image::Labels& labels, image::Plane* scores);

}  // namespace dpt::task
