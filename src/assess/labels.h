// Labels against annotated ones: of a model, or of saved predictions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "assess/evaluator.h"
#include "assess/predictions.h"
#include "assess/setting.h"
#include "task/multi_scale.h"

namespace dpt::assess {

struct LabelRule {
  /// How a model sees a picture; nothing: the plain segmenter.
  std::optional<task::MultiScaleOptions> views;
  bool apply_exif_orientation = true;  ///< pictures are turned as they say
  bool zero_based = false;             ///< saved predictions store the class, not class + 1

  // Of a list's truth, which does not say it itself.
  bool truth_zero_based = false;
  std::optional<int> ignored;  ///< stored value; nothing: 0, or 255 with truth_zero_based
  std::optional<int> classes;  ///< nothing: the model's

  /// What errors call these fields; they outlive the plan.
  struct Names {
    std::string_view zero_based = "zero_based", truth_zero_based = "truth_zero_based";
    std::string_view ignored = "ignored", classes = "classes";
  } names{};
};

/// Plans refer to the data set and the folder, which outlive them. Throw Error(usage) where the
/// number of classes is not known, is not the model's or is above eval::most_classes, and for what
/// is of a list's truth with another data set; the evaluators' Error(model) where the model is none
/// of segmentation, and as MultiScaleSegmenter.
Plan plan_labels(const eval::Dataset& dataset, const LabelRule& rule, const Model& model);
/// `name`: of the folder, for the record.
Plan plan_labels(const eval::Dataset& dataset, const LabelRule& rule,
                 const PredictionFolder& folder, const std::string& name);

}  // namespace dpt::assess
