#include "eval/text_file.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/error.h"
#include "base/file.h"

namespace dpt::eval {

namespace {

constexpr size_t most_bytes = size_t{1} << 30;

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
  const std::vector<std::byte> bytes = read_file(path, most_bytes, ErrorKind::input);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::vector<TextLine> lines;
  int number = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    at = end + 1;
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with('#')) continue;
    std::vector<std::string> words = split(line);
    if (!words.empty()) lines.push_back({path, number, std::move(words)});
  }
  return lines;
}

}  // namespace dpt::eval
