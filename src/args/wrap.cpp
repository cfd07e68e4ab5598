#include "args/wrap.h"

#include <algorithm>

namespace dpt::args {

namespace {

/// "  command   comment", the comment in its column, or below where too little is left for it.
std::string example_line(std::string_view line, size_t columns) {
  const size_t begin = line.find_first_not_of(' ');
  const size_t gap = line.find("  ", begin);
  if (line.size() <= columns || gap == std::string_view::npos) return std::string(line) + '\n';
  const size_t column = line.find_first_not_of(' ', gap);
  const std::string_view comment = line.substr(column);
  if (column > columns / 2) {
    return std::string(line.substr(0, gap)) + '\n' + wrapped(comment, columns, begin + 4);
  }
  return wrapped(comment, columns, column).replace(0, column, line.substr(0, column));
}

}  // namespace

std::string wrapped(std::string_view text, size_t columns, size_t indent) {
  std::string result;
  std::string line;
  const auto end_line = [&] {
    if (!line.empty()) result += std::string(indent, ' ') + line + '\n';
    line.clear();
  };
  while (true) {
    const size_t begin = std::min(text.find_first_not_of(" \n"), text.size());
    const size_t end = std::min(text.find_first_of(" \n", begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    text.remove_prefix(end);
    if (word.empty() || indent + line.size() + 1 + word.size() > columns) end_line();
    if (word.empty()) return result;
    if (!line.empty()) line += ' ';
    line += word;
  }
}

std::string wrapped_footer(std::string_view text, size_t columns) {
  std::string result;
  std::string prose;
  const auto end_prose = [&] {
    if (!prose.empty()) result += wrapped(prose, columns, 0);
    prose.clear();
  };
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.starts_with(' ')) {
      end_prose();
      result += line.empty() ? "\n" : example_line(line, columns);
    } else {
      prose += std::string(line) + ' ';
    }
  }
  end_prose();
  return result;
}

}  // namespace dpt::args
