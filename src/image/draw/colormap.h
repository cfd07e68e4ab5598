// Colour maps for depth pictures.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "image/image.h"

namespace dpt::image {

enum class Colormap { inferno, magma, viridis, plasma, turbo, spectral_r, gray };

/// All names, in the order of the enumeration.
std::span<const std::string_view> colormap_names();
std::string_view name_of(Colormap map);
std::optional<Colormap> find_colormap(std::string_view name);

/// 256 entries, dark (or first) to bright.
std::span<const Rgb, 256> colors_of(Colormap map);

struct Range {
  float min = 0;
  float max = 0;
};

/// Smallest and largest finite value; {0, 0} when there is none.
Range finite_range(const Plane& plane);

/// Colour of entry trunc(255 * (value - min) / (max - min)), clamped; NaN and an empty range give
/// entry 0.
Image colorize(const Plane& plane, Colormap map, Range range);

}  // namespace dpt::image
