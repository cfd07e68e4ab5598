#include "eval/region.h"

#include <algorithm>
#include <limits>

#include "base/error.h"

namespace dpt::eval {

namespace {

struct Rectangle {
  int left = 0, top = 0, right = 0, bottom = 0;  ///< right and bottom excluded
};

/// Fractions of the sides, truncated.
Rectangle part_of(const Depths& truth, double top, double bottom, double left, double right) {
  const double width = truth.width();
  const double height = truth.height();
  return {static_cast<int>(left * width), static_cast<int>(top * height),
          static_cast<int>(right * width), static_cast<int>(bottom * height)};
}

Rectangle rectangle_of(Crop crop, const Depths& truth) {
  switch (crop) {
    case Crop::none:
      break;
    case Crop::garg:
      return part_of(truth, 0.40810811, 0.99189189, 0.03594771, 0.96405229);
    case Crop::eigen_kitti:
      return part_of(truth, 0.3324324, 0.91351351, 0.0359477, 0.96405229);
    case Crop::eigen_nyu:
      if (truth.width() != 640 || truth.height() != 480) {
        fail(ErrorKind::input, "--crop eigen-nyu is for truth of 640x480, found {}x{}",
             truth.width(), truth.height());
      }
      return {41, 45, 601, 471};
  }
  return {0, 0, truth.width(), truth.height()};
}

constexpr int kitti_width = 1216;
constexpr int kitti_height = 352;

}  // namespace

int64_t keep_region(const DepthProtocol& protocol, Depths& truth) {
  const Rectangle region = rectangle_of(protocol.crop, truth);
  int64_t valid = 0;
  for (int y = 0; y < truth.height(); ++y) {
    const bool row_counts = y >= region.top && y < region.bottom;
    for (int x = 0; x < truth.width(); ++x) {
      double& depth = truth.at(x, y);
      const bool counts = row_counts && x >= region.left && x < region.right &&
                          depth > protocol.min_depth && depth < protocol.cap;
      if (!counts) depth = std::numeric_limits<double>::quiet_NaN();
      valid += counts ? 1 : 0;
    }
  }
  return valid;
}

image::Plane kitti_uncrop(const image::Plane& prediction, int width, int height) {
  if (prediction.width() != kitti_width || prediction.height() != kitti_height ||
      width < kitti_width || height < kitti_height) {
    fail(ErrorKind::input,
         "--kitti-crop: the prediction is {}x{} and the truth {}x{}, expected {}x{} and no less",
         prediction.width(), prediction.height(), width, height, kitti_width, kitti_height);
  }
  image::Plane frame(width, height);
  std::fill(frame.span().begin(), frame.span().end(), 0.0F);
  const int left = (width - kitti_width) / 2;
  for (int y = 0; y < kitti_height; ++y) {
    std::copy_n(prediction.row(y), kitti_width, frame.row(height - kitti_height + y) + left);
  }
  return frame;
}

}  // namespace dpt::eval
