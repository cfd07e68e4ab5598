#include "base/json_fields.h"

#include <fmt/core.h>

#include <optional>
#include <stdexcept>

#include "base/error.h"

namespace dpt {

Json parse_json_object(const std::string& text, const std::string& name) {
  try {
    Json object = Json::parse(text);
    if (object.is_object()) return object;
  } catch (const Json::Exception&) {
    // as other values
  }
  fail(ErrorKind::model, "{}: is not a JSON object", name);
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

std::optional<int64_t> whole(const Json& value) {
  try {
    return value.integer<int64_t>();
  } catch (const Json::Exception&) {
    return std::nullopt;
  }
}

std::vector<std::string> unknown_fields(const Json& object, const FieldTables& tables) {
  std::vector<std::string> names;
  for (const auto& [key, value] : object.members()) {
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

JsonFields::JsonFields(const Json& object, const std::string& name, FieldTables tables)
    : object_(object), name_(name), tables_(std::move(tables)) {
  for (const auto& [key, value] : object_.members()) {
    const FieldRule* known = find_rule(tables_, key);
    if (known == nullptr || known->use != Use::fixed) continue;
    const Json wanted = Json::parse(known->value);
    // Null is as false for Python.
    const bool none = value.is_null() && (wanted == Json(false) || wanted.is_null());
    if (!none && !(value == wanted))
      fail_expecting(key, fmt::format("{}, all that this version runs", known->value));
  }
}

bool JsonFields::has(std::string_view key) const {
  const Json* value = find(key);
  return value != nullptr && !value->is_null();
}

bool JsonFields::is_null(std::string_view key) const {
  const Json* value = find(key);
  return value != nullptr && value->is_null();
}

bool JsonFields::flag_or_null(std::string_view key, bool fallback) const {
  return !is_null(key) && flag(key, fallback);
}

int64_t JsonFields::integer(std::string_view key, int64_t fallback, int64_t least,
                            int64_t most) const {
  const Json* value = find(key);
  if (value == nullptr) return fallback;
  const auto number = whole(*value);
  if (!number || *number < least || *number > most) {
    fail_expecting(key, fmt::format("a whole number from {} to {}", least, most));
  }
  return *number;
}

double JsonFields::number(std::string_view key, double fallback) const {
  const Json* value = find(key);
  if (value == nullptr) return fallback;
  if (!value->is_number()) fail_expecting(key, "a number");
  return value->real();
}

std::string JsonFields::text(std::string_view key, const char* fallback) const {
  const Json* value = find(key);
  if (value == nullptr) return fallback;
  if (!value->is_text()) fail_expecting(key, "a text");
  return value->text();
}

bool JsonFields::flag(std::string_view key, bool fallback) const {
  const Json* value = find(key);
  if (value == nullptr) return fallback;
  if (!value->is_bool()) fail_expecting(key, "true or false");
  return value->boolean();
}

std::string JsonFields::shown(const Json& value) { return printable(value.dump(), 60); }

void JsonFields::fail_expecting(std::string_view key, const std::string& expected) const {
  const Json* found = object_.find(key);
  fail(ErrorKind::model, "{}: {} is {}, expected {}", name_, key,
       found == nullptr ? "absent" : shown(*found), expected);
}

const Json* JsonFields::find(std::string_view key) const {
  const FieldRule* known = find_rule(tables_, key);
  if (known == nullptr || known->use != Use::read) {
    throw std::logic_error(fmt::format("field {} is looked up but not in the table", key));
  }
  return object_.find(key);
}

}  // namespace dpt
