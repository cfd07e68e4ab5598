// What an evaluation found: written as JSON, read back and merged.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/enum_names.h"
#include "base/json.h"
#include "eval/confusion.h"
#include "eval/report/figures.h"

namespace dpt::eval {

enum class EvalTask : uint8_t { depth, segmentation };

inline constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// A view of a prediction or a truth, as reports show it.
struct ShownPanel {
  std::string title;
  int width = 0, height = 0;
  std::string png;  ///< in base64
};

/// One picture's figures, by DepthFigure or LabelFigure; NaN: it has none.
struct PictureResult {
  size_t index = 0;  ///< in the data set
  std::string picture{};
  int64_t valid = 0;            ///< pixels that counted
  double scale = 1, shift = 0;  ///< depth only
  std::vector<double> figures;
  std::vector<ShownPanel> panels{};  ///< of the pictures that a report is to show
};

struct FailedPicture {
  size_t index = 0;
  std::string picture, error;
};

/// Names and values of what the figures depend on, which parts of one evaluation have in common:
/// data set, model, protocol. In the order in which they are shown; no name is there twice.
using Setting = std::vector<std::pair<std::string, std::string>>;

struct Results {
  EvalTask task = EvalTask::depth;
  Setting setting;
  size_t samples = 0;                   ///< of the whole data set
  size_t missing = 0;                   ///< entries that say themselves that they have no truth
  std::vector<PictureResult> pictures;  ///< by index
  std::vector<FailedPicture> failed;    ///< by index
  std::optional<Confusion> confusion;   ///< segmentation
  std::vector<std::string> classes;     ///< names; segmentation
};

std::span<const FigureName> figure_names(EvalTask task);

/// Depth: the mean of each figure over the pictures that have it, added in the data set's order.
/// Segmentation: of the confusion matrix. NaN where there is none.
std::vector<double> summary_of(const Results& results);

/// Pictures without any figure.
size_t skipped_in(const Results& results);

/// Everything, panels included; numbers round trip. The same results give the same text, however
/// they were merged.
Json to_json(const Results& results);

/// Throws Error(input), its text beginning with `name`.
Results from_json(const std::string& text, const std::string& name);

/// Puts pictures in the data set's order. Throws Error(input), beginning with `name`, where one is
/// there twice.
void put_in_order(Results& results, const std::string& name);

/// Adds what another share found. Throws Error(input), beginning with `name`, where it is of
/// another evaluation (naming what differs, and both values) or counts overflow, and as
/// put_in_order(); nothing is added then.
void merge(Results& results, Results part, const std::string& name);

}  // namespace dpt::eval

template <>
struct dpt::EnumNames<dpt::eval::EvalTask> {
  using enum dpt::eval::EvalTask;
  static constexpr EnumTable<dpt::eval::EvalTask, 2> table = {
      {{depth, "depth"}, {segmentation, "segmentation"}}};
};
