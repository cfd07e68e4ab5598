// Files that are told apart by a number.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace dpt {

/// "out/a_%04d.png": what stands before and after the number, and how many digits it has at least.
class NumberedName {
 public:
  /// Nothing unless the last part of the path holds one %d or %0Nd. Beside it "%%" stands for one
  /// percent sign, as in FFmpeg's patterns; any other one, and all of the folders, for themselves.
  static std::optional<NumberedName> parse(const std::string& pattern);

  std::filesystem::path of(int64_t number) const;
  /// The number of a file in folder().
  std::optional<int64_t> number_of(const std::filesystem::path& file) const;
  std::filesystem::path folder() const;
  /// The last part without the number: {"a_", ".png"}.
  const std::string& before() const { return before_; }
  const std::string& after() const { return after_; }

 private:
  std::filesystem::path parent_;  // empty where the pattern names no folder
  std::string before_, after_;
  int digits_ = 0;
};

}  // namespace dpt
