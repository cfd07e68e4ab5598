// The two resamplings of label_map.h as one, and what its threads share.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "backend/cpu/kernels/labels/label_map.h"

namespace dpt::cpu {

using Weights = std::array<float, 4>;

/// Neighbouring positions of the picture along an axis, [begin, end), that read the same positions
/// of the maps. A picture much larger than the maps has long ones.
struct WindowRun {
  int64_t begin = 0, end = 0;
  std::array<int64_t, 4> source{};  ///< positions of the maps, ascending
  /// The weights of all positions are means of these, weighted with numbers that are not negative.
  std::array<Weights, 4> corners{};
};

/// An axis of the picture: position i, of the run r, is the sum over k of weights[i][k] times
/// position r.source[k] of the maps.
struct Windows {
  std::vector<Weights> weights;
  std::vector<WindowRun> runs;
};

/// Bilinear from `in` positions to `resized`, then `taps`.
Windows compose(int64_t in, int64_t resized, std::span<const WideTap> taps);

struct LabelMapJob {
  LabelMapArgs args;
  Windows rows, columns;
  bool settle = false;  ///< whether to look for blocks of one class before labelling positions
};

}  // namespace dpt::cpu
