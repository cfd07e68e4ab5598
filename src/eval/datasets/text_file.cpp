#include "eval/datasets/text_file.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/error.h"
#include "base/file/file.h"
#include "base/file/text_lines.h"

namespace dpt::eval {

namespace {

std::vector<std::string> split(std::string_view text) {
  const std::string_view separators = text.find('\t') == std::string_view::npos ? " ," : "\t";
  std::vector<std::string> words;
  for (size_t at = text.find_first_not_of(separators); at != std::string_view::npos;) {
    const size_t end = std::min(text.find_first_of(separators, at), text.size());
    words.emplace_back(text.substr(at, end - at));
    at = text.find_first_not_of(separators, end);
  }
  return words;
}

}  // namespace

std::optional<double> to_real(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

int TextLine::integer(size_t word) const {
  int value = 0;
  if (word < words.size()) {
    const std::string& text = words[word];
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc() && end == text.data() + text.size()) return value;
  }
  fail_expecting("a whole number as word " + std::to_string(word + 1));
}

double TextLine::real(size_t word) const {
  if (word < words.size()) {
    if (const auto value = to_real(words[word])) return *value;
  }
  fail_expecting("a number as word " + std::to_string(word + 1));
}

void TextLine::fail_expecting(std::string_view what) const {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  fail(ErrorKind::input, "{}: line {} is \"{}\", expected {}", shown(file), number,
       printable(text, 100), what);
}

std::vector<TextLine> read_lines(const std::filesystem::path& path) {
  std::vector<TextLine> lines;
  for_each_line(read_list_text(path), [&](std::string_view line, int number) {
    if (line.starts_with('#')) return;
    std::vector<std::string> words = split(line);
    if (!words.empty()) lines.push_back({path, number, std::move(words)});
  });
  return lines;
}

}  // namespace dpt::eval
