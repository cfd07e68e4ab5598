#include "task/tiles.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "image/draw/colormap.h"
#include "image/resample/resize.h"
#include "image/resample/scale_shift.h"

namespace dpt::task {

namespace {

using image::Plane;

constexpr int overlap_part = 4;  // tiles overlap by one of so many parts of their sides
constexpr int samples_per_radius = 4;
// Correlations of a tile with the overview: no trust in the tile below, full trust above.
constexpr double contradiction = 0.5, agreement = 0.85;

/// Where `count` tiles of `side` stand in `length`, evenly.
std::vector<int> places(int length, int side) {
  const int overlap = side / overlap_part;
  const int step = std::max(side - overlap, 1);
  const int count = length <= side ? 1 : 1 + (length - side + step - 1) / step;
  std::vector<int> result;
  result.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) {
    result.push_back(count == 1 ? 0 : static_cast<int>(int64_t{length - side} * i / (count - 1)));
  }
  return result;
}

/// Every step-th value of a part of a plane, at least one.
Plane sampled(const Plane& plane, int left, int top, int width, int height, int step) {
  Plane out((width + step - 1) / step, (height + step - 1) / step);
  for (int y = 0; y < out.height(); ++y) {
    const int from_y = top + std::min(y * step + step / 2, height - 1);
    for (int x = 0; x < out.width(); ++x) {
      out.at(x, y) = plane.at(left + std::min(x * step + step / 2, width - 1), from_y);
    }
  }
  return out;
}

/// Mean over the (2r + 1)^2 window, cut at the borders.
Plane box_mean(const Plane& in, int r) {
  Plane rows(in.width(), in.height());
  std::vector<double> sums(static_cast<size_t>(std::max(in.width(), in.height())) + 1);
  const auto mean = [&](int i, int length) {
    const int first = std::max(i - r, 0);
    const int last = std::min(i + r + 1, length);
    const double sum = sums[static_cast<size_t>(last)] - sums[static_cast<size_t>(first)];
    return static_cast<float>(sum / (last - first));
  };
  for (int y = 0; y < in.height(); ++y) {
    for (int x = 0; x < in.width(); ++x) {
      sums[static_cast<size_t>(x) + 1] = sums[static_cast<size_t>(x)] + in.at(x, y);
    }
    for (int x = 0; x < in.width(); ++x) rows.at(x, y) = mean(x, in.width());
  }
  Plane out(in.width(), in.height());
  for (int x = 0; x < in.width(); ++x) {
    for (int y = 0; y < in.height(); ++y) {
      sums[static_cast<size_t>(y) + 1] = sums[static_cast<size_t>(y)] + rows.at(x, y);
    }
    for (int y = 0; y < in.height(); ++y) out.at(x, y) = mean(y, in.height());
  }
  return out;
}

double smooth_step(double share) { return share * share * (3 - 2 * share); }

/// overview = scale * tile + shift by least squares over all samples.
struct Fit {
  double scale = 0, shift = 0;
  double trust = 0;  ///< in the tile's detail, 0 to 1: how well the two agree
};

Fit fit(const Plane& tile, const Plane& overview) {
  const image::PairMoments m = image::pair_moments([&](const auto& body) {
    for (size_t i = 0; i < tile.size(); ++i) body(1, tile.data()[i], overview.data()[i]);
  });
  if (!(m.xx > 0 && m.yy > 0 && m.xy > 0)) return {0, m.shift_for(0), 0};
  const double correlation = m.xy / std::sqrt(m.xx * m.yy);
  const double share = (correlation - contradiction) / (agreement - contradiction);
  const double scale = m.xy / m.xx;
  return {scale, m.shift_for(scale), smooth_step(std::clamp(share, 0.0, 1.0))};
}

/// The tile brought to the overview; the overview itself where the tile contradicts it.
Plane fitted(const Plane& tile, const Plane& overview, Tile place, int radius) {
  const int step = std::max(radius / samples_per_radius, 1);
  const Plane small = sampled(tile, 0, 0, tile.width(), tile.height(), step);
  Plane error = sampled(overview, place.left, place.top, tile.width(), tile.height(), step);
  const auto [scale, shift, trust] = fit(small, error);
  for (size_t i = 0; i < error.size(); ++i) {
    error.data()[i] -= static_cast<float>(scale * small.data()[i] + shift);
  }
  for (int pass = 0; pass < 2; ++pass) error = box_mean(error, samples_per_radius);
  Plane out = image::resize_plane(error, tile.width(), tile.height(), image::PlaneFilter::bilinear);
  for (int y = 0; y < tile.height(); ++y) {
    const float* whole = overview.row(place.top + y) + place.left;
    for (int x = 0; x < tile.width(); ++x) {
      const double detailed = scale * tile.at(x, y) + shift + out.at(x, y);
      out.at(x, y) = static_cast<float>(whole[x] + trust * (detailed - whole[x]));
    }
  }
  return out;
}

/// Weight along one side of a tile: rises over the overlap, unless the tile ends with the picture.
std::vector<float> ramp(int side, bool first, bool last) {
  const double overlap = std::max(side / overlap_part, 1);
  std::vector<float> weights;
  for (int i = 0; i < side; ++i) {
    double share = 1;
    if (!first) share = std::min(share, (i + 0.5) / overlap);
    if (!last) share = std::min(share, (side - i - 0.5) / overlap);
    weights.push_back(static_cast<float>(smooth_step(share)));
  }
  return weights;
}

}  // namespace

TileGrid tile_grid(int width, int height, int side) {
  if (side < 1) fail(ErrorKind::usage, "tile {}, expected 1 or more pixels a side", side);
  TileGrid grid;
  grid.width = std::min(side, width);
  grid.height = std::min(side, height);
  const std::vector<int> across = places(width, grid.width);
  const std::vector<int> down = places(height, grid.height);
  grid.columns = static_cast<int>(across.size());
  grid.rows = static_cast<int>(down.size());
  for (const int top : down) {
    for (const int left : across) grid.tiles.push_back({left, top});
  }
  return grid;
}

Plane merge_tiles(const image::ImageView& picture, const Plane& overview, const TileGrid& grid,
                  int radius, const DepthOf& depth_of) {
  Plane sum(picture.width, picture.height);
  Plane weights(picture.width, picture.height);
  std::fill(sum.span().begin(), sum.span().end(), 0.0F);
  std::fill(weights.span().begin(), weights.span().end(), 0.0F);
  for (const Tile& place : grid.tiles) {
    const Plane tile = depth_of(picture.crop(place.left, place.top, grid.width, grid.height));
    const Plane detail = fitted(tile, overview, place, radius);
    const auto across = ramp(grid.width, place.left == 0, place.left + grid.width == picture.width);
    const auto down = ramp(grid.height, place.top == 0, place.top + grid.height == picture.height);
    for (int y = 0; y < grid.height; ++y) {
      float* to = sum.row(place.top + y) + place.left;
      float* weight = weights.row(place.top + y) + place.left;
      for (int x = 0; x < grid.width; ++x) {
        const float w = down[static_cast<size_t>(y)] * across[static_cast<size_t>(x)];
        to[x] += w * detail.at(x, y);
        weight[x] += w;
      }
    }
  }
  for (size_t i = 0; i < sum.size(); ++i) sum.data()[i] /= weights.data()[i];
  return sum;
}

}  // namespace dpt::task
