#include "image/resample/sharpen_edges.h"

#include <algorithm>
#include <cmath>

namespace dpt::image {

namespace {

constexpr int radius = 12;
constexpr int taps = 2 * radius + 1;
constexpr int lanes = 28;           // taps, to a multiple of the vectors' lengths
constexpr float spatial_sigma = 6;  // pixels
constexpr float color_sigma = 20;   // of 255, Euclidean over R, G and B
constexpr float slope = 0.005F;     // per pixel, of the range, that halves a root of trust
constexpr float deviations_of_a_range = 4;
constexpr float trusted = 0.98F;  // and above: stays as it is

/// Rows with nothing (trust 0) at either end, so that a window's never leave them.
struct Padded {
  int stride;
  std::vector<float> value, trust, r, g, b;

  Padded(int width, int height) : stride(radius + width + lanes) {
    const size_t size = static_cast<size_t>(stride) * static_cast<size_t>(height);
    for (std::vector<float>* plane : {&value, &trust, &r, &g, &b}) plane->resize(size);
  }
  size_t at(int x, int y) const {
    return static_cast<size_t>(y) * static_cast<size_t>(stride) + static_cast<size_t>(radius + x);
  }
};

float range_of(const Plane& low) {
  double sum = 0;
  double squares = 0;
  for (const float v : low.span()) sum += v;
  const double mean = sum / static_cast<double>(low.size());
  for (const float v : low.span()) squares += (v - mean) * (v - mean);
  return deviations_of_a_range *
         static_cast<float>(std::sqrt(squares / static_cast<double>(low.size())));
}

/// Change per pixel over `reach` pixels to each side.
float slope_at(const Plane& low, int x, int y, int reach) {
  const auto along = [&](int x0, int y0, int x1, int y1) {
    const int steps = x1 - x0 + y1 - y0;
    return steps == 0 ? 0 : (low.at(x1, y1) - low.at(x0, y0)) / static_cast<float>(steps);
  };
  return std::hypot(along(std::max(x - reach, 0), y, std::min(x + reach, low.width() - 1), y),
                    along(x, std::max(y - reach, 0), x, std::min(y + reach, low.height() - 1)));
}

using Nearness = std::array<std::array<float, lanes>, taps>;

Nearness nearness() {
  Nearness weights{};
  for (int j = 0; j < taps; ++j) {
    for (int i = 0; i < taps; ++i) {
      const auto square =
          static_cast<float>((i - radius) * (i - radius) + (j - radius) * (j - radius));
      weights[static_cast<size_t>(j)][static_cast<size_t>(i)] =
          std::exp(-square / (2 * spatial_sigma * spatial_sigma));
    }
  }
  return weights;
}

/// Weighted mean of the window around (x, y).
float mean_around(const Padded& p, const Nearness& near, int x, int y, int height) {
  std::array<float, lanes> sum{};
  std::array<float, lanes> weights{};
  const size_t own = p.at(x, y);
  const float r = p.r[own];
  const float g = p.g[own];
  const float b = p.b[own];
  // (1 - q / 4)^4 instead of exp(-q), which no vector instruction gives.
  constexpr float scale = 1 / (4 * 2 * color_sigma * color_sigma);
  for (int row = std::max(y - radius, 0); row <= std::min(y + radius, height - 1); ++row) {
    const size_t first = p.at(x, row) - radius;
    const int tap = row - y + radius;
    const float* from = near[static_cast<size_t>(tap)].data();
    for (size_t i = 0; i < lanes; ++i) {
      const float dr = p.r[first + i] - r;
      const float dg = p.g[first + i] - g;
      const float db = p.b[first + i] - b;
      const float alike = std::max(1 - (dr * dr + dg * dg + db * db) * scale, 0.0F);
      const float weight = from[i] * p.trust[first + i] * (alike * alike) * (alike * alike);
      sum[i] += weight * p.value[first + i];
      weights[i] += weight;
    }
  }
  float total = 0;
  float whole = 0;
  for (size_t i = 0; i < lanes; ++i) {
    total += sum[i];
    whole += weights[i];
  }
  return whole > 0 ? total / whole : p.value[own];
}

}  // namespace

Plane sharpen_edges(ThreadPool& pool, const Plane& low, const PlaneColors& colors) {
  const float range = range_of(low);
  const int width = low.width();
  const int height = low.height();
  Plane out(width, height);
  std::copy(low.span().begin(), low.span().end(), out.span().begin());
  if (!(range > 0)) return out;
  Padded p(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const float excess = slope_at(low, x, y, 1) - slope_at(low, x, y, radius);
      const float s = std::max(excess, 0.0F) / (slope * range);
      const size_t to = p.at(x, y);
      p.value[to] = low.at(x, y);
      p.trust[to] = 1 / ((1 + s * s) * (1 + s * s));
      const auto& color =
          colors[static_cast<size_t>(y) * static_cast<size_t>(width) + static_cast<size_t>(x)];
      p.r[to] = color[0];
      p.g[to] = color[1];
      p.b[to] = color[2];
    }
  }
  const Nearness near = nearness();
  pool.parallel_for(height, [&](int64_t line, int /*thread*/) {
    const int y = static_cast<int>(line);
    for (int x = 0; x < width; ++x) {
      const float trust = p.trust[p.at(x, y)];
      if (trust >= trusted) continue;
      out.at(x, y) = trust * low.at(x, y) + (1 - trust) * mean_around(p, near, x, y, height);
    }
  });
  return out;
}

}  // namespace dpt::image
