#include "args/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

namespace dpt::args {

namespace {

template <typename Number>
bool read_number(const std::string& text, Number& value) {
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && rest == end;
}

template <typename Number>
Check range_check(Number least, Number most) {
  Check check([least, most](const std::string& text) {
    Number value{};
    // Written so that not-a-number is outside.
    if (read_number(text, value) && value >= least && value <= most) return std::string();
    return fmt::format("Value {} not in range [{} - {}]", text, least, most);
  });
  constexpr Number no_limit = 1'000'000;  // from here on a bound only keeps arithmetic from harm
  if (most < no_limit) check.limits = fmt::format("{} to {}", least, most);
  return check;
}

}  // namespace

std::string refuse_empty(const std::string& value) {
  return value.empty() ? "the value is empty" : std::string();
}

Check one_of(std::vector<std::string> choices) {
  Check check([choices](const std::string& text) {
    if (std::find(choices.begin(), choices.end(), text) != choices.end()) return std::string();
    return fmt::format("{} not in {{{}}}", text, fmt::join(choices, ","));
  });
  check.choices = std::move(choices);
  return check;
}

Check one_of(std::span<const std::string_view> choices) {
  return one_of(std::vector<std::string>(choices.begin(), choices.end()));
}

Check range_of_integers(int64_t least, int64_t most) { return range_check(least, most); }

Check range_of_numbers(double least, double most) { return range_check(least, most); }

bool read_value(const std::string& text, std::string& value) {
  value = text;
  return true;
}

bool read_value(const std::string& text, int& value) { return read_number(text, value); }
bool read_value(const std::string& text, int64_t& value) { return read_number(text, value); }
bool read_value(const std::string& text, uint32_t& value) { return read_number(text, value); }
bool read_value(const std::string& text, uint64_t& value) { return read_number(text, value); }
bool read_value(const std::string& text, float& value) { return read_number(text, value); }
bool read_value(const std::string& text, double& value) { return read_number(text, value); }

}  // namespace dpt::args
