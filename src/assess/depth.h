// Depth against measured depth: of a model, or of saved predictions.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "assess/evaluator.h"
#include "assess/predictions.h"
#include "assess/setting.h"
#include "eval/depth_protocol.h"
#include "task/depth.h"

namespace dpt::assess {

struct DepthRule {
  /// Nothing: none for predictions in metres, else scale_shift.
  std::optional<eval::Alignment> alignment;
  /// Nothing: without alignment the data set's own for fine-tuned models, else none.
  std::optional<eval::Crop> crop;
  std::optional<double> cap;  ///< metres; nothing: the data set's
  double min_depth = 1e-3;    ///< metres
  int whdr_samples = 0;       ///< pairs of points that are drawn from each truth
  uint32_t seed = 0;          ///< of the drawing
  /// Predictions are of the KITTI benchmark's crop of each picture (image::kitti_crop).
  bool kitti_crop = false;
  /// Of the network's output to the picture's size.
  task::Upsampling upsampling = task::Upsampling::bilinear;

  bool apply_exif_orientation = true;  ///< pictures are turned as they say

  // Of saved predictions.
  std::optional<double> prediction_scale;  ///< stored value / scale is the prediction
  /// Nothing: as the first file says, else inverse.
  std::optional<eval::PredictionKind> prediction_kind;

  /// What errors call these fields; they outlive the plan.
  struct Names {
    std::string_view crop = "crop", min_depth = "min_depth";
    std::string_view kitti_crop = "kitti_crop", prediction_scale = "prediction_scale";
  } names{};
};

/// Plans refer to the data set and the folder, which outlive them. Throw Error(usage) where
/// min_depth is not below the cap; the evaluators' Error(model) where the model is none of depth.
Plan plan_depth(const eval::Dataset& dataset, const DepthRule& rule, const Model& model);
/// `name`: of the folder, for the record. Reads files until one says what they hold.
Plan plan_depth(const eval::Dataset& dataset, const DepthRule& rule, const PredictionFolder& folder,
                const std::string& name);

}  // namespace dpt::assess
