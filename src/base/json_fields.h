// Reading the fields of JSON files that come from outside (Hugging Face folders).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace dpt {

/// Throws Error(model), its text beginning with `name`, unless `text` is one JSON object, lists and
/// objects in one another no deeper than Json::parse() allows.
Json parse_json_object(const std::string& text, const std::string& name);

/// The value of an integer that int64_t holds, else nothing.
std::optional<int64_t> whole(const Json& value);

/// What a reader does about a field of a file.
enum class Use : uint8_t {
  read,            ///< looks it up: results follow it, or it must agree with the weights
  fixed,           ///< runs one value only and refuses others by the field's name
  without_effect,  ///< nothing: it decides no result (training, names, text generation)
};

struct FieldRule {
  std::string_view name;
  Use use;
  std::string_view value = {};  ///< of a fixed one, as JSON
};

using FieldTables = std::vector<std::span<const FieldRule>>;

/// Fields that no rule names and that are not null.
std::vector<std::string> unknown_fields(const Json& object, const FieldTables& tables);
/// The line that tells the user of them.
std::string unknown_fields_note(const std::string& name, const std::vector<std::string>& fields);

/// Typed look-ups in an object; errors are Error(model) and name the file and the field. Keeps
/// references to all arguments.
///
/// By the rules no field of a file is passed over in silence: a fixed one with another value is
/// refused at once, an unknown one is in unknown_fields(), and looking up what the rules do not
/// call `read` is a bug (std::logic_error).
class JsonFields {
 public:
  JsonFields(const Json& object, const std::string& name, FieldTables tables);

  /// The field; no object where it is absent.
  const Json* find(std::string_view key) const;
  /// Present and not null.
  bool has(std::string_view key) const;
  /// Present and null.
  bool is_null(std::string_view key) const;
  const Json& operator[](std::string_view key) const { return object_.at(key); }

  // The value, or `fallback` where the field is absent; null is a wrong value.
  int64_t integer(std::string_view key, int64_t fallback, int64_t least, int64_t most) const;
  double number(std::string_view key, double fallback) const;
  std::string text(std::string_view key, const char* fallback) const;
  bool flag(std::string_view key, bool fallback) const;
  /// A flag that may be null, which is as false for Python.
  bool flag_or_null(std::string_view key, bool fallback) const;

  /// A value as one short line, for error texts.
  static std::string shown(const Json& value);

  [[noreturn]] void fail_expecting(std::string_view key, const std::string& expected) const;

 private:
  const Json& object_;
  const std::string& name_;
  FieldTables tables_;
};

}  // namespace dpt
