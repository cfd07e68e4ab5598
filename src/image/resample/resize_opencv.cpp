// cv2.resize(INTER_CUBIC) of float64 pictures: coordinates and weights in float32, sums in double.
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "base/error.h"
#include "image/resample/resize.h"
#include "image/resample/row_cache.h"

namespace dpt::image {

namespace {

struct CubicTap {
  std::array<int, 4> index;  ///< source positions, clamped to the border
  std::array<float, 4> weight;
};

/// OpenCV's interpolateCubic; the last weight is what the others leave of 1.
std::array<float, 4> cubic_weights(float t) {
  constexpr float a = -0.75F;
  const float u = 1.0F - t;
  const float w0 = ((a * (t + 1.0F) - 5.0F * a) * (t + 1.0F) + 8.0F * a) * (t + 1.0F) - 4.0F * a;
  const float w1 = ((a + 2.0F) * t - (a + 3.0F)) * t * t + 1.0F;
  const float w2 = ((a + 2.0F) * u - (a + 3.0F)) * u * u + 1.0F;
  return {w0, w1, w2, 1.0F - w0 - w1 - w2};
}

std::vector<CubicTap> cubic_taps(int in, int out) {
  // OpenCV inverts the inverse scale; in / out differs from that in the last bit.
  const double scale = 1.0 / (static_cast<double>(out) / in);
  std::vector<CubicTap> taps(static_cast<size_t>(out));
  for (int i = 0; i < out; ++i) {
    const auto position = static_cast<float>((i + 0.5) * scale - 0.5);
    const int first = static_cast<int>(std::floor(position));
    CubicTap& tap = taps[static_cast<size_t>(i)];
    tap.weight = cubic_weights(position - static_cast<float>(first));
    for (int k = 0; k < 4; ++k) {
      tap.index[static_cast<size_t>(k)] = std::clamp(first - 1 + k, 0, in - 1);
    }
  }
  return taps;
}

std::array<double, 256> unit_table() {
  std::array<double, 256> table{};
  for (size_t i = 0; i < table.size(); ++i) table[i] = static_cast<double>(i) / 255.0;
  return table;
}

/// One source row to `taps.size()` RGB pixels in [0, 1].
void resize_row(const ImageView& image, int y, const std::vector<CubicTap>& taps,
                const std::array<double, 256>& unit, double* out) {
  const uint8_t* row = image.row(y);
  const int step = channels_of(image.format);
  const std::array<int, 3> offsets = channel_offsets(image.format);
  for (const CubicTap& tap : taps) {
    for (const int offset : offsets) {
      double sum = 0;
      for (size_t k = 0; k < 4; ++k) {
        sum += unit[row[static_cast<ptrdiff_t>(tap.index[k]) * step + offset]] * tap.weight[k];
      }
      *out++ = sum;
    }
  }
}

}  // namespace

void resize_cubic_opencv(const ImageView& image, int width, int height,
                         const Normalization& normalization, float* out) {
  if (width < 1 || height < 1) {
    fail(ErrorKind::usage, "resize to {}x{} pixels, expected at least 1x1", width, height);
  }
  const std::vector<CubicTap> across = cubic_taps(image.width, width);
  const std::vector<CubicTap> down = cubic_taps(image.height, height);
  const std::array<double, 256> unit = unit_table();
  const std::array<double, 3> mean = normalization.mean;
  const std::array<double, 3> std = normalization.std;
  const size_t row_length = static_cast<size_t>(width) * 3;
  RowCache<double> cache(4, row_length);
  const auto make = [&](int y, double* row) { resize_row(image, y, across, unit, row); };
  for (const CubicTap& tap : down) {
    std::array<const double*, 4> rows{};
    for (size_t k = 0; k < 4; ++k) rows[k] = cache.get(tap.index[k], make);
    for (size_t x = 0; x < row_length; x += 3) {
      for (size_t c = 0; c < 3; ++c) {
        const double value = rows[0][x + c] * tap.weight[0] + rows[1][x + c] * tap.weight[1] +
                             rows[2][x + c] * tap.weight[2] + rows[3][x + c] * tap.weight[3];
        out[x + c] = static_cast<float>((value - mean[c]) / std[c]);
      }
    }
    out += row_length;
  }
}

}  // namespace dpt::image
