// The definitions of label_map.h.
#include <cmath>
#include <limits>

#include "backend/cpu/kernels/labels/label_map.h"
#include "backend/cpu/kernels/simple/resample_taps.h"

namespace dpt::cpu {

namespace {

std::vector<double> resize_maps(const LabelMapArgs& args) {
  const auto rows = bilinear_taps(args.height, args.resized_height, Coordinates::align_corners);
  const auto columns = bilinear_taps(args.width, args.resized_width, Coordinates::align_corners);
  const auto enlarged = [&](int y, int x, int64_t c) {
    const Tap& row = rows[static_cast<size_t>(y)];
    const Tap& column = columns[static_cast<size_t>(x)];
    const auto blend_columns = [&](int64_t i) {
      const float* line = args.maps + i * args.width * args.classes + c;
      return (1 - double{column.weight}) * line[column.low * args.classes] +
             double{column.weight} * line[column.high * args.classes];
    };
    return (1 - double{row.weight}) * blend_columns(row.low) +
           double{row.weight} * blend_columns(row.high);
  };
  std::vector<double> values;
  for (const WideTap& y : args.rows) {
    for (const WideTap& x : args.columns) {
      for (int64_t c = 0; c < args.classes; ++c) {
        double sum = 0;
        for (size_t i = 0; i < 4; ++i) {
          for (size_t j = 0; j < 4; ++j) {
            sum += double{y.weight[i]} * x.weight[j] * enlarged(y.index[i], x.index[j], c);
          }
        }
        values.push_back(sum);
      }
    }
  }
  return values;
}

}  // namespace

std::vector<double> label_map_reference(const LabelMapArgs& args) {
  std::vector<double> values = resize_maps(args);
  const size_t pixels = args.rows.size() * args.columns.size();
  for (size_t p = 0; p < pixels; ++p) {
    const double* value = values.data() + p * static_cast<size_t>(args.classes);
    double largest = -std::numeric_limits<double>::infinity();
    args.labels[p] = 1;
    for (int64_t c = 0; c < args.classes; ++c) {
      if (!(value[c] > largest)) continue;
      largest = value[c];
      args.labels[p] = static_cast<uint16_t>(c + 1);
    }
    if (args.scores == nullptr) continue;
    double sum = 0;
    for (int64_t c = 0; c < args.classes; ++c) sum += std::exp(value[c] - largest);
    args.scores[p] = static_cast<float>(1 / sum);
  }
  return values;
}

}  // namespace dpt::cpu
