// From maps of classes to the class of each pixel of a picture.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/machine/thread_pool.h"

namespace dpt::cpu {

/// One position of a resized axis: the sum over k of weight[k] times position index[k] of the axis
/// as it was. The weights sum to 1.
struct WideTap {
  std::array<int, 4> index;
  std::array<float, 4> weight;
};

struct LabelMapArgs {
  const float* maps = nullptr;  ///< [height, width, classes], at most 65535 classes
  int64_t height = 0, width = 0, classes = 0;
  /// The maps are resized twice: first to this size, bilinear with Coordinates::align_corners. Each
  /// side is the maps' own or at least twice that.
  int64_t resized_height = 0, resized_width = 0;
  /// Then as these say, one tap for each row and each column of the picture, ascending.
  std::span<const WideTap> rows, columns;
  uint16_t* labels = nullptr;  ///< [rows, columns]: 1 + the largest class, the first of equal ones
  float* scores = nullptr;     ///< [rows, columns] unless null: its softmax probability
};
/// Holds one row of the maps for each thread and nothing of either of the larger sizes. Classes
/// whose values differ by no more than rounding may change places; NaN is never the largest, and
/// where there is nothing else the label is 1.
void label_map(ThreadPool& pool, const LabelMapArgs& args);
/// Returns what the labels are taken from: [rows, columns, classes].
std::vector<double> label_map_reference(const LabelMapArgs& args);

}  // namespace dpt::cpu
