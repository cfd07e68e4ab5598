// Enumerators and their texts, in one table for each enum.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace dpt {

template <typename E, size_t N>
using EnumTable = std::array<std::pair<E, std::string_view>, N>;

/// Specialised beside an enum that has names:
///   template <>
///   struct EnumNames<eval::Crop> {
///     static constexpr EnumTable<eval::Crop, 2> table = {{{eval::Crop::none, "none"}, ...}};
///   };
/// Each enumerator is there once, in the order in which lists name them.
template <typename E>
struct EnumNames;

template <typename E>
concept NamedEnum = std::is_enum_v<E> && requires {
  EnumNames<E>::table.size();
};

/// Empty for a value that is no enumerator.
template <NamedEnum E>
constexpr std::string_view name_of(E value) {
  for (const auto& [enumerator, name] : EnumNames<E>::table) {
    if (enumerator == value) return name;
  }
  return {};
}

/// Nothing for a text that names none.
template <NamedEnum E>
constexpr std::optional<E> parse_enum(std::string_view text) {
  for (const auto& [enumerator, name] : EnumNames<E>::table) {
    if (name == text) return enumerator;
  }
  return std::nullopt;
}

/// All names, in the table's order.
template <NamedEnum E>
constexpr auto names_of() {
  std::array<std::string_view, EnumNames<E>::table.size()> names;
  for (size_t i = 0; i < names.size(); ++i) names[i] = EnumNames<E>::table[i].second;
  return names;
}

}  // namespace dpt
