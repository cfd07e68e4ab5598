// The filters' side of Winograd's convolution.
#include <numbers>

#include "backend/cpu/kernels/pack.h"
#include "backend/cpu/kernels/winograd.h"

namespace dpt::cpu {

namespace {

/// Filter of three taps -> its values at the six points, over the derivative there of
/// x (x^2 - 1/2) (x^2 - 2).
void transform_filter(const double g[3], double out[6]) {
  constexpr double a = std::numbers::sqrt2 / 2;
  constexpr double b = std::numbers::sqrt2;
  out[0] = g[0];
  out[1] = (g[0] + a * g[1] + g[2] / 2) * (-2.0 / 3);
  out[2] = (g[0] - a * g[1] + g[2] / 2) * (-2.0 / 3);
  out[3] = (g[0] + b * g[1] + g[2] * 2) / 6;
  out[4] = (g[0] - b * g[1] + g[2] * 2) / 6;
  out[5] = g[2];
}

/// w [3][3] -> [6][6].
void transform_filter_2d(const float* w, double out[6][6]) {
  double half[3][6];
  for (int i = 0; i < 3; ++i) {
    const double row[3] = {w[3 * i], w[3 * i + 1], w[3 * i + 2]};
    transform_filter(row, half[i]);
  }
  for (int j = 0; j < 6; ++j) {
    const double column[3] = {half[0][j], half[1][j], half[2][j]};
    double result[6];
    transform_filter(column, result);
    for (int i = 0; i < 6; ++i) out[i][j] = result[i];
  }
}

}  // namespace

WinogradWeights pack_winograd(const float* weights, int64_t out, int64_t in) {
  WinogradWeights packed;
  packed.channels_ = in;
  packed.columns_ = out;
  packed.panel_ = panel_width();
  const int64_t panels = (out + packed.panel_ - 1) / packed.panel_;
  // [panel][36][in][panel width]
  const int64_t matrix = in * packed.panel_;
  packed.data_ = Buffer<float>(static_cast<size_t>(panels * 36 * matrix), "weights");
  for (int64_t column = 0; column < panels * packed.panel_; ++column) {
    float* to = packed.data_.data() + column / packed.panel_ * 36 * matrix + column % packed.panel_;
    for (int64_t c = 0; c < in; ++c, to += packed.panel_) {
      double transformed[6][6] = {};
      if (column < out) transform_filter_2d(weights + (column * in + c) * 9, transformed);
      for (int64_t point = 0; point < 36; ++point) {
        to[point * matrix] = static_cast<float>(transformed[point / 6][point % 6]);
      }
    }
  }
  return packed;
}

}  // namespace dpt::cpu
