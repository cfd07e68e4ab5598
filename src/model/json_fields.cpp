#include "model/json_fields.h"

#include <fmt/core.h>

#include "base/error.h"

namespace dpt::model {

using nlohmann::json;

json parse_json_object(const std::string& text, const std::string& name) {
  json object = json::parse(text, nullptr, false);
  if (object.is_discarded() || !object.is_object()) {
    fail(ErrorKind::model, "{}: is not a JSON object", name);
  }
  return object;
}

JsonFields::JsonFields(const json& object, const std::string& name)
    : object_(object), name_(name) {}

bool JsonFields::has(const char* key) const {
  return object_.contains(key) && !object_[key].is_null();
}

int64_t JsonFields::integer(const char* key, int64_t fallback, int64_t least, int64_t most) const {
  if (!has(key)) return fallback;
  const json& value = object_[key];
  const bool fits =
      value.is_number_integer() && value.get<int64_t>() >= least && value.get<int64_t>() <= most;
  if (!fits) fail_expecting(key, fmt::format("a whole number from {} to {}", least, most));
  return value.get<int64_t>();
}

double JsonFields::number(const char* key, double fallback) const {
  if (!has(key)) return fallback;
  if (!object_[key].is_number()) fail_expecting(key, "a number");
  return object_[key].get<double>();
}

std::string JsonFields::text(const char* key, const char* fallback) const {
  if (!has(key)) return fallback;
  if (!object_[key].is_string()) fail_expecting(key, "a text");
  return object_[key].get<std::string>();
}

bool JsonFields::flag(const char* key, bool fallback) const {
  if (!has(key)) return fallback;
  if (!object_[key].is_boolean()) fail_expecting(key, "true or false");
  return object_[key].get<bool>();
}

std::string JsonFields::shown(const json& value) {
  return printable(value.dump(-1, ' ', false, json::error_handler_t::replace), 60);
}

void JsonFields::fail_expecting(const char* key, const std::string& expected) const {
  fail(ErrorKind::model, "{}: {} is {}, expected {}", name_, key, shown(object_[key]), expected);
}

}  // namespace dpt::model
