#include "eval/report/text_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace dpt::eval {

namespace {

constexpr int column = 9;

std::string csv_number(double value) { return std::isnan(value) ? "" : fmt::format("{}", value); }

/// Names may hold anything: quoted where they need it.
std::string csv_text(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

std::string class_table(const Results& results) {
  const LabelFigures figures = results.confusion->figures();
  std::string text = "\n   IoU     acc  class\n";
  for (size_t i = 0; i < results.classes.size(); ++i) {
    if (std::isnan(figures.class_iou[i])) continue;
    text += fmt::format("{:>6}  {:>6}  {}\n", figure_text(figures.class_iou[i]),
                        figure_text(figures.class_accuracy[i]), printable(results.classes[i]));
  }
  return text;
}

}  // namespace

std::string figure_text(double value) {
  if (std::isnan(value)) return "-";
  return value < 1 ? fmt::format("{:.4f}", value) : fmt::format("{:.3f}", value);
}

std::string counts_text(const Results& results) {
  const size_t count = results.pictures.size() + results.failed.size();
  std::string text = fmt::format("{} picture{}", count, count == 1 ? "" : "s");
  const auto add = [&](size_t some, std::string_view what) {
    if (some > 0) text += fmt::format(", {} {}", some, what);
  };
  add(skipped_in(results), "without valid truth");
  add(results.failed.size(), "failed");
  add(results.missing, "more of the list without truth");
  return text;
}

std::string table_of(const Results& results) {
  std::string text;
  for (const auto& [key, value] : results.setting) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", key, printable(value));
  }
  text += fmt::format("\n{}\n\n", counts_text(results));
  std::string line;
  const std::vector<double> summary = summary_of(results);
  const auto names = figure_names(results.task);
  for (size_t i = 0; i < names.size(); ++i) {
    if (std::isnan(summary[i]) && i == whdr) continue;
    text += fmt::format("{:>{}}", names[i].title, column);
    line += fmt::format("{:>{}}", figure_text(summary[i]), column);
  }
  text += fmt::format("\n{}\n", line);
  if (results.confusion) text += class_table(results);
  return text;
}

std::string csv_of(const Results& results) {
  const bool is_depth = results.task == EvalTask::depth;
  std::string text = is_depth ? "index,picture,valid,scale,shift" : "index,picture,valid";
  for (const FigureName& name : figure_names(results.task)) text += fmt::format(",{}", name.key);
  text += "\n";
  for (const PictureResult& picture : results.pictures) {
    text += fmt::format("{},{},{}", picture.index, csv_text(picture.picture), picture.valid);
    if (is_depth) text += fmt::format(",{},{}", picture.scale, picture.shift);
    for (const double figure : picture.figures) text += fmt::format(",{}", csv_number(figure));
    text += "\n";
  }
  return text;
}

}  // namespace dpt::eval
