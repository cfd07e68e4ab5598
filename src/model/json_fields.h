// Reading the JSON files of Hugging Face folders, which come from outside.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace dpt::model {

/// Throws Error(model), its text beginning with `name`, unless `text` is one JSON object.
nlohmann::json parse_json_object(const std::string& text, const std::string& name);

/// Typed look-ups in an object; errors are Error(model) and name the file and the field. Keeps
/// references to both arguments.
class JsonFields {
 public:
  JsonFields(const nlohmann::json& object, const std::string& name);

  /// Present and not null.
  bool has(const char* key) const;
  const nlohmann::json& operator[](const char* key) const { return object_[key]; }

  int64_t integer(const char* key, int64_t fallback, int64_t least, int64_t most) const;
  double number(const char* key, double fallback) const;
  std::string text(const char* key, const char* fallback) const;
  bool flag(const char* key, bool fallback) const;

  /// A value as one short line, for error texts.
  static std::string shown(const nlohmann::json& value);

  [[noreturn]] void fail_expecting(const char* key, const std::string& expected) const;

 private:
  const nlohmann::json& object_;
  const std::string& name_;
};

}  // namespace dpt::model
