#include "image/draw/colormap.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "image/draw/colormap_tables.h"

namespace dpt::image {

namespace {

constexpr std::array<std::string_view, 7> names = {"inferno", "magma",      "viridis", "plasma",
                                                   "turbo",   "spectral_r", "gray"};

using Table = std::array<Rgb, 256>;

constexpr Table unpacked(const std::array<uint32_t, 256>& packed) {
  Table table{};
  for (size_t i = 0; i < table.size(); ++i) {
    table[i] = {static_cast<uint8_t>(packed[i] >> 16), static_cast<uint8_t>(packed[i] >> 8),
                static_cast<uint8_t>(packed[i])};
  }
  return table;
}

constexpr Table gray_ramp() {
  Table table{};
  for (size_t i = 0; i < table.size(); ++i) {
    const auto level = static_cast<uint8_t>(i);
    table[i] = {level, level, level};
  }
  return table;
}

constexpr std::array<Table, 7> color_tables = {unpacked(tables::inferno),
                                               unpacked(tables::magma),
                                               unpacked(tables::viridis),
                                               unpacked(tables::plasma),
                                               unpacked(tables::turbo),
                                               unpacked(tables::spectral_r),
                                               gray_ramp()};

/// Index into a table of 256; NaN becomes 0. Divided first, so that the largest value gives exactly
/// 255: 255 times the range, rounded, may come back from the division as 254.99998.
size_t entry_of(float value, Range range) {
  const float position = 255.0F * ((value - range.min) / (range.max - range.min));
  if (!(position > 0.0F)) return 0;
  return position >= 255.0F ? 255 : static_cast<size_t>(position);
}

}  // namespace

std::span<const std::string_view> colormap_names() { return names; }

std::string_view name_of(Colormap map) { return names[static_cast<size_t>(map)]; }

std::optional<Colormap> find_colormap(std::string_view name) {
  const auto* found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Colormap>(found - names.begin());
}

std::span<const Rgb, 256> colors_of(Colormap map) { return color_tables[static_cast<size_t>(map)]; }

Range finite_range(const Plane& plane) {
  Range range{INFINITY, -INFINITY};
  for (const float value : plane.span()) {
    if (!std::isfinite(value)) continue;
    range.min = std::min(range.min, value);
    range.max = std::max(range.max, value);
  }
  return range.min <= range.max ? range : Range{};
}

Image colorize(const Plane& plane, Colormap map, Range range) {
  const std::span<const Rgb, 256> colors = colors_of(map);
  Image out(plane.width(), plane.height());
  uint8_t* pixel = out.data();
  for (const float value : plane.span()) {
    const Rgb color = colors[entry_of(value, range)];
    *pixel++ = color.r;
    *pixel++ = color.g;
    *pixel++ = color.b;
  }
  return out;
}

}  // namespace dpt::image
