#include "weights/names.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

namespace dpt::weights {

namespace {

using enum NameKind;

constexpr std::array<std::string_view, 3> part_names = {"query", "key", "value"};

/// What the fields of a pattern stand for in one name.
struct Fields {
  std::array<int, 128> number{};  ///< by the field's letter
  int part = 0;
  std::string_view rest;
};

/// "{K}", "{K-1}" and "{4-K}" as first + sign * K.
struct Term {
  char letter;
  int first;
  int sign;
};

constexpr Term parse_term(std::string_view field) {
  if (field == "K-1") return {'K', -1, 1};
  if (field == "4-K") return {'K', 4, -1};
  return {field[0], 0, 1};
}

/// Takes a number as programs write it (no sign, no leading zero) off the front of `name`.
std::optional<int> take_number(std::string_view& name) {
  int value = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), value);
  const auto length = static_cast<size_t>(end - name.data());
  if (error != std::errc{} || name[0] == '-' || (length > 1 && name[0] == '0')) return {};
  name.remove_prefix(length);
  return value;
}

bool take_part(std::string_view& name, int& part) {
  for (part = 0; part < 3; ++part) {
    const std::string_view text = part_names[static_cast<size_t>(part)];
    if (name.starts_with(text)) {
      name.remove_prefix(text.size());
      return true;
    }
  }
  return false;
}

bool take_field(std::string_view field, std::string_view& name, Fields& fields) {
  if (field == "part") return take_part(name, fields.part);
  const auto found = take_number(name);
  if (!found) return false;
  const Term term = parse_term(field);
  const int64_t value = int64_t{term.sign} * (int64_t{*found} - term.first);
  if (value < 0 || value > INT32_MAX) return false;
  fields.number[static_cast<unsigned char>(term.letter)] = static_cast<int>(value);
  return true;
}

std::optional<Fields> match(std::string_view pattern, std::string_view name) {
  Fields fields;
  while (!pattern.empty()) {
    if (pattern == "*") {
      fields.rest = name;
      return name.empty() ? std::nullopt : std::optional(fields);
    }
    if (pattern[0] == '{') {
      const size_t end = pattern.find('}');
      if (!take_field(pattern.substr(1, end - 1), name, fields)) return {};
      pattern.remove_prefix(end + 1);
    } else {
      if (name.empty() || name[0] != pattern[0]) return {};
      pattern.remove_prefix(1);
      name.remove_prefix(1);
    }
  }
  return name.empty() ? std::optional(fields) : std::nullopt;
}

/// The name that the pattern gives; nothing when a number would be negative.
std::optional<std::string> fill(std::string_view pattern, const Fields& fields) {
  std::string name;
  while (!pattern.empty()) {
    if (pattern == "*") return name.append(fields.rest);
    if (pattern[0] != '{') {
      name += pattern[0];
      pattern.remove_prefix(1);
      continue;
    }
    const size_t end = pattern.find('}');
    const std::string_view field = pattern.substr(1, end - 1);
    if (field == "part") {
      name += part_names[static_cast<size_t>(fields.part)];
    } else {
      const Term term = parse_term(field);
      const int value =
          term.first + term.sign * fields.number[static_cast<unsigned char>(term.letter)];
      if (value < 0) return {};
      name += std::to_string(value);
    }
    pattern.remove_prefix(end + 1);
  }
  return name;
}

}  // namespace

std::vector<std::string> NameTable::to_hugging_face(std::string_view name, const Has& has) const {
  for (const NameRule& rule : rules) {
    if (rule.kind == dropped) continue;
    auto fields = match(rule.official, name);
    if (!fields) continue;
    if (!rule.only_with.empty() && !has(rule.only_with)) continue;
    if (!rule.only_without.empty() && has(rule.only_without)) continue;
    std::vector<std::string> names;
    for (fields->part = 0; fields->part < (rule.kind == split_thirds ? 3 : 1); ++fields->part) {
      auto filled = fill(rule.hugging_face, *fields);
      if (!filled) return {};
      names.push_back(std::move(*filled));
    }
    return names;
  }
  return {};
}

bool NameTable::is_official(std::string_view name) const {
  return std::any_of(rules.begin(), rules.end(),
                     [&](const NameRule& rule) { return match(rule.official, name).has_value(); });
}

std::optional<OfficialName> NameTable::to_official(std::string_view hugging_face) const {
  for (const NameRule& rule : rules) {
    if (rule.kind == dropped) continue;
    const auto fields = match(rule.hugging_face, hugging_face);
    if (!fields) continue;
    auto name = fill(rule.official, *fields);
    if (!name) return {};
    return OfficialName{std::move(*name), fields->part, rule.kind == split_thirds ? 3 : 1};
  }
  return {};
}

}  // namespace dpt::weights
