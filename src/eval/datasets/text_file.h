// Text files of words: lists of pictures, pairs of points, calibrations.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dpt::eval {

/// One line's words. Errors name the file and the line.
struct TextLine {
  std::filesystem::path file;
  int number = 0;  ///< from 1
  std::vector<std::string> words;

  /// Throw Error(input) where the word is not there or no such number.
  int integer(size_t word) const;
  double real(size_t word) const;
  [[noreturn]] void fail_expecting(std::string_view what) const;
};

/// All lines but empty ones and those that begin with #. Tabs separate the words of a line that has
/// one, blanks and commas those of others. Throws Error(input) where the file cannot be read or is
/// larger than 1 GiB.
std::vector<TextLine> read_lines(const std::filesystem::path& path);

/// A finite number that is all of `text`, or nothing.
std::optional<double> to_real(std::string_view text);

}  // namespace dpt::eval
