#include "image/draw/legend.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <vector>

#include "image/draw/draw.h"
#include "image/draw/font.h"

namespace dpt::image {

namespace {

// Pixels of the picture; letters are drawn `scale` times as large as the font has them.
constexpr int scale = 2;
constexpr int advance = (glyph_width + 1) * scale;
constexpr int margin = 12;
constexpr int swatch_width = 40;
constexpr int swatch_height = 20;
constexpr int line_height = 28;
constexpr int gap = 12;
constexpr size_t share_letters = 6;  // "100.0%"
constexpr size_t max_name_letters = 60;
/// Lines that fit below the limit of a picture's side.
constexpr size_t max_entries = (max_side - 2 * margin) / line_height;

std::string share_text(double share) {
  const double percent = std::clamp(share, 0.0, 1.0) * 100.0;
  return fmt::format("{:>6}",
                     percent > 0 && percent < 0.05 ? "<0.1%" : fmt::format("{:.1f}%", percent));
}

/// One '?' for each character that is not ASCII, so that UTF-8 names keep their length.
std::string shown_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool continuation = (static_cast<unsigned char>(c) & 0xC0) == 0x80;
    if (continuation) continue;
    out += c >= ' ' && c <= '~' ? c : '?';
    if (out.size() == max_name_letters) break;
  }
  return out;
}

Image blank(size_t letters, size_t lines) {
  Image image(2 * margin + swatch_width + gap + static_cast<int>(letters) * advance,
              2 * margin + static_cast<int>(lines) * line_height);
  std::memset(image.data(), 255, image.bytes());
  return image;
}

}  // namespace

Image draw_legend(std::span<const LegendEntry> entries) {
  constexpr int text_offset = (line_height - 7 * scale) / 2;  // capitals centred on the line
  constexpr int text_left = margin + swatch_width + gap;
  if (entries.empty()) {
    constexpr std::string_view text = "no classes";
    Image image = blank(text.size(), 1);
    draw_text(image, margin, margin + text_offset, text, scale);
    return image;
  }
  entries = entries.first(std::min(entries.size(), max_entries));
  std::vector<std::string> names;
  size_t longest = 0;
  for (const LegendEntry& entry : entries) {
    names.push_back(shown_name(entry.name));
    longest = std::max(longest, names.back().size());
  }
  Image image = blank(longest + 1 + share_letters, entries.size());
  for (size_t i = 0; i < entries.size(); ++i) {
    const int top = margin + static_cast<int>(i) * line_height;
    const int swatch_top = top + (line_height - swatch_height) / 2;
    fill_rectangle(image, margin, swatch_top, swatch_width, swatch_height, {0, 0, 0});
    fill_rectangle(image, margin + 1, swatch_top + 1, swatch_width - 2, swatch_height - 2,
                   entries[i].color);
    draw_text(image, text_left, top + text_offset, names[i], scale);
    draw_text(image, text_left + static_cast<int>(longest + 1) * advance, top + text_offset,
              share_text(entries[i].share), scale);
  }
  return image;
}

}  // namespace dpt::image
