// What a depth evaluation fixes before it looks at a picture (specification 4.6).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "image/image.h"

namespace dpt::eval {

/// Depth in metres, as wide as float64 so that thresholds fall where the formulas say; NaN:
/// unknown.
using Depths = image::Grid<double>;

/// What a prediction's values are.
enum class PredictionKind : uint8_t {
  depth,    ///< metres (or metres up to a factor)
  inverse,  ///< 1 / metres up to scale and shift: larger is nearer
};
inline constexpr std::array<std::string_view, 2> prediction_kind_names = {"depth", "inverse"};

/// How a prediction is brought to the truth of its picture.
enum class Alignment : uint8_t {
  none,
  median,       ///< times the quotient of the medians
  scale_shift,  ///< least squares of scale and shift in inverse depth (MiDaS)
};
inline constexpr std::array<std::string_view, 3> alignment_names = {"none", "median",
                                                                    "scale-shift"};

/// The part of a picture that counts.
enum class Crop : uint8_t {
  none,
  garg,         ///< KITTI, Garg et al.: rows .40810811 to .99189189, columns .03594771 to .96405229
  eigen_kitti,  ///< KITTI, Eigen et al.: rows .3324324 to .91351351, columns .0359477 to .96405229
  eigen_nyu,    ///< NYU, 640 x 480 only: rows 45 to 470, columns 41 to 600
};
inline constexpr std::array<std::string_view, 4> crop_names = {"none", "garg", "eigen-kitti",
                                                               "eigen-nyu"};

struct DepthProtocol {
  Alignment alignment = Alignment::scale_shift;
  Crop crop = Crop::none;
  double min_depth = 1e-3;  ///< metres, > 0
  double cap = 80;          ///< metres; truth counts where it is between the two, both excluded
  int whdr_samples = 0;     ///< pairs of points that are drawn from the truth; 0: none
  uint32_t seed = 0;        ///< of the drawing
};

/// The place of `name` in a table of names as an enumerator, or nothing.
template <typename Enum, size_t N>
std::optional<Enum> find_name(const std::array<std::string_view, N>& names, std::string_view name) {
  for (size_t i = 0; i < N; ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

template <typename Enum, size_t N>
std::string_view name_of(const std::array<std::string_view, N>& names, Enum value) {
  return names[static_cast<size_t>(value)];
}

}  // namespace dpt::eval
