// Logits of the network's size to labels of the picture's size, without holding the enlarged
// logits.
#pragma once

#include "base/thread_pool.h"
#include "image/image.h"
#include "image/resize.h"

namespace dpt::task {

struct LogitMap {
  const float* data = nullptr;  ///< [height, width, classes]
  int width = 0, height = 0, classes = 0;
};

/// labels(x, y) = 1 + argmax over classes of the logits resized to labels' size (the first of equal
/// ones); scores, unless null and of the same size: softmax probability of that class.
void label_map(ThreadPool& pool, const LogitMap& logits, image::PlaneFilter filter,
               image::Labels& labels, image::Plane* scores);

}  // namespace dpt::task
