// Text files of lines: lists of pictures and the like, as the world's programs write them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace dpt {

/// Largest list that is read.
inline constexpr size_t most_list_bytes = size_t{1} << 30;

/// The text of a file or a pipe, "-" for standard input. Throws Error(input) where it cannot be
/// read, is larger than most_list_bytes, or begins as UTF-16 and UTF-32 do.
std::string read_list_text(const std::filesystem::path& path);

/// All lines with their numbers from 1, empty ones too, without what ends them: a zero byte where
/// the text has any, else a line feed, with a carriage return before it or not, else a carriage
/// return. A line's byte order mark (UTF-8; files put together have several) is left out.
void for_each_line(std::string_view text,
                   const std::function<void(std::string_view line, int number)>& body);

}  // namespace dpt
