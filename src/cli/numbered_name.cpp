#include "cli/numbered_name.h"

#include <fmt/format.h>

#include <charconv>

#include "base/error.h"

namespace dpt::cli {

namespace fs = std::filesystem;

NumberedName::NumberedName(const std::string& option, const std::string& pattern) {
  const size_t percent = pattern.find('%');
  size_t end = percent + 1;
  while (end < pattern.size() && pattern[end] >= '0' && pattern[end] <= '9') {
    digits_ = digits_ * 10 + (pattern[end++] - '0');
    if (digits_ > 18) break;
  }
  const bool valid = end < pattern.size() && pattern[end] == 'd' && digits_ <= 18 &&
                     pattern.find('%', end) == std::string::npos &&
                     pattern.find('/', end) == std::string::npos;
  if (!valid) {
    fail(ErrorKind::usage, "{} {}: expected one number in the files' name, as in out/%05d.png",
         option, printable(pattern, 1000));
  }
  before_ = pattern.substr(0, percent);
  after_ = pattern.substr(end + 1);
}

fs::path NumberedName::of(int64_t number) const {
  return fmt::format("{}{:0{}}{}", before_, number, digits_, after_);
}

std::optional<int64_t> NumberedName::number_of(const fs::path& file) const {
  const std::string name = file.filename().string();
  const std::string prefix = fs::path(before_).filename().string();
  if (name.size() < prefix.size() + after_.size() || !name.starts_with(prefix)) return std::nullopt;
  int64_t number = 0;
  const char* first = name.data() + prefix.size();
  const auto [last, error] = std::from_chars(first, name.data() + name.size(), number);
  // Written as of() writes it: "-1" and "007" for %d are other files.
  const bool same = error == std::errc() && number >= 0 && of(number).filename() == name;
  return same ? std::optional(number) : std::nullopt;
}

fs::path NumberedName::folder() const {
  const fs::path folder = fs::path(before_).parent_path();
  return folder.empty() ? "." : folder;
}

}  // namespace dpt::cli
