#include "eval/report/html_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "eval/report/text_report.h"
#include "image/codec/write.h"

namespace dpt::eval {

namespace {

constexpr std::string_view head = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>dpt eval</title>
<style>
body { font: 15px/1.4 system-ui, sans-serif; margin: 2em; color: #222; background: #fff; }
table { border-collapse: collapse; margin: 1em 0; }
th, td { padding: .2em .8em; border-bottom: 1px solid #ccc; text-align: right; }
th:first-child, td:first-child { text-align: left; }
figure { display: inline-block; margin: 0 .5em .5em 0; }
figcaption { font-size: 12px; color: #666; }
img { display: block; }
section > div { margin-bottom: 1.5em; }
</style>
</head>
<body>
)";

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : printable(text, 1000)) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string base64(const image::Bytes& bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t at = 0; at < bytes.size(); at += 3) {
    const size_t count = std::min<size_t>(bytes.size() - at, 3);
    uint32_t group = 0;
    for (size_t i = 0; i < 3; ++i) {
      group = group << 8 | (i < count ? static_cast<uint32_t>(bytes[at + i]) : 0);
    }
    for (size_t i = 0; i < 4; ++i) {
      text += i <= count ? base64_digits[group >> (18 - 6 * i) & 63] : '=';
    }
  }
  return text;
}

std::string row(const std::vector<std::string>& cells, std::string_view tag) {
  std::string text = "<tr>";
  for (const std::string& cell : cells) text += fmt::format("<{0}>{1}</{0}>", tag, cell);
  return text + "</tr>\n";
}

std::string summary_table(const Results& results) {
  std::vector<std::string> names, values;
  const std::vector<double> summary = summary_of(results);
  for (size_t i = 0; i < summary.size(); ++i) {
    names.emplace_back(escaped(std::string(figure_names(results.task)[i].title)));
    values.push_back(figure_text(summary[i]));
  }
  return "<table id=\"summary\">\n" + row(names, "th") + row(values, "td") + "</table>\n";
}

std::string setting_table(const Results& results) {
  std::string text = "<table id=\"setting\">\n";
  for (const auto& [key, value] : results.setting) {
    text += row({escaped(key), escaped(value)}, "td");
  }
  return text + "</table>\n";
}

std::string class_table(const Results& results) {
  if (!results.confusion) return "";
  const LabelFigures figures = results.confusion->figures();
  std::string text =
      "<h2>Classes</h2>\n<table id=\"classes\">\n" + row({"class", "IoU", "accuracy"}, "th");
  for (size_t i = 0; i < results.classes.size(); ++i) {
    text += row({escaped(results.classes[i]), figure_text(figures.class_iou[i]),
                 figure_text(figures.class_accuracy[i])},
                "td");
  }
  return text + "</table>\n";
}

std::string picture_block(const Results& results, const PictureResult& picture) {
  std::string text =
      fmt::format("<div>\n<p><b>{}</b> {} pixels", escaped(picture.picture), picture.valid);
  for (size_t i = 0; i < picture.figures.size(); ++i) {
    if (std::isnan(picture.figures[i])) continue;
    text += fmt::format(", {} {}", escaped(std::string(figure_names(results.task)[i].title)),
                        figure_text(picture.figures[i]));
  }
  text += "</p>\n";
  for (const ShownPanel& panel : picture.panels) {
    text += fmt::format(
        "<figure><img width=\"{0}\" height=\"{1}\" alt=\"{2}\" src=\"data:image/png;base64,{3}\">"
        "<figcaption>{2}</figcaption></figure>\n",
        panel.width, panel.height, escaped(panel.title), panel.png);
  }
  return text + "</div>\n";
}

std::string section(const Results& results, std::string_view id, std::string_view title,
                    const std::vector<const PictureResult*>& pictures) {
  std::string text = fmt::format("<section id=\"{}\">\n<h2>{}</h2>\n", id, title);
  for (const PictureResult* picture : pictures) text += picture_block(results, *picture);
  return text + "</section>\n";
}

/// The pictures that can be compared, the worst first.
std::vector<const PictureResult*> ranked(const Results& results) {
  const size_t figure = results.task == EvalTask::depth ? size_t{abs_rel} : size_t{pixel_accuracy};
  const bool larger_is_better = figure_names(results.task)[figure].larger_is_better;
  std::vector<const PictureResult*> pictures;
  for (const PictureResult& picture : results.pictures) {
    if (!std::isnan(picture.figures[figure])) pictures.push_back(&picture);
  }
  std::stable_sort(pictures.begin(), pictures.end(), [&](const auto* a, const auto* b) {
    return larger_is_better ? a->figures[figure] < b->figures[figure]
                            : a->figures[figure] > b->figures[figure];
  });
  return pictures;
}

}  // namespace

std::vector<const PictureResult*> worst_of(const Results& results, size_t count) {
  std::vector<const PictureResult*> pictures = ranked(results);
  pictures.resize(std::min(count, pictures.size()));
  return pictures;
}

std::vector<const PictureResult*> best_of(const Results& results, size_t count) {
  const std::vector<const PictureResult*> pictures = ranked(results);
  const size_t left = pictures.size() - std::min(count, pictures.size());
  const auto taken = static_cast<ptrdiff_t>(std::min(count, left));
  return {pictures.rbegin(), pictures.rbegin() + taken};
}

ShownPanel shown_panel(const Panel& panel) {
  return {panel.title, panel.image.width(), panel.image.height(),
          base64(image::encode_png(panel.image))};
}

std::string html_of(const Results& results, size_t count) {
  std::string text(head);
  text += results.task == EvalTask::depth ? "<h1>Depth</h1>\n" : "<h1>Segmentation</h1>\n";
  text += fmt::format("<p>{}</p>\n", counts_text(results));
  text += summary_table(results) + setting_table(results);
  text += section(results, "worst", "Worst pictures", worst_of(results, count));
  text += section(results, "best", "Best pictures", best_of(results, count));
  text += class_table(results);
  return text + "</body>\n</html>\n";
}

}  // namespace dpt::eval
