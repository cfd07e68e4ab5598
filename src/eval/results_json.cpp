// Results as JSON and back.
#include <fmt/core.h>

#include <array>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "eval/results.h"

namespace dpt::eval {

namespace {

using nlohmann::ordered_json;

constexpr const char* format_name = "dpt-eval";
constexpr int format_version = 1;
constexpr size_t most_samples = 100'000'000;
constexpr std::array<const char*, 2> task_names = {"depth", "segmentation"};

/// NaN becomes null, as JSON has none.
ordered_json figures_object(std::span<const FigureName> names, std::span<const double> values) {
  ordered_json object = ordered_json::object();
  for (size_t i = 0; i < names.size(); ++i) object[std::string(names[i].key)] = values[i];
  return object;
}

ordered_json picture_object(const Results& results, const PictureResult& picture) {
  ordered_json object = {
      {"index", picture.index}, {"picture", picture.picture}, {"valid", picture.valid}};
  if (results.task == EvalTask::depth) {
    object["scale"] = picture.scale;
    object["shift"] = picture.shift;
  }
  object.update(figures_object(figure_names(results.task), picture.figures));
  return object;
}

void add_classes(const Results& results, ordered_json& object) {
  if (!results.confusion) return;
  const LabelFigures figures = results.confusion->figures();
  object["classes"] = ordered_json::array();
  object["confusion"] = ordered_json::array();
  for (int c = 0; c < results.confusion->classes(); ++c) {
    const auto i = static_cast<size_t>(c);
    object["classes"].push_back({{"name", results.classes[i]},
                                 {"iou", figures.class_iou[i]},
                                 {"accuracy", figures.class_accuracy[i]}});
    ordered_json row = ordered_json::array();
    for (int p = 0; p <= results.confusion->classes(); ++p) {
      row.push_back(results.confusion->at(c, p));
    }
    object["confusion"].push_back(std::move(row));
  }
}

size_t count_from(const ordered_json& value, size_t most) {
  const auto number = value.is_number_integer() ? value.get<int64_t>() : -1;
  if (number < 0 || static_cast<uint64_t>(number) > most) {
    fail(ErrorKind::input, "{} is no number from 0 to {}",
         printable(value.dump(-1, ' ', false, ordered_json::error_handler_t::replace), 60), most);
  }
  return static_cast<size_t>(number);
}

double figure_from(const ordered_json& value) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

PictureResult picture_from(const ordered_json& object, const Results& results) {
  PictureResult picture;
  picture.index = count_from(object.at("index"), results.samples - 1);
  picture.picture = object.at("picture").get<std::string>();
  picture.valid = static_cast<int64_t>(count_from(object.at("valid"), image::max_pixels));
  if (results.task == EvalTask::depth) {
    picture.scale = object.at("scale").get<double>();
    picture.shift = object.at("shift").get<double>();
  }
  for (const FigureName& name : figure_names(results.task)) {
    picture.figures.push_back(figure_from(object.at(std::string(name.key))));
  }
  return picture;
}

void read_classes(const ordered_json& object, Results& results) {
  const ordered_json& rows = object.at("confusion");
  std::vector<int64_t> counts;
  for (const ordered_json& row : rows) {
    for (const ordered_json& count : row) {
      counts.push_back(static_cast<int64_t>(
          count_from(count, most_samples * static_cast<size_t>(image::max_pixels))));
    }
  }
  results.confusion = Confusion(static_cast<int64_t>(rows.size()), std::move(counts));
  for (const ordered_json& entry : object.at("classes")) {
    results.classes.push_back(entry.at("name").get<std::string>());
  }
  if (results.classes.size() != rows.size()) {
    fail(ErrorKind::input, "{} names of {} classes", results.classes.size(), rows.size());
  }
}

Results read_results(const ordered_json& object) {
  Results results;
  if (object.at("format") != format_name || object.at("version") != format_version) {
    fail(ErrorKind::input, R"(expected "format": "{}", "version": {})", format_name,
         format_version);
  }
  const std::string task = object.at("task").get<std::string>();
  if (task != task_names[0] && task != task_names[1]) {
    fail(ErrorKind::input, "task {}, expected depth or segmentation", printable(task, 60));
  }
  results.task = task == task_names[0] ? EvalTask::depth : EvalTask::segmentation;
  for (const auto& [key, value] : object.at("setting").items()) {
    results.setting.emplace_back(key, value.get<std::string>());
  }
  results.samples = count_from(object.at("samples"), most_samples);
  results.missing = count_from(object.at("missing"), most_samples);
  if (results.samples == 0) fail(ErrorKind::input, "samples is 0");
  for (const ordered_json& picture : object.at("pictures")) {
    results.pictures.push_back(picture_from(picture, results));
  }
  for (const ordered_json& picture : object.at("failed")) {
    results.failed.push_back({count_from(picture.at("index"), results.samples - 1),
                              picture.at("picture").get<std::string>(),
                              picture.at("error").get<std::string>()});
  }
  if (results.task == EvalTask::segmentation) read_classes(object, results);
  return results;
}

}  // namespace

ordered_json to_json(const Results& results) {
  ordered_json object = {{"format", format_name},
                         {"version", format_version},
                         {"task", task_names[static_cast<size_t>(results.task)]}};
  object["setting"] = ordered_json::object();
  for (const auto& [key, value] : results.setting) object["setting"][key] = value;
  object["samples"] = results.samples;
  object["missing"] = results.missing;
  object["evaluated"] = results.pictures.size() - skipped_in(results);
  object["skipped"] = skipped_in(results);
  object["summary"] = figures_object(figure_names(results.task), summary_of(results));
  object["pictures"] = ordered_json::array();
  for (const PictureResult& picture : results.pictures) {
    object["pictures"].push_back(picture_object(results, picture));
  }
  object["failed"] = ordered_json::array();
  for (const FailedPicture& picture : results.failed) {
    object["failed"].push_back(
        {{"index", picture.index}, {"picture", picture.picture}, {"error", picture.error}});
  }
  add_classes(results, object);
  return object;
}

Results from_json(const std::string& text, const std::string& name) {
  try {
    Results results = read_results(ordered_json::parse(text));
    put_in_order(results, "pictures");
    return results;
  } catch (const nlohmann::json::exception& error) {
    fail(ErrorKind::input, "{}: is no result of dpt eval: {}", name, printable(error.what(), 300));
  } catch (const Error& error) {
    fail(ErrorKind::input, "{}: is no result of dpt eval: {}", name, error.what());
  }
}

}  // namespace dpt::eval
