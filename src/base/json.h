// A JSON value. The library that reads and writes the text stays in json.cpp: its headers take
// seconds in every file that includes them.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <ranges>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace dpt {

/// Null, a truth value, a number, a text, a list, or an object whose members keep their order.
class Json {
 public:
  using List = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  using Object = std::vector<Member>;

  /// A text that is no JSON, or a value that is not what the caller takes it for.
  class Exception : public std::runtime_error {
   public:
    using std::runtime_error::runtime_error;
  };

  Json() = default;
  Json(std::nullptr_t) {}                // NOLINT(google-explicit-constructor)
  Json(bool value) : value_(value) {}    // NOLINT(google-explicit-constructor)
  Json(double value) : value_(value) {}  // NOLINT(google-explicit-constructor)
  Json(std::string text);                // NOLINT(google-explicit-constructor)
  Json(std::string_view text);           // NOLINT(google-explicit-constructor)
  Json(const char* text);                // NOLINT(google-explicit-constructor)
  template <std::integral T>
  Json(T value) : value_(number(value)) {}  // NOLINT(google-explicit-constructor)
  template <std::ranges::input_range R>
  requires(std::constructible_from<Json, std::ranges::range_reference_t<R>> &&
           !std::convertible_to<R, std::string_view> && !std::same_as<std::remove_cvref_t<R>, Json>)
      // NOLINTNEXTLINE(google-explicit-constructor)
      Json(const R& range)
      : value_(List{}) {
    for (const auto& item : range) push_back(Json(item));
  }
  /// {{"key", value}, ...} is an object, any other {value, ...} a list.
  Json(std::initializer_list<Json> items);
  Json(const Json& other);
  Json(Json&& other) noexcept;
  Json& operator=(const Json& other);
  Json& operator=(Json&& other) noexcept;
  ~Json();

  /// Each name once.
  static Json object(Object members = {});
  static Json list();

  bool is_null() const { return std::holds_alternative<std::nullptr_t>(value_); }
  bool is_bool() const { return std::holds_alternative<bool>(value_); }
  bool is_integer() const;
  bool is_number() const { return is_integer() || std::holds_alternative<double>(value_); }
  bool is_text() const { return std::holds_alternative<std::string>(value_); }
  bool is_list() const { return std::holds_alternative<List>(value_); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }
  /// "null", "a truth value", "a number", "a text", "a list", "an object".
  std::string_view kind() const;

  // The value as what it is. They throw Exception when it is something else or out of T's range.
  bool boolean() const;
  double real() const;  ///< of any number
  const std::string& text() const;
  const List& items() const;
  const Object& members() const;
  template <std::integral T>
  T integer() const {
    if (const auto* value = std::get_if<int64_t>(&value_); value && std::in_range<T>(*value)) {
      return static_cast<T>(*value);
    }
    if (const auto* value = std::get_if<uint64_t>(&value_); value && std::in_range<T>(*value)) {
      return static_cast<T>(*value);
    }
    fail_as("an integer of this size");
  }

  /// Of a list or an object; 0 of anything else.
  size_t size() const;
  bool empty() const { return size() == 0; }

  /// The member, or null when this is no object or has none of this name.
  const Json* find(std::string_view key) const;
  bool contains(std::string_view key) const { return find(key) != nullptr; }
  /// Throws Exception when there is none.
  const Json& at(std::string_view key) const;
  /// The member of an object, which is made; null becomes an object.
  Json& operator[](std::string_view key);
  /// To a list; null becomes one.
  void push_back(Json item);

  /// Numbers are equal by value: 1 and 1.0 are.
  bool operator==(const Json& other) const;

  /// Lists and objects in one another deeper than `most_nesting` are an error, since destroying and
  /// copying go as deep. Of members of one name the last counts. Throws Exception.
  static Json parse(std::string_view text, int most_nesting = 64);
  /// One line, or indented lines. What is no UTF-8 gets replacement characters, numbers that JSON
  /// has not (infinity) become null.
  std::string dump(bool indented = false) const;

 private:
  friend struct JsonText;  // reads and writes it

  // Non-negative integers are int64_t where they fit, so that equal numbers are equal.
  using Value =
      std::variant<std::nullptr_t, bool, int64_t, uint64_t, double, std::string, List, Object>;

  template <std::integral T>
  static Value number(T value) {
    if (std::in_range<int64_t>(value)) return static_cast<int64_t>(value);
    return static_cast<uint64_t>(value);
  }
  [[noreturn]] void fail_as(std::string_view expected) const;

  Value value_;
};

}  // namespace dpt
