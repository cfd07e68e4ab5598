#include "eval/depth_metrics.h"

#include <cmath>
#include <limits>
#include <optional>

#include "eval/region.h"
#include "image/resample/resize.h"

namespace dpt::eval {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double threshold = 1.25;

/// Calls body(z, z*) for the pixels that count.
template <typename Body>
void for_each_pixel(const Depths& depth, const Depths& truth, const Body& body) {
  for (size_t i = 0; i < truth.size(); ++i) {
    if (!std::isnan(truth.data()[i])) body(depth.data()[i], truth.data()[i]);
  }
}

/// 100 times the deviation of ln z - ln z*, taken about its mean so that nothing is lost.
double silog_of(const Depths& depth, const Depths& truth, double mean, double count) {
  double sum = 0;
  for_each_pixel(depth, truth, [&](double z, double t) {
    const double e = std::log(z) - std::log(t) - mean;
    sum += e * e;
  });
  return 100 * std::sqrt(sum / count);
}

/// The prediction as large as the truth.
image::Plane resized(const image::Plane& prediction, const Depths& truth) {
  return image::resize_plane(prediction, truth.width(), truth.height(),
                             image::PlaneFilter::bilinear);
}

}  // namespace

DepthFigures measure(const Depths& depth, const Depths& truth) {
  DepthFigures sum{};
  double count = 0;
  double log_sum = 0;
  for_each_pixel(depth, truth, [&](double z, double t) {
    const double error = z - t;
    const double log_error = std::log(z) - std::log(t);
    const double ratio = std::max(z / t, t / z);
    count += 1;
    log_sum += log_error;
    sum[abs_rel] += std::abs(error) / t;
    sum[sq_rel] += error * error / t;
    sum[rmse] += error * error;
    sum[rmse_log] += log_error * log_error;
    sum[log10_error] += std::abs(std::log10(z) - std::log10(t));
    sum[delta1] += ratio < threshold ? 1 : 0;
    sum[delta2] += ratio < threshold * threshold ? 1 : 0;
    sum[delta3] += ratio < threshold * threshold * threshold ? 1 : 0;
    sum[outliers] += ratio > threshold ? 100 : 0;
  });
  for (double& value : sum) value = count > 0 ? value / count : nan;
  sum[rmse] = std::sqrt(sum[rmse]);
  sum[rmse_log] = std::sqrt(sum[rmse_log]);
  sum[silog] = count > 0 ? silog_of(depth, truth, log_sum / count, count) : nan;
  sum[whdr] = nan;
  return sum;
}

DepthResult evaluate(const image::Plane& prediction, PredictionKind kind, Depths truth,
                     std::span<const OrdinalPair> points, const DepthProtocol& protocol,
                     size_t index, AlignedDepth* aligned) {
  DepthResult result;
  result.figures.fill(nan);
  if (truth.empty()) {
    result.figures[whdr] = whdr_of(prediction, kind, points);
    return result;
  }
  result.valid = keep_region(protocol, truth);
  const bool fits = prediction.width() == truth.width() && prediction.height() == truth.height();
  std::optional<image::Plane> enlarged;
  if (!fits) enlarged = resized(prediction, truth);
  const image::Plane& whole = enlarged ? *enlarged : prediction;
  if (result.valid > 0) {
    AlignedDepth depth = align(whole, kind, truth, protocol);
    result.scale = depth.scale;
    result.shift = depth.shift;
    result.figures = measure(depth.depth, truth);
    if (aligned != nullptr) *aligned = std::move(depth);
  }
  if (!points.empty()) {
    result.figures[whdr] = whdr_of(whole, kind, points);
  } else if (protocol.whdr_samples > 0) {
    result.figures[whdr] = whdr_of(whole, kind, draw_pairs(truth, protocol, index));
  }
  return result;
}

}  // namespace dpt::eval
