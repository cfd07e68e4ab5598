#include "base/clock_time.h"

#include <algorithm>
#include <charconv>

namespace dpt {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<double> parse_clock_time(std::string_view text) {
  constexpr int most_colons = 2;
  constexpr double most_seconds = 1e9;
  double seconds = 0;
  for (int colons = 0;; ++colons) {
    const size_t end = std::min(text.find(':'), text.size());
    const std::string_view part = text.substr(0, end);
    const bool is_last = end == text.size();
    double value = 0;
    const auto [rest, error] =
        std::from_chars(part.data(), part.data() + part.size(), value, std::chars_format::fixed);
    const bool is_number = !part.empty() && is_digit(part[0]) && error == std::errc() &&
                           rest == part.data() + part.size();
    const bool is_whole = std::all_of(part.begin(), part.end(), is_digit);
    if (!is_number || (!is_last && !is_whole) || (colons > 0 && value >= 60)) return std::nullopt;
    seconds = 60 * seconds + value;
    if (seconds > most_seconds || colons > most_colons) return std::nullopt;
    if (is_last) return seconds;
    text.remove_prefix(end + 1);
  }
}

}  // namespace dpt
