// Scores of classes from several views of a picture: mirrored, windows, other sizes (the
// evaluation of PyTorch-Encoding, specification 4.6).
#pragma once

#include <functional>
#include <vector>

#include "base/buffer.h"
#include "base/machine/thread_pool.h"
#include "image/image.h"
#include "image/resample/network_size.h"

namespace dpt::task {

/// height x width x channels float32, interleaved: a network's input, or scores of classes.
struct Maps {
  Maps() = default;
  /// Uninitialised. Throws Error(input) beyond 2^30 values.
  Maps(image::Size map_size, int map_channels);

  image::Size size;
  int channels = 0;
  Buffer<float> values;

  float* at(int x, int y) {
    return values.data() + (int64_t{y} * size.width + x) * int64_t{channels};
  }
  const float* at(int x, int y) const {
    return values.data() + (int64_t{y} * size.width + x) * int64_t{channels};
  }
};

/// Logits [height, width, classes] of an input; they stay until the next call.
using LogitsOf = std::function<const float*(const Maps& input)>;

struct ViewOptions {
  int classes = 0;
  bool flip = false;  ///< add the logits of the mirrored view, mirrored back
  int window = 0;     ///< side of the windows; 0: one view
  int stride = 0;     ///< from window to window, 1 to window
};

/// Where windows of a side begin in a length that is at least that side: every `stride`, the last
/// one reaching to the end or beyond it. Throws Error(usage) unless 1 <= stride <= window.
std::vector<int> window_places(int length, int window, int stride);

/// exp(logits + mirrored logits) at the input's size. With windows, an input is first filled up to
/// one window's size with `padding` (three values) on the right and below, as are windows that
/// reach beyond its end; where windows overlap, their mean. Throws as window_places().
Maps class_scores(ThreadPool& pool, const Maps& input, const ViewOptions& options,
                  const float* padding, const LogitsOf& logits_of);

/// sum += maps, resized: bilinear, align_corners (BL-T). Of as many channels.
void add_resized(ThreadPool& pool, const Maps& maps, Maps& sum);

/// 1 + the class of the largest score, the first of equal ones.
image::Labels largest_class(ThreadPool& pool, const Maps& scores);

}  // namespace dpt::task
