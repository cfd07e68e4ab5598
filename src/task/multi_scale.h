// Segmentation from several sizes of a picture, mirrored and in windows.
#pragma once

#include <memory>
#include <vector>

#include "image/image.h"
#include "runtime/session.h"
#include "task/class_scores.h"
#include "task/input_rule.h"

namespace dpt::task {

struct MultiScaleOptions {
  std::vector<double> scales = {1};
  bool flip = false;
  /// Side of the windows; 0: each size in one piece, with the input rule's sides times the scale.
  int window = 0;
  int stride = 0;  ///< from window to window, 1 to window; without windows it is not read
  /// With windows: the picture's longer side at scale 1, which the shorter one follows.
  int base = 520;
};

/// PyTorch-Encoding's evaluation of ADE20K (specification 4.6).
MultiScaleOptions ade20k_multi_scale();

/// The picture's size at a scale where there are windows: longer side ceil(base * scale), the other
/// one rounded.
image::Size scaled_size(int width, int height, int base, double scale);

/// One thread's segmenter. Shares the Engine with others.
class MultiScaleSegmenter {
 public:
  /// Throws Error(model) when the engine's model is not a segmentation model, Error(usage),
  /// naming the field, for windows whose side the network cannot have, a stride that is none or
  /// leaves gaps between them, no scales, and scales that are not above 0 and at most 100.
  MultiScaleSegmenter(std::shared_ptr<runtime::Engine> engine, const InputRule& rule, int threads,
                      MultiScaleOptions options);

  /// Class + 1 at the picture's size: the largest of the scores' sum over the scales, each resized
  /// (BL-T). With windows the normalised picture is resized in the same way; else it enters by the
  /// input rule. Throws Error(input) for a picture that cannot be brought to a network size.
  image::Labels run(const image::ImageView& picture);

 private:
  Maps input_at(const image::ImageView& picture, double scale);

  InputRule rule_;
  MultiScaleOptions options_;
  runtime::Session session_;
};

}  // namespace dpt::task
