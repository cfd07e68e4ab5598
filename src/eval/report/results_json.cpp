// Results as JSON and back.
#include <fmt/format.h>

#include <limits>
#include <optional>

#include "base/error.h"
#include "base/json.h"
#include "eval/report/results.h"

namespace dpt::eval {

namespace {

constexpr const char* format_name = "dpt-eval";
constexpr int format_version = 1;
constexpr size_t most_samples = 100'000'000;
constexpr int most_nesting = 8;  // of which our files have five
constexpr size_t most_panel_side = 4096;

/// NaN becomes null, as JSON has none.
void add_figures(std::span<const FigureName> names, std::span<const double> values, Json& object) {
  for (size_t i = 0; i < names.size(); ++i) object[names[i].key] = values[i];
}

Json picture_object(const Results& results, const PictureResult& picture) {
  Json object = {{"index", picture.index}, {"picture", picture.picture}, {"valid", picture.valid}};
  if (results.task == EvalTask::depth) {
    object["scale"] = picture.scale;
    object["shift"] = picture.shift;
  }
  add_figures(figure_names(results.task), picture.figures, object);
  for (const ShownPanel& panel : picture.panels) {
    object["panels"].push_back({{"title", panel.title},
                                {"width", panel.width},
                                {"height", panel.height},
                                {"png", panel.png}});
  }
  return object;
}

void add_classes(const Results& results, Json& object) {
  if (!results.confusion) return;
  const LabelFigures figures = results.confusion->figures();
  object["classes"] = Json::list();
  object["confusion"] = Json::list();
  for (int c = 0; c < results.confusion->classes(); ++c) {
    const auto i = static_cast<size_t>(c);
    object["classes"].push_back({{"name", results.classes[i]},
                                 {"iou", figures.class_iou[i]},
                                 {"accuracy", figures.class_accuracy[i]}});
    Json row = Json::list();
    for (int p = 0; p <= results.confusion->classes(); ++p) {
      row.push_back(results.confusion->at(c, p));
    }
    object["confusion"].push_back(std::move(row));
  }
}

/// A value for messages: a number or a text itself, of others what they are.
std::string what(const Json& value) {
  if (value.is_list() || value.is_object()) return std::string(value.kind());
  return printable(value.dump(), 60);
}

const Json& field(const Json& object, const char* key) {
  if (!object.is_object()) {
    fail(ErrorKind::input, "expected an object with \"{}\", found {}", key, what(object));
  }
  const Json* found = object.find(key);
  if (found == nullptr) fail(ErrorKind::input, "an object without \"{}\"", key);
  return *found;
}

const Json::List& list_in(const Json& object, const char* key) {
  const Json& value = field(object, key);
  if (!value.is_list()) fail(ErrorKind::input, "\"{}\" is {}, expected a list", key, what(value));
  return value.items();
}

std::string text_from(const Json& value, const std::string& name) {
  if (value.is_text()) return value.text();
  fail(ErrorKind::input, "\"{}\" is {}, expected a text", printable(name, 60), what(value));
}

std::string text_in(const Json& object, const char* key) {
  return text_from(field(object, key), key);
}

double number_in(const Json& object, const char* key) {
  const Json& value = field(object, key);
  if (value.is_number()) return value.real();
  fail(ErrorKind::input, "\"{}\" is {}, expected a number", key, what(value));
}

size_t count_from(const Json& value, size_t most) {
  const auto number = value.is_integer() ? value.real() : -1.0;
  if (number < 0 || number > static_cast<double>(most)) {
    fail(ErrorKind::input, "{} is no number from 0 to {}", what(value), most);
  }
  return value.integer<size_t>();
}

size_t count_in(const Json& object, const char* key, size_t most) {
  return count_from(field(object, key), most);
}

/// null is NaN.
double figure_in(const Json& object, const char* key) {
  return field(object, key).is_null() ? std::numeric_limits<double>::quiet_NaN()
                                      : number_in(object, key);
}

/// The text goes into a report as it is.
std::string base64_in(const Json& object, const char* key) {
  std::string text = text_in(object, key);
  if (text.find_first_not_of(std::string(base64_digits) + '=') != std::string::npos) {
    fail(ErrorKind::input, "\"{}\" is no base64", key);
  }
  return text;
}

ShownPanel panel_from(const Json& object) {
  return {text_in(object, "title"), static_cast<int>(count_in(object, "width", most_panel_side)),
          static_cast<int>(count_in(object, "height", most_panel_side)), base64_in(object, "png")};
}

PictureResult picture_from(const Json& object, const Results& results) {
  PictureResult picture;
  picture.index = count_in(object, "index", results.samples - 1);
  picture.picture = text_in(object, "picture");
  picture.valid = static_cast<int64_t>(count_in(object, "valid", image::max_pixels));
  if (results.task == EvalTask::depth) {
    picture.scale = number_in(object, "scale");
    picture.shift = number_in(object, "shift");
  }
  for (const FigureName& name : figure_names(results.task)) {
    picture.figures.push_back(figure_in(object, std::string(name.key).c_str()));
  }
  if (object.contains("panels")) {
    for (const Json& panel : list_in(object, "panels")) picture.panels.push_back(panel_from(panel));
  }
  return picture;
}

void read_classes(const Json& object, Results& results) {
  const Json::List& rows = list_in(object, "confusion");
  std::vector<int64_t> counts;
  for (const Json& row : rows) {
    if (!row.is_list()) {
      fail(ErrorKind::input, "a row of \"confusion\" is {}, expected a list", what(row));
    }
    for (const Json& count : row.items()) {
      counts.push_back(static_cast<int64_t>(
          count_from(count, most_samples * static_cast<size_t>(image::max_pixels))));
    }
  }
  results.confusion = Confusion(static_cast<int64_t>(rows.size()), std::move(counts));
  for (const Json& entry : list_in(object, "classes")) {
    results.classes.push_back(text_in(entry, "name"));
  }
  if (results.classes.size() != rows.size()) {
    fail(ErrorKind::input, "{} names of {} classes", results.classes.size(), rows.size());
  }
}

Results read_results(const Json& object) {
  Results results;
  if (field(object, "format") != format_name || field(object, "version") != format_version) {
    fail(ErrorKind::input, R"(expected "format": "{}", "version": {})", format_name,
         format_version);
  }
  const std::string task = text_in(object, "task");
  const std::optional<EvalTask> known = parse_enum<EvalTask>(task);
  if (!known) {
    fail(ErrorKind::input, "task {}, expected {}", printable(task, 60),
         fmt::join(names_of<EvalTask>(), " or "));
  }
  results.task = *known;
  const Json& setting = field(object, "setting");
  if (!setting.is_object()) {
    fail(ErrorKind::input, "\"setting\" is {}, expected an object", what(setting));
  }
  for (const auto& [key, value] : setting.members()) {
    results.setting.emplace_back(key, text_from(value, key));
  }
  results.samples = count_in(object, "samples", most_samples);
  results.missing = count_in(object, "missing", most_samples);
  if (results.samples == 0) fail(ErrorKind::input, "samples is 0");
  for (const Json& picture : list_in(object, "pictures")) {
    results.pictures.push_back(picture_from(picture, results));
  }
  for (const Json& picture : list_in(object, "failed")) {
    results.failed.push_back({count_in(picture, "index", results.samples - 1),
                              text_in(picture, "picture"), text_in(picture, "error")});
  }
  if (results.task == EvalTask::segmentation) read_classes(object, results);
  return results;
}

}  // namespace

Json to_json(const Results& results) {
  Json object = {{"format", format_name},
                 {"version", format_version},
                 {"task", std::string(name_of(results.task))}};
  object["setting"] = Json::object();
  for (const auto& [key, value] : results.setting) object["setting"][key] = value;
  object["samples"] = results.samples;
  object["missing"] = results.missing;
  object["evaluated"] = results.pictures.size() - skipped_in(results);
  object["skipped"] = skipped_in(results);
  add_figures(figure_names(results.task), summary_of(results), object["summary"]);
  object["pictures"] = Json::list();
  for (const PictureResult& picture : results.pictures) {
    object["pictures"].push_back(picture_object(results, picture));
  }
  object["failed"] = Json::list();
  for (const FailedPicture& picture : results.failed) {
    object["failed"].push_back(
        {{"index", picture.index}, {"picture", picture.picture}, {"error", picture.error}});
  }
  add_classes(results, object);
  return object;
}

Results from_json(const std::string& text, const std::string& name) {
  try {
    Results results = read_results(Json::parse(text, most_nesting));
    put_in_order(results, "pictures");
    return results;
  } catch (const Json::Exception& error) {
    fail(ErrorKind::input, "{}: is no result of dpt eval: {}", name, error.what());
  } catch (const Error& error) {
    fail(ErrorKind::input, "{}: is no result of dpt eval: {}", name, error.what());
  }
}

}  // namespace dpt::eval
