#include "model/json_fields.h"

#include <fmt/core.h>

#include <stdexcept>

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

namespace {

const FieldRule* find_rule(const FieldTables& tables, std::string_view key) {
  for (const std::span<const FieldRule> table : tables) {
    for (const FieldRule& rule : table) {
      if (rule.name == key) return &rule;
    }
  }
  return nullptr;
}

}  // namespace

std::vector<std::string> unknown_fields(const json& object, const FieldTables& tables) {
  std::vector<std::string> names;
  for (const auto& [key, value] : object.items()) {
    if (find_rule(tables, key) == nullptr && !value.is_null()) names.push_back(key);
  }
  return names;
}

std::string unknown_fields_note(const std::string& name, const std::vector<std::string>& fields) {
  constexpr size_t most = 5;
  std::string list;
  for (size_t i = 0; i < fields.size() && i < most; ++i) {
    list += (i == 0 ? "" : ", ") + printable(fields[i], 60);
  }
  if (fields.size() > most) list += fmt::format(" and {} more", fields.size() - most);
  return fmt::format("{}: goes without fields that it does not know: {}", name, list);
}

JsonFields::JsonFields(const json& object, const std::string& name, FieldTables tables)
    : object_(object), name_(name), tables_(std::move(tables)) {
  for (const auto& [key, value] : object_.items()) {
    const FieldRule* known = find_rule(tables_, key);
    if (known == nullptr || known->use != Use::fixed) continue;
    const json wanted = json::parse(known->value);
    // Null is as false for Python.
    const bool none = value.is_null() && (wanted == false || wanted.is_null());
    if (!none && value != wanted)
      fail_expecting(key, fmt::format("{}, all that this version runs", known->value));
  }
}

bool JsonFields::has(std::string_view key) const {
  const json* value = find(key);
  return value != nullptr && !value->is_null();
}

bool JsonFields::is_null(std::string_view key) const {
  const json* value = find(key);
  return value != nullptr && value->is_null();
}

bool JsonFields::flag_or_null(std::string_view key, bool fallback) const {
  return !is_null(key) && flag(key, fallback);
}

int64_t JsonFields::integer(std::string_view key, int64_t fallback, int64_t least,
                            int64_t most) const {
  const json* value = find(key);
  if (value == nullptr) return fallback;
  const bool fits =
      value->is_number_integer() && value->get<int64_t>() >= least && value->get<int64_t>() <= most;
  if (!fits) fail_expecting(key, fmt::format("a whole number from {} to {}", least, most));
  return value->get<int64_t>();
}

double JsonFields::number(std::string_view key, double fallback) const {
  const json* value = find(key);
  if (value == nullptr) return fallback;
  if (!value->is_number()) fail_expecting(key, "a number");
  return value->get<double>();
}

std::string JsonFields::text(std::string_view key, const char* fallback) const {
  const json* value = find(key);
  if (value == nullptr) return fallback;
  if (!value->is_string()) fail_expecting(key, "a text");
  return value->get<std::string>();
}

bool JsonFields::flag(std::string_view key, bool fallback) const {
  const json* value = find(key);
  if (value == nullptr) return fallback;
  if (!value->is_boolean()) fail_expecting(key, "true or false");
  return value->get<bool>();
}

std::string JsonFields::shown(const json& value) {
  return printable(value.dump(-1, ' ', false, json::error_handler_t::replace), 60);
}

void JsonFields::fail_expecting(std::string_view key, const std::string& expected) const {
  const auto found = object_.find(key);
  fail(ErrorKind::model, "{}: {} is {}, expected {}", name_, key,
       found == object_.end() ? "absent" : shown(*found), expected);
}

const json* JsonFields::find(std::string_view key) const {
  const FieldRule* known = find_rule(tables_, key);
  if (known == nullptr || known->use != Use::read) {
    throw std::logic_error(fmt::format("field {} is looked up but not in the table", key));
  }
  const auto found = object_.find(key);
  return found == object_.end() ? nullptr : &*found;
}

}  // namespace dpt::model
