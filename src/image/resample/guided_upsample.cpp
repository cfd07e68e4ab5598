#include "image/resample/guided_upsample.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "image/resample/resize.h"
#include "image/resample/sharpen_edges.h"

namespace dpt::image {

namespace {

constexpr int radius = 2;
constexpr int taps = 2 * radius + 1;
constexpr double spatial_sigma = 0.8;  // pixels of the small plane
constexpr double color_sigma = 20;     // of 255, Euclidean over R, G and B
constexpr int color_shift = 5;         // of squared differences, for the table
constexpr size_t color_entries = (3 * 255 * 255 >> color_shift) + 1;
constexpr float floor_weight = 1e-5F;  // where no colour is alike, nearness alone decides

/// The photograph averaged over the pixels of the small plane.
PlaneColors averaged(const ImageView& photograph, int width, int height) {
  PlaneColors sums(static_cast<size_t>(width) * static_cast<size_t>(height));
  std::vector<float> counts(sums.size());
  std::vector<uint8_t> row(3 * static_cast<size_t>(photograph.width));
  for (int y = 0; y < photograph.height; ++y) {
    copy_row_as_rgb(photograph, y, row.data());
    const int64_t cell_y = int64_t{y} * height / photograph.height;
    for (int x = 0; x < photograph.width; ++x) {
      const int64_t cell_x = int64_t{x} * width / photograph.width;
      const auto cell = static_cast<size_t>(cell_y * width + cell_x);
      for (size_t c = 0; c < 3; ++c) sums[cell][c] += row[3 * static_cast<size_t>(x) + c];
      counts[cell] += 1;
    }
  }
  for (size_t i = 0; i < sums.size(); ++i) {
    for (float& sum : sums[i]) sum /= counts[i];
  }
  return sums;
}

std::array<float, color_entries> color_weights() {
  std::array<float, color_entries> weights{};
  for (size_t i = 0; i < weights.size(); ++i) {
    const double square = (static_cast<double>(i) + 0.5) * (1 << color_shift);
    weights[i] = static_cast<float>(std::exp(-square / (2 * color_sigma * color_sigma)));
  }
  return weights;
}

/// One direction's neighbours of a pixel and their nearness.
struct Neighbours {
  std::array<int, taps> index{};
  std::array<float, taps> weight{};
};

std::vector<Neighbours> neighbours(int small, int large) {
  std::vector<Neighbours> all(static_cast<size_t>(large));
  for (int i = 0; i < large; ++i) {
    const double place = (i + 0.5) * small / large - 0.5;
    const int middle = static_cast<int>(std::lround(place));
    Neighbours& n = all[static_cast<size_t>(i)];
    for (int k = -radius; k <= radius; ++k) {
      const double distance = middle + k - place;
      const int entry = k + radius;
      const auto tap = static_cast<size_t>(entry);
      n.index[tap] = std::clamp(middle + k, 0, small - 1);
      n.weight[tap] =
          static_cast<float>(std::exp(-distance * distance / (2 * spatial_sigma * spatial_sigma)));
    }
  }
  return all;
}

}  // namespace

Plane guided_upsample(ThreadPool& pool, const Plane& low, const ImageView& photograph) {
  if (low.width() > photograph.width || low.height() > photograph.height) {
    return resize_plane(low, photograph.width, photograph.height, PlaneFilter::bilinear);
  }
  const PlaneColors colors = averaged(photograph, low.width(), low.height());
  const Plane sharp = sharpen_edges(pool, low, colors);
  const auto likeness = color_weights();
  const auto across = neighbours(low.width(), photograph.width);
  const auto down = neighbours(low.height(), photograph.height);
  Plane out(photograph.width, photograph.height);
  pool.parallel_for(photograph.height, [&](int64_t line, int /*thread*/) {
    const int y = static_cast<int>(line);
    std::vector<uint8_t> row(3 * static_cast<size_t>(photograph.width));
    copy_row_as_rgb(photograph, y, row.data());
    const Neighbours& vertical = down[static_cast<size_t>(y)];
    for (int x = 0; x < photograph.width; ++x) {
      const uint8_t* pixel = row.data() + ptrdiff_t{3} * x;
      const Neighbours& horizontal = across[static_cast<size_t>(x)];
      float sum = 0;
      float weights = 0;
      for (size_t j = 0; j < taps; ++j) {
        const ptrdiff_t base = ptrdiff_t{vertical.index[j]} * low.width();
        for (size_t i = 0; i < taps; ++i) {
          const ptrdiff_t cell = base + horizontal.index[i];
          const auto& color = colors[static_cast<size_t>(cell)];
          const float r = static_cast<float>(pixel[0]) - color[0];
          const float g = static_cast<float>(pixel[1]) - color[1];
          const float b = static_cast<float>(pixel[2]) - color[2];
          const auto square = static_cast<size_t>(r * r + g * g + b * b) >> color_shift;
          const float weight =
              vertical.weight[j] * horizontal.weight[i] * (likeness[square] + floor_weight);
          sum += weight * sharp.data()[cell];
          weights += weight;
        }
      }
      out.at(x, y) = sum / weights;
    }
  });
  return out;
}

}  // namespace dpt::image
