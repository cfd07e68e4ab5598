// Which classes are taken for which, counted over a data set.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "eval/report/figures.h"
#include "image/image.h"

namespace dpt::eval {

inline constexpr int most_classes = 1024;

/// Figures of a whole matrix; NaN where there is nothing to divide by.
struct LabelFigures {
  double pixel_accuracy = 0;           ///< right pixels / pixels that count
  double mean_accuracy = 0;            ///< mean over the classes that the truth has
  double mean_iou = 0;                 ///< mean over the classes that truth or prediction have
  std::vector<double> class_accuracy;  ///< right / truth
  std::vector<double> class_iou;       ///< right / (truth + predicted - right)
};

class Confusion {
 public:
  /// Throws Error(input) unless 1 <= classes <= most_classes.
  explicit Confusion(int64_t classes);
  /// Rows as at() gives them: classes x (classes + 1). Throws Error(input) also for a negative
  /// count and for more than 2^63 - 1 pixels.
  Confusion(int64_t classes, std::vector<int64_t> counts);

  int classes() const { return classes_; }
  /// Pixels of the true class that were taken for another; `predicted` == classes(): for none.
  int64_t at(int truth, int predicted) const { return counts_[place(truth, predicted)]; }
  std::span<const int64_t> counts() const { return counts_; }

  /// Labels of one picture: class + 1. Pixels with truth 0 do not count, predictions beyond the
  /// classes and 0 are "none", which is always wrong. Both of one size.
  void add(const image::Labels& truth, const image::Labels& predicted);
  /// Of as many classes. Throws Error(input), having added nothing, where both together count more
  /// than 2^63 - 1 pixels.
  void add(const Confusion& other);

  int64_t pixels() const;
  LabelFigures figures() const;

 private:
  size_t place(int truth, int predicted) const {
    return static_cast<size_t>(truth) * (static_cast<size_t>(classes_) + 1) +
           static_cast<size_t>(predicted);
  }

  int classes_;
  std::vector<int64_t> counts_;
};

}  // namespace dpt::eval
