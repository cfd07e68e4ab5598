#include "backend/cpu/kernels/labels/label_map_job.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <stdexcept>

#include "backend/cpu/kernels/simple/resample_taps.h"

namespace dpt::cpu {

namespace {

constexpr int64_t window_size = 4;

/// Calls add(position of the maps, weight) for all that a tap reads in the end.
template <typename Add>
void for_each_part(const WideTap& tap, const std::vector<Tap>& inner, const Add& add) {
  for (size_t k = 0; k < tap.index.size(); ++k) {
    const Tap& part = inner[static_cast<size_t>(tap.index[k])];
    const double weight = tap.weight[k];
    if (weight == 0) continue;
    if (part.weight != 1) add(part.low, weight * (1.0 - part.weight));
    if (part.weight != 0) add(part.high, weight * part.weight);
  }
}

struct Range {
  int64_t first = INT64_MAX, last = 0;
};

/// What a tap reads of the maps.
Range range_of(const WideTap& tap, const std::vector<Tap>& inner) {
  Range range;
  for_each_part(tap, inner, [&](int64_t position, double) {
    range.first = std::min(range.first, position);
    range.last = std::max(range.last, position);
  });
  if (range.last - range.first >= window_size) {
    throw std::logic_error("label_map: the maps are enlarged by less than two");
  }
  return range;
}

Weights weights_of(const WideTap& tap, const std::vector<Tap>& inner, int64_t first) {
  std::array<double, 4> sums{};
  for_each_part(tap, inner, [&](int64_t position, double weight) {
    sums[static_cast<size_t>(position - first)] += weight;
  });
  Weights weights{};
  std::copy(sums.begin(), sums.end(), weights.begin());
  return weights;
}

/// The run that begins with a position of the picture which reads from `first` on.
WindowRun make_run(int64_t position, int64_t first, int64_t in) {
  WindowRun run{.begin = position, .end = position};
  // Inside the maps where they are that large; else the last position stands for those beyond it,
  // with weights of 0.
  first = std::min(first, std::max<int64_t>(in - window_size, 0));
  for (size_t k = 0; k < run.source.size(); ++k) {
    run.source[k] = std::min(first + static_cast<int64_t>(k), in - 1);
  }
  return run;
}

/// Let L be the lowest of each weight over the run and e_k the unit weights. As weights sum to 1, w
/// = L + (w - L) is the mean of the corners L + (1 - sum L) e_k, each times (w_k - L_k) / (1 - sum
/// L).
void find_corners(const std::vector<Weights>& weights, WindowRun& run) {
  Weights lowest = weights[static_cast<size_t>(run.begin)];
  for (int64_t i = run.begin; i < run.end; ++i) {
    const Weights& w = weights[static_cast<size_t>(i)];
    for (size_t k = 0; k < w.size(); ++k) lowest[k] = std::min(lowest[k], w[k]);
  }
  const double rest = 1 - std::accumulate(lowest.begin(), lowest.end(), 0.0);
  run.corners.fill(lowest);
  for (size_t k = 0; k < lowest.size(); ++k) {
    run.corners[k][k] = static_cast<float>(lowest[k] + rest);
  }
}

}  // namespace

Windows compose(int64_t in, int64_t resized, std::span<const WideTap> taps) {
  const std::vector<Tap> inner = bilinear_taps(in, resized, Coordinates::align_corners);
  Windows windows;
  windows.weights.reserve(taps.size());
  for (const WideTap& tap : taps) {
    const Range range = range_of(tap, inner);
    const bool joins = !windows.runs.empty() && range.first >= windows.runs.back().source[0] &&
                       range.last < windows.runs.back().source[0] + window_size;
    if (!joins) {
      const auto position = static_cast<int64_t>(windows.weights.size());
      windows.runs.push_back(make_run(position, range.first, in));
    }
    ++windows.runs.back().end;
    windows.weights.push_back(weights_of(tap, inner, windows.runs.back().source[0]));
  }
  for (WindowRun& run : windows.runs) find_corners(windows.weights, run);
  return windows;
}

}  // namespace dpt::cpu
