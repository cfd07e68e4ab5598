// The figures of a picture, and their names.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace dpt::eval {

struct FigureName {
  std::string_view key;    ///< in JSON and CSV
  std::string_view title;  ///< in tables
  bool larger_is_better = false;
};

/// Places in the figures of a depth evaluation.
enum DepthFigure : size_t {
  abs_rel,
  sq_rel,
  rmse,
  rmse_log,
  log10_error,
  silog,
  delta1,
  delta2,
  delta3,
  outliers,
  whdr,
  depth_figure_count
};

inline constexpr std::array<FigureName, depth_figure_count> depth_figure_names = {
    {{"abs_rel", "AbsRel"},
     {"sq_rel", "SqRel"},
     {"rmse", "RMSE"},
     {"rmse_log", "RMSElog"},
     {"log10", "log10"},
     {"silog", "SILog"},
     {"delta1", "d1", true},
     {"delta2", "d2", true},
     {"delta3", "d3", true},
     {"outliers", "d>1.25%"},
     {"whdr", "WHDR"}}};

/// Places in a picture's figures of a segmentation.
enum LabelFigure : size_t { pixel_accuracy, mean_accuracy, mean_iou, label_figure_count };

inline constexpr std::array<FigureName, label_figure_count> label_figure_names = {
    {{"pixel_accuracy", "pixAcc", true},
     {"mean_accuracy", "mAcc", true},
     {"mean_iou", "mIoU", true}}};

}  // namespace dpt::eval
