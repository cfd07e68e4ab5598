#include "image/codec/origin.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/error.h"

namespace dpt::image {

namespace {

constexpr std::string_view software = "dpt";

struct Name {
  Content content;
  std::string_view in_files, in_messages;
};

constexpr std::array<Name, 8> names = {{
    {Content::depth, "depth", "depth"},
    {Content::depth_view, "depth view", "a view of depth"},
    {Content::labels, "labels", "labels"},
    {Content::label_view, "label view", "a view of labels"},
    {Content::legend, "legend", "a legend"},
    {Content::mask, "mask", "a mask"},
    {Content::cutout, "cutout", "a cut-out"},
    {Content::comparison, "comparison", "a comparison"},
}};

const Name& name_of(Content content) {
  return *std::find_if(names.begin(), names.end(),
                       [&](const Name& name) { return name.content == content; });
}

/// PNG text is Latin-1; other characters of a file's name become '?'.
std::string plain(std::string_view text) {
  std::string result = printable(text);
  std::replace_if(
      result.begin(), result.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return result;
}

}  // namespace

TextChunks depth_text(std::string_view unit, std::string_view model) {
  return {{"unit", std::string(unit)}, {"model", plain(model)}};
}

TextChunks content_text(Content content, std::string_view model) {
  TextChunks text = {{"Software", std::string(software)},
                     {"content", std::string(name_of(content).in_files)}};
  if (!model.empty()) text.emplace_back("model", plain(model));
  return text;
}

std::string lines_of(const TextChunks& text) {
  std::string lines;
  for (const auto& [key, value] : text) lines += key + ": " + value + "\n";
  return lines;
}

TextChunks text_of_lines(std::string_view lines) {
  constexpr size_t most = 16;
  TextChunks text;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    const size_t colon = line.find(": ");
    if (colon == std::string_view::npos || text.size() == most) continue;
    text.emplace_back(line.substr(0, colon), line.substr(colon + 2));
  }
  return text;
}

const std::string* find_text(const TextChunks& text, std::string_view key) {
  const auto found =
      std::find_if(text.begin(), text.end(), [&](const auto& chunk) { return chunk.first == key; });
  return found == text.end() ? nullptr : &found->second;
}

std::optional<Content> content_of(const TextChunks& text) {
  const std::string* maker = find_text(text, "Software");
  const std::string* content = find_text(text, "content");
  if (maker != nullptr && *maker == software && content != nullptr) {
    for (const Name& name : names) {
      if (name.in_files == *content) return name.content;
    }
  }
  const std::string* unit = find_text(text, "unit");
  const bool has_unit = unit != nullptr && (*unit == metre_unit || *unit == relative_unit);
  if (has_unit && find_text(text, "model") != nullptr) return Content::depth;
  return std::nullopt;
}

std::string describe(const TextChunks& text) {
  const Content content = content_of(text).value_or(Content::depth);
  const std::string* unit = find_text(text, "unit");
  const std::string* model = find_text(text, "model");
  std::string_view what = name_of(content).in_messages;
  if (content == Content::depth && unit != nullptr) {
    what = *unit == metre_unit ? "depth in metres" : relative_unit;
  }
  const std::string by = model == nullptr ? "" : fmt::format(" ({})", printable(*model, 100));
  return fmt::format("{} by dpt{}", what, by);
}

void expect_content(const TextChunks& text, Content wanted, std::string_view name) {
  const std::optional<Content> found = content_of(text);
  if (!found || *found == wanted) return;
  fail(ErrorKind::input, "{}: is {}, expected {}", name, describe(text),
       name_of(wanted).in_messages);
}

}  // namespace dpt::image
