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

Rectangle rectangle_of(Crop crop, const Depths& truth, std::string_view name) {
  switch (crop) {
    case Crop::none:
      break;
    case Crop::garg:
      return part_of(truth, 0.40810811, 0.99189189, 0.03594771, 0.96405229);
    case Crop::eigen_kitti:
      return part_of(truth, 0.3324324, 0.91351351, 0.0359477, 0.96405229);
    case Crop::eigen_nyu:
      if (truth.width() != 640 || truth.height() != 480) {
        fail(ErrorKind::input, "{} {} is for truth of 640x480, found {}x{}", name, name_of(crop),
             truth.width(), truth.height());
      }
      return {41, 45, 601, 471};
  }
  return {0, 0, truth.width(), truth.height()};
}

constexpr int kitti_width = 1216;
constexpr int kitti_height = 352;

/// Where the benchmark's crop lies in a frame; beyond its sides where it is smaller.
Rectangle kitti_rectangle(int width, int height) {
  const int left = (width - kitti_width) / 2;
  return {left, height - kitti_height, left + kitti_width, height};
}

bool holds(const Rectangle& r, int x, int y) {
  return x >= r.left && x < r.right && y >= r.top && y < r.bottom;
}

}  // namespace

int64_t keep_region(const DepthProtocol& protocol, Depths& truth) {
  const Rectangle region = rectangle_of(protocol.crop, truth, protocol.crop_name);
  int64_t valid = 0;
  for (int y = 0; y < truth.height(); ++y) {
    for (int x = 0; x < truth.width(); ++x) {
      double& depth = truth.at(x, y);
      const bool counts = holds(region, x, y) && depth > protocol.min_depth && depth < protocol.cap;
      if (!counts) depth = std::numeric_limits<double>::quiet_NaN();
      valid += counts ? 1 : 0;
    }
  }
  return valid;
}

void keep_kitti_crop(Depths& truth) {
  const Rectangle region = kitti_rectangle(truth.width(), truth.height());
  for (int y = 0; y < truth.height(); ++y) {
    for (int x = 0; x < truth.width(); ++x) {
      if (!holds(region, x, y)) truth.at(x, y) = std::numeric_limits<double>::quiet_NaN();
    }
  }
}

void keep_kitti_crop(std::vector<OrdinalPair>& pairs, int width, int height) {
  const Rectangle frame{0, 0, width, height};
  const Rectangle region = kitti_rectangle(width, height);
  const auto is_left_out = [&](Point point) {
    return holds(frame, point.x, point.y) && !holds(region, point.x, point.y);
  };
  std::erase_if(pairs, [&](const OrdinalPair& pair) {
    return is_left_out(pair.nearer) || is_left_out(pair.farther);
  });
}

image::Plane kitti_uncrop(const image::Plane& prediction, int width, int height,
                          std::string_view name) {
  if (prediction.width() != kitti_width || prediction.height() != kitti_height ||
      width < kitti_width || height < kitti_height) {
    fail(ErrorKind::input,
         "{}: the prediction is {}x{} and the truth {}x{}, expected {}x{} and no less", name,
         prediction.width(), prediction.height(), width, height, kitti_width, kitti_height);
  }
  image::Plane frame(width, height);
  std::fill(frame.span().begin(), frame.span().end(), 0.0F);
  const Rectangle region = kitti_rectangle(width, height);
  for (int y = 0; y < kitti_height; ++y) {
    std::copy_n(prediction.row(y), kitti_width, frame.row(region.top + y) + region.left);
  }
  return frame;
}

}  // namespace dpt::eval
