#include "base/file/numbered_name.h"

#include <fmt/format.h>

#include <charconv>
#include <string_view>

namespace dpt {

namespace fs = std::filesystem;

namespace {

constexpr int most_digits = 18;  // of an int64_t

/// The digits of "%d" or "%0Nd" at `at`, and where it ends.
struct Number {
  int digits = 0;
  size_t end = 0;
};

std::optional<Number> number_at(std::string_view text, size_t at) {
  Number number{0, at + 1};
  while (number.end < text.size() && text[number.end] >= '0' && text[number.end] <= '9') {
    number.digits = number.digits * 10 + (text[number.end++] - '0');
    if (number.digits > most_digits) return std::nullopt;
  }
  if (number.end == text.size() || text[number.end] != 'd') return std::nullopt;
  ++number.end;
  return number;
}

}  // namespace

std::optional<NumberedName> NumberedName::parse(const std::string& pattern) {
  NumberedName name;
  name.parent_ = fs::path(pattern).parent_path();
  const std::string last = fs::path(pattern).filename().string();
  bool found = false;
  for (size_t at = 0; at < last.size();) {
    std::string& part = found ? name.after_ : name.before_;
    if (last[at] == '%' && at + 1 < last.size() && last[at + 1] == '%') {
      part += '%';
      at += 2;
    } else if (const auto number = last[at] == '%' ? number_at(last, at) : std::nullopt) {
      if (found) return std::nullopt;
      found = true;
      name.digits_ = number->digits;
      at = number->end;
    } else {
      part += last[at++];
    }
  }
  return found ? std::optional(std::move(name)) : std::nullopt;
}

fs::path NumberedName::of(int64_t number) const {
  return parent_ / fmt::format("{}{:0{}}{}", before_, number, digits_, after_);
}

std::optional<int64_t> NumberedName::number_of(const fs::path& file) const {
  const std::string name = file.filename().string();
  if (name.size() < before_.size() + after_.size() || !name.starts_with(before_)) {
    return std::nullopt;
  }
  int64_t number = 0;
  const char* first = name.data() + before_.size();
  const auto [last, error] = std::from_chars(first, name.data() + name.size(), number);
  // Written as of() writes it: "-1" and "007" for %d are other files.
  const bool same = error == std::errc() && number >= 0 && of(number).filename() == name;
  return same ? std::optional(number) : std::nullopt;
}

fs::path NumberedName::folder() const { return parent_.empty() ? "." : parent_; }

}  // namespace dpt
