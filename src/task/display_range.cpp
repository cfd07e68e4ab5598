#include "task/display_range.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace dpt::task {

namespace {

constexpr int samples_per_side = 127;  // a prime, so that patterns in the picture do not matter

/// Largest correlation of two pictures that show different scenes, and the smallest mean difference
/// (of 255) that noise alone does not make.
constexpr double largest_correlation = 0.5;
constexpr double smallest_difference = 12;

float quantile(std::vector<float>& values, double q) {
  const auto index =
      static_cast<std::ptrdiff_t>(std::lround(q * static_cast<double>(values.size() - 1)));
  std::nth_element(values.begin(), values.begin() + index, values.end());
  return values[static_cast<size_t>(index)];
}

}  // namespace

image::Range robust_range(const image::Plane& plane, double low, double high) {
  const int step_x = std::max(plane.width() / samples_per_side, 1);
  const int step_y = std::max(plane.height() / samples_per_side, 1);
  std::vector<float> values;
  for (int y = step_y / 2; y < plane.height(); y += step_y) {
    for (int x = step_x / 2; x < plane.width(); x += step_x) {
      const float value = plane.at(x, y);
      if (std::isfinite(value)) values.push_back(value);
    }
  }
  if (values.empty()) return {};
  return {quantile(values, low), quantile(values, high)};
}

SceneCuts::Thumbnail SceneCuts::thumbnail_of(const image::ImageView& picture) {
  constexpr int samples = 4;  // per side of a cell
  Thumbnail thumbnail{};
  const auto offsets = image::channel_offsets(picture.format);
  const int channels = image::channels_of(picture.format);
  for (int y = 0; y < rows * samples; ++y) {
    const uint8_t* row =
        picture.row(static_cast<int>((2 * y + 1) * int64_t{picture.height} / (2 * rows * samples)));
    for (int x = 0; x < columns * samples; ++x) {
      const int64_t column = (2 * x + 1) * int64_t{picture.width} / (2 * columns * samples);
      const uint8_t* pixel = row + column * channels;
      const int sum = pixel[offsets[0]] + pixel[offsets[1]] + pixel[offsets[2]];
      const int cell = y / samples * columns + x / samples;
      thumbnail[static_cast<size_t>(cell)] += static_cast<float>(sum);
    }
  }
  for (float& value : thumbnail) value /= 3.0F * samples * samples;
  return thumbnail;
}

bool SceneCuts::next(const image::ImageView& picture) {
  const Thumbnail now = thumbnail_of(picture);
  const std::optional<Thumbnail> last = std::exchange(last_, now);
  if (!last) return true;
  double mean_a = 0, mean_b = 0, difference = 0;
  for (size_t i = 0; i < now.size(); ++i) {
    mean_a += (*last)[i];
    mean_b += now[i];
    difference += std::abs(now[i] - (*last)[i]);
  }
  const auto count = static_cast<double>(now.size());
  mean_a /= count;
  mean_b /= count;
  double product = 0, square_a = 0, square_b = 0;
  for (size_t i = 0; i < now.size(); ++i) {
    const double a = (*last)[i] - mean_a;
    const double b = now[i] - mean_b;
    product += a * b;
    square_a += a * a;
    square_b += b * b;
  }
  const double correlation = product / std::sqrt(std::max(square_a * square_b, 1e-9));
  return correlation < largest_correlation && difference / count > smallest_difference;
}

image::Range SmoothRange::next(const image::Plane& depth, double seconds, bool cut) {
  const image::Range now = robust_range(depth);
  if (cut || !range_) {
    range_ = now;
  } else {
    const auto share = static_cast<float>(1 - std::exp(-std::max(seconds, 0.0) / time_constant_));
    range_->min += share * (now.min - range_->min);
    range_->max += share * (now.max - range_->max);
  }
  return *range_;
}

}  // namespace dpt::task
