// What an option's value may be.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dpt::args {

/// A rule for one value.
struct Check {
  /// What is wrong with a value; empty: nothing.
  std::function<std::string(const std::string&)> problem;
  std::vector<std::string> choices{};  ///< all that is allowed, where they can be counted
  std::string limits{};                ///< "1 to 250", for help; empty: not worth a word

  // NOLINTNEXTLINE(google-explicit-constructor)
  Check(std::function<std::string(const std::string&)> rule) : problem(std::move(rule)) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Check(std::string (*rule)(const std::string&)) : problem(rule) {}
};

/// The value may not be empty.
std::string refuse_empty(const std::string& value);

Check one_of(std::vector<std::string> choices);
Check one_of(std::span<const std::string_view> choices);

Check range_of_integers(int64_t least, int64_t most);
Check range_of_numbers(double least, double most);
/// Both ends are allowed. The type decides whether fractions are.
template <typename T>
Check range(T least, T most) {
  if constexpr (std::integral<T>) {
    return range_of_integers(least, most);
  } else {
    return range_of_numbers(least, most);
  }
}

// The value that `text` is as a whole; false when it is none, or not one of the type's.
bool read_value(const std::string& text, std::string& value);
bool read_value(const std::string& text, int& value);
bool read_value(const std::string& text, int64_t& value);
bool read_value(const std::string& text, uint32_t& value);
bool read_value(const std::string& text, uint64_t& value);
bool read_value(const std::string& text, float& value);
bool read_value(const std::string& text, double& value);

}  // namespace dpt::args
