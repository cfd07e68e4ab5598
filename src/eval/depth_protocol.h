// What a depth evaluation fixes before it looks at a picture (specification 4.6).
#pragma once

#include <cstdint>
#include <string_view>

#include "base/enum_names.h"
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

/// How a prediction is brought to the truth of its picture.
enum class Alignment : uint8_t {
  none,
  median,       ///< times the quotient of the medians
  scale_shift,  ///< least squares of scale and shift in inverse depth (MiDaS)
};

/// The part of a picture that counts.
enum class Crop : uint8_t {
  none,
  garg,         ///< KITTI, Garg et al.: rows .40810811 to .99189189, columns .03594771 to .96405229
  eigen_kitti,  ///< KITTI, Eigen et al.: rows .3324324 to .91351351, columns .0359477 to .96405229
  eigen_nyu,    ///< NYU, 640 x 480 only: rows 45 to 470, columns 41 to 600
};

struct DepthProtocol {
  Alignment alignment = Alignment::scale_shift;
  Crop crop = Crop::none;
  double min_depth = 1e-3;  ///< metres, > 0
  double cap = 80;          ///< metres; truth counts where it is between the two, both excluded
  int whdr_samples = 0;     ///< pairs of points that are drawn from the truth; 0: none
  uint32_t seed = 0;        ///< of the drawing
  std::string_view crop_name = "crop";  ///< what errors call the crop
};

}  // namespace dpt::eval

template <>
struct dpt::EnumNames<dpt::eval::PredictionKind> {
  using enum dpt::eval::PredictionKind;
  static constexpr EnumTable<dpt::eval::PredictionKind, 2> table = {
      {{depth, "depth"}, {inverse, "inverse"}}};
};

template <>
struct dpt::EnumNames<dpt::eval::Alignment> {
  using enum dpt::eval::Alignment;
  static constexpr EnumTable<dpt::eval::Alignment, 3> table = {
      {{none, "none"}, {median, "median"}, {scale_shift, "scale-shift"}}};
};

template <>
struct dpt::EnumNames<dpt::eval::Crop> {
  using enum dpt::eval::Crop;
  static constexpr EnumTable<dpt::eval::Crop, 4> table = {
      {{none, "none"}, {garg, "garg"}, {eigen_kitti, "eigen-kitti"}, {eigen_nyu, "eigen-nyu"}}};
};
