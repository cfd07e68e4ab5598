// PIL's Image.resize for 8-bit pictures: antialiased, fixed point, 8 bits between the passes.
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "image/resample/resize.h"
#include "image/resample/row_cache.h"

namespace dpt::image {

namespace {

constexpr int precision_bits = 22;

double filter_value(PilFilter filter, double t) {
  t = std::fabs(t);
  if (filter == PilFilter::bilinear) return t < 1.0 ? 1.0 - t : 0.0;
  constexpr double a = -0.5;
  if (t < 1.0) return ((a + 2.0) * t - (a + 3.0)) * t * t + 1.0;
  if (t < 2.0) return (((t - 5.0) * t + 8.0) * t - 4.0) * a;
  return 0.0;
}

/// The source positions and weights of every output position along one axis.
struct Taps {
  struct Window {
    int first;
    int count;
  };
  std::vector<Window> windows;
  std::vector<int32_t> weights;  ///< `stride` of them for each window, in units of 2^-22
  int stride = 0;

  const int32_t* weights_of(int i) const {
    return weights.data() + static_cast<ptrdiff_t>(i) * stride;
  }
};

int32_t fixed_point(double weight) {
  const double scaled = weight * (1 << precision_bits);
  return static_cast<int32_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
}

Taps make_taps(int in, int out, PilFilter filter) {
  const double scale = static_cast<double>(in) / out;
  const double stretch = std::max(scale, 1.0);
  const double support = (filter == PilFilter::bilinear ? 1.0 : 2.0) * stretch;
  Taps taps;
  taps.stride = static_cast<int>(std::ceil(support)) * 2 + 1;
  taps.windows.resize(static_cast<size_t>(out));
  taps.weights.resize(static_cast<size_t>(out) * static_cast<size_t>(taps.stride));
  std::vector<double> exact(static_cast<size_t>(taps.stride));
  for (int i = 0; i < out; ++i) {
    const double center = (i + 0.5) * scale;
    // Truncated after adding a half, as Pillow does it; where that differs from rounding (below
    // zero), the limits take over.
    // NOLINTBEGIN(bugprone-incorrect-roundings)
    const int first = std::max(static_cast<int>(center - support + 0.5), 0);
    const int count = std::min(static_cast<int>(center + support + 0.5), in) - first;
    // NOLINTEND(bugprone-incorrect-roundings)
    double total = 0;
    for (int k = 0; k < count; ++k) {
      const double weight = filter_value(filter, (k + first - center + 0.5) * (1.0 / stretch));
      exact[static_cast<size_t>(k)] = weight;
      total += weight;
    }
    int32_t* weights = taps.weights.data() + static_cast<ptrdiff_t>(i) * taps.stride;
    for (int k = 0; k < count; ++k) {
      const double weight = exact[static_cast<size_t>(k)];
      weights[k] = fixed_point(total != 0.0 ? weight / total : weight);
    }
    taps.windows[static_cast<size_t>(i)] = {first, count};
  }
  return taps;
}

uint8_t rounded(int32_t sum) {
  return static_cast<uint8_t>(std::clamp(sum >> precision_bits, 0, 255));
}

constexpr int32_t half = 1 << (precision_bits - 1);

/// The horizontal pass over one row.
void resize_row(const ImageView& image, int y, const Taps& taps, uint8_t* out) {
  const int step = channels_of(image.format);
  const auto [r, g, b] = channel_offsets(image.format);
  for (size_t i = 0; i < taps.windows.size(); ++i) {
    const auto [first, count] = taps.windows[i];
    const uint8_t* pixel = image.row(y) + static_cast<ptrdiff_t>(first) * step;
    const int32_t* weights = taps.weights_of(static_cast<int>(i));
    int32_t red = half;
    int32_t green = half;
    int32_t blue = half;
    for (int k = 0; k < count; ++k, pixel += step) {
      red += pixel[r] * weights[k];
      green += pixel[g] * weights[k];
      blue += pixel[b] * weights[k];
    }
    *out++ = rounded(red);
    *out++ = rounded(green);
    *out++ = rounded(blue);
  }
}

Image resize_across(const ImageView& image, int width, PilFilter filter) {
  Image out(width, image.height);
  const Taps taps = make_taps(image.width, width, filter);
  for (int y = 0; y < image.height; ++y) resize_row(image, y, taps, out.row(y));
  return out;
}

/// The vertical pass over rows that `make(y, uint8_t* rgb)` gives, `width` pixels each.
template <typename Make>
Image resize_down(const Make& make, int width, int in_height, int height, PilFilter filter) {
  Image out(width, height);
  const Taps taps = make_taps(in_height, height, filter);
  const size_t row_length = static_cast<size_t>(width) * 3;
  RowCache<uint8_t> cache(std::min(taps.stride, in_height), row_length);
  std::vector<int32_t> sums(row_length);
  for (int y = 0; y < height; ++y) {
    const auto [first, count] = taps.windows[static_cast<size_t>(y)];
    const int32_t* weights = taps.weights_of(y);
    std::fill(sums.begin(), sums.end(), half);
    for (int k = 0; k < count; ++k) {
      const uint8_t* source = cache.get(first + k, make);
      const int32_t weight = weights[k];
      for (size_t x = 0; x < row_length; ++x) sums[x] += source[x] * weight;
    }
    std::transform(sums.begin(), sums.end(), out.row(y), rounded);
  }
  return out;
}

/// Pillow 13 takes the vertical pass first where the height loses more than twice as many pixels as
/// the width (earlier versions never do); found by trying 1488 sizes, and true for all of them.
bool vertical_first(const ImageView& image, int width, int height) {
  return height < image.height && image.height - height > 2 * (image.width - width);
}

}  // namespace

Image resize_pil(const ImageView& image, int width, int height, PilFilter filter) {
  check_size(width, height, "picture");
  const bool across = width != image.width;
  const auto plain_row = [&](int y, uint8_t* row) { copy_row_as_rgb(image, y, row); };
  if (height == image.height) {
    if (across) return resize_across(image, width, filter);
    Image copy(width, height);
    for (int y = 0; y < height; ++y) plain_row(y, copy.row(y));
    return copy;
  }
  if (!across || vertical_first(image, width, height)) {
    Image down = resize_down(plain_row, image.width, image.height, height, filter);
    return across ? resize_across(down, width, filter) : std::move(down);
  }
  const Taps columns = make_taps(image.width, width, filter);
  const auto resized_row = [&](int y, uint8_t* row) { resize_row(image, y, columns, row); };
  return resize_down(resized_row, width, image.height, height, filter);
}

}  // namespace dpt::image
