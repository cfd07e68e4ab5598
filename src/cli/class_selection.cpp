#include "cli/class_selection.h"

#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "base/suggest.h"
#include "image/codec/encode_picture.h"
#include "image/codec/origin.h"

namespace dpt::cli {

namespace {

std::string trimmed_lower(std::string_view text) {
  const size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  std::string result(text.substr(first, text.find_last_not_of(' ') - first + 1));
  std::transform(result.begin(), result.end(), result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return result;
}

std::vector<std::string> split(std::string_view text, std::string_view separators) {
  std::vector<std::string> parts;
  while (true) {
    const size_t end = text.find_first_of(separators);
    parts.push_back(trimmed_lower(text.substr(0, end)));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool is_named(const std::string& wanted, const std::string& name) {
  const std::vector<std::string> synonyms = split(name, ",;");
  return wanted == trimmed_lower(name) ||
         std::find(synonyms.begin(), synonyms.end(), wanted) != synonyms.end();
}

/// True when `wanted` is a number; it is selected, or refused.
bool select_number(const std::string& wanted, std::vector<bool>& selected) {
  size_t number = 0;
  const char* end = wanted.data() + wanted.size();
  const auto parsed = std::from_chars(wanted.data(), end, number);
  if (parsed.ec != std::errc() || parsed.ptr != end) return false;
  if (number >= selected.size()) {
    fail(ErrorKind::usage, "--classes {}: expected 0 to {}", wanted, selected.size() - 1);
  }
  selected[number] = true;
  return true;
}

bool covers(const std::vector<bool>& selected, uint16_t label) {
  return label > 0 && label <= selected.size() && selected[label - 1U];
}

}  // namespace

std::vector<bool> select_classes(const std::string& list, std::span<const std::string> names) {
  std::vector<bool> selected(names.size(), false);
  for (const std::string& wanted : split(list, ",")) {
    bool found = select_number(wanted, selected);
    for (size_t i = 0; i < names.size(); ++i) {
      if (!is_named(wanted, names[i])) continue;
      selected[i] = true;
      found = true;
    }
    if (!found) {
      fail(ErrorKind::usage, "--classes: the model has no class \"{}\"{}", printable(wanted),
           did_you_mean(wanted, names));
    }
  }
  return selected;
}

image::Bytes encode_mask(const image::Labels& labels, const std::vector<bool>& selected) {
  image::Grid<uint8_t> mask(labels.width(), labels.height());
  for (size_t i = 0; i < labels.size(); ++i) {
    mask.data()[i] = covers(selected, labels.data()[i]) ? 255 : 0;
  }
  return image::encode_png(image::ImageView{mask.data(), mask.width(), mask.height(), mask.width(),
                                            image::PixelFormat::gray8},
                           {.text = image::content_text(image::Content::mask, {})});
}

image::Bytes encode_cutout(const image::ImageView& picture, const image::Labels& labels,
                           const std::vector<bool>& selected, std::string_view format) {
  const ptrdiff_t stride = ptrdiff_t{4} * labels.width();
  std::vector<uint8_t> rgba(static_cast<size_t>(stride) * static_cast<size_t>(labels.height()));
  std::vector<uint8_t> row(3 * static_cast<size_t>(labels.width()));
  for (int y = 0; y < labels.height(); ++y) {
    image::copy_row_as_rgb(picture, y, row.data());
    uint8_t* pixel = rgba.data() + y * stride;
    for (int x = 0; x < labels.width(); ++x, pixel += 4) {
      std::copy_n(row.data() + ptrdiff_t{3} * x, 3, pixel);
      pixel[3] = covers(selected, labels.at(x, y)) ? 255 : 0;
    }
  }
  const image::ImageView view{rgba.data(), labels.width(), labels.height(), stride,
                              image::PixelFormat::rgba8};
  return image::encode_picture(view, format,
                               {.text = image::content_text(image::Content::cutout, {})});
}

}  // namespace dpt::cli
