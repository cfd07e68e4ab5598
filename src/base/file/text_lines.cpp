#include "base/file/text_lines.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/file/file.h"

namespace dpt {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF"sv;

void refuse_wide(std::string_view text, const std::filesystem::path& path) {
  constexpr std::array<std::string_view, 3> marks = {"\xFF\xFE"sv, "\xFE\xFF"sv,
                                                     "\x00\x00\xFE\xFF"sv};
  const auto begins = [&](std::string_view mark) { return text.starts_with(mark); };
  if (std::none_of(marks.begin(), marks.end(), begins)) return;
  const bool is_wider = text.starts_with(marks[2]) || text.starts_with("\xFF\xFE\x00\x00"sv);
  fail(ErrorKind::input, "{}: is UTF-{} text, expected UTF-8; save it as UTF-8",
       path == "-" ? "standard input" : shown(path), is_wider ? 32 : 16);
}

}  // namespace

std::string read_list_text(const std::filesystem::path& path) {
  const std::vector<std::byte> bytes = read_file(path, most_list_bytes, ErrorKind::input);
  std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  refuse_wide(text, path);
  return text;
}

void for_each_line(std::string_view text,
                   const std::function<void(std::string_view line, int number)>& body) {
  const auto has = [&](char c) { return text.find(c) != std::string_view::npos; };
  const char end_of_line = has('\0') ? '\0' : has('\n') ? '\n' : '\r';
  int number = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(end_of_line, at), text.size());
    std::string_view line = text.substr(at, end - at);
    at = end + 1;
    if (end_of_line == '\n' && line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with(utf8_mark)) line.remove_prefix(utf8_mark.size());
    body(line, ++number);
  }
}

}  // namespace dpt
