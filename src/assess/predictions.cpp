#include "assess/predictions.h"

#include <fmt/core.h>

#include <cstdint>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/file/file.h"
#include "eval/datasets/text_file.h"
#include "image/codec/origin.h"
#include "image/codec/read_depth.h"

namespace dpt::assess {

namespace fs = std::filesystem;

namespace {

std::string last_part(const std::string& name) { return name.substr(name.rfind('/') + 1); }

/// A number of a text chunk.
double number_of(const image::TextChunks& text, std::string_view key, const fs::path& path,
                 std::string_view scale_name) {
  const std::string* value = image::find_text(text, key);
  const std::optional<double> number = value == nullptr ? std::nullopt : eval::to_real(*value);
  if (!number) {
    fail(ErrorKind::input, "{}: the PNG's text has no {} of its values; {} says what they mean",
         shown(path), key, scale_name);
  }
  return *number;
}

}  // namespace

PredictionFolder::PredictionFolder(fs::path folder, const eval::Dataset& dataset)
    : folder_(std::move(folder)) {
  std::error_code ignored;
  if (!fs::is_directory(folder_, ignored)) {
    fail(ErrorKind::input, "{}: is no folder", shown(folder_));
  }
  for (const eval::Sample& sample : dataset.samples) ++last_parts_[last_part(sample.name)];
}

std::optional<fs::path> PredictionFolder::find(const eval::Sample& sample, std::string_view suffix,
                                               std::span<const std::string_view> extensions) const {
  const std::string last = last_part(sample.name);
  for (const std::string& name : {sample.name, last}) {
    if (name == last && name != sample.name && last_parts_.at(last) > 1) continue;
    for (const std::string_view extension : extensions) {
      for (const std::string& file : {fmt::format("{}.{}", name, extension),
                                      fmt::format("{}.{}.{}", name, suffix, extension)}) {
        fs::path path = folder_ / file;
        std::error_code ignored;
        if (fs::is_regular_file(path, ignored)) return path;
      }
    }
  }
  return std::nullopt;
}

fs::path PredictionFolder::expect(const eval::Sample& sample, std::string_view suffix,
                                  std::span<const std::string_view> extensions) const {
  if (auto path = find(sample, suffix, extensions)) return *path;
  fail(ErrorKind::input, "no prediction {}.{} (or .{}.{}, or another format)",
       shown(folder_ / sample.name), extensions.front(), suffix, extensions.front());
}

DepthPrediction read_prediction(const fs::path& path, std::optional<double> scale,
                                std::string_view scale_name) {
  image::DepthFile file = image::read_depth(path);
  double factor = scale ? 1 / *scale : 1;
  double offset = 0;
  if (!scale && file.is_codes) {
    factor = number_of(file.text, "scale", path, scale_name);
    offset = number_of(file.text, "offset", path, scale_name);
  }
  if (factor != 1 || offset != 0) {
    for (float& value : file.values.span()) {
      value = static_cast<float>(offset + factor * value);
    }
  }
  DepthPrediction prediction{std::move(file.values), std::nullopt};
  if (const std::string* unit = image::find_text(file.text, "unit")) {
    if (*unit == image::metre_unit) prediction.kind = eval::PredictionKind::depth;
    if (*unit == image::relative_unit) prediction.kind = eval::PredictionKind::inverse;
  }
  return prediction;
}

image::Labels read_label_prediction(const fs::path& path, int first,
                                    std::string_view zero_based_name) {
  eval::StoredLabels stored = eval::read_stored_labels(path);
  if (stored.first == 1 && first == 0) {
    fail(ErrorKind::input, "{}: stores class 0 as 1 ({}); leave out {}", shown(path),
         image::describe(stored.text), zero_based_name);
  }
  const int class_0 = stored.first.value_or(first);
  for (uint16_t& label : stored.values.span()) {
    const int value = label - class_0 + 1;
    label = static_cast<uint16_t>(std::in_range<uint16_t>(value) ? value : 0);
  }
  return std::move(stored.values);
}

}  // namespace dpt::assess
