#include <array>
#include <vector>

#include "base/error.h"
#include "image/resample/plane_taps.h"
#include "image/resample/resize.h"
#include "image/resample/row_cache.h"

namespace dpt::image {

namespace {

template <size_t N>
void resize_row(const float* row, int channels, const std::vector<Tap<N>>& taps, float* out) {
  for (const Tap<N>& tap : taps) {
    for (int c = 0; c < channels; ++c) {
      float sum = row[static_cast<ptrdiff_t>(tap.index[0]) * channels + c] * tap.weight[0];
      for (size_t k = 1; k < N; ++k) {
        sum += row[static_cast<ptrdiff_t>(tap.index[k]) * channels + c] * tap.weight[k];
      }
      *out++ = sum;
    }
  }
}

template <size_t N>
void resize_with(const float* in, int in_width, int channels, const std::vector<Tap<N>>& across,
                 const std::vector<Tap<N>>& down, float* out) {
  const size_t row_length = across.size() * static_cast<size_t>(channels);
  RowCache<float> cache(static_cast<int>(N), row_length);
  const auto make = [&](int y, float* row) {
    resize_row(in + static_cast<ptrdiff_t>(y) * in_width * channels, channels, across, row);
  };
  for (const Tap<N>& tap : down) {
    std::array<const float*, N> rows{};
    for (size_t k = 0; k < N; ++k) rows[k] = cache.get(tap.index[k], make);
    for (size_t x = 0; x < row_length; ++x) {
      float sum = rows[0][x] * tap.weight[0];
      for (size_t k = 1; k < N; ++k) sum += rows[k][x] * tap.weight[k];
      out[x] = sum;
    }
    out += row_length;
  }
}

}  // namespace

void resize_plane(const float* in, int in_width, int in_height, int channels, float* out, int width,
                  int height, PlaneFilter filter) {
  if (in_width < 1 || in_height < 1 || channels < 1 || width < 1 || height < 1) {
    fail(ErrorKind::usage, "resize: {}x{}x{} to {}x{}, expected positive sizes", in_width,
         in_height, channels, width, height);
  }
  if (filter == PlaneFilter::bilinear) {
    resize_with(in, in_width, channels, linear_taps(in_width, width),
                linear_taps(in_height, height), out);
  } else {
    resize_with(in, in_width, channels, cubic_taps(in_width, width), cubic_taps(in_height, height),
                out);
  }
}

Plane resize_plane(const Plane& in, int width, int height, PlaneFilter filter) {
  Plane out(width, height);
  resize_plane(in.data(), in.width(), in.height(), 1, out.data(), width, height, filter);
  return out;
}

}  // namespace dpt::image
