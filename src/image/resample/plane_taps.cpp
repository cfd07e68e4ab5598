#include "image/resample/plane_taps.h"

#include <algorithm>
#include <cmath>

namespace dpt::image {

namespace {

float source_position(int i, float scale) { return scale * (static_cast<float>(i) + 0.5F) - 0.5F; }

Tap<2> linear_tap(int i, int in, float scale) {
  const float position = std::max(source_position(i, scale), 0.0F);
  const int low = std::min(static_cast<int>(position), in - 1);
  const float fraction = std::clamp(position - static_cast<float>(low), 0.0F, 1.0F);
  return {{low, std::min(low + 1, in - 1)}, {1.0F - fraction, fraction}};
}

float cubic_near(float t) {
  constexpr float a = -0.75F;
  return ((a + 2.0F) * t - (a + 3.0F)) * t * t + 1.0F;
}

float cubic_far(float t) {
  constexpr float a = -0.75F;
  return ((a * t - 5.0F * a) * t + 8.0F * a) * t - 4.0F * a;
}

Tap<4> cubic_tap(int i, int in, float scale) {
  const float position = source_position(i, scale);
  const int first = static_cast<int>(std::floor(position));
  const float t = std::clamp(position - static_cast<float>(first), 0.0F, 1.0F);
  Tap<4> tap{};
  for (int k = 0; k < 4; ++k) {
    tap.index[static_cast<size_t>(k)] = std::clamp(first - 1 + k, 0, in - 1);
  }
  tap.weight = {cubic_far(t + 1.0F), cubic_near(t), cubic_near(1.0F - t), cubic_far(2.0F - t)};
  return tap;
}

template <size_t N, typename MakeTap>
std::vector<Tap<N>> make_taps(int in, int out, const MakeTap& make_tap) {
  const float scale = static_cast<float>(in) / static_cast<float>(out);
  std::vector<Tap<N>> taps;
  taps.reserve(static_cast<size_t>(out));
  for (int i = 0; i < out; ++i) taps.push_back(make_tap(i, in, scale));
  return taps;
}

}  // namespace

std::vector<Tap<2>> linear_taps(int in, int out) { return make_taps<2>(in, out, linear_tap); }

std::vector<Tap<2>> corner_taps(int in, int out) {
  const float scale = out > 1 ? static_cast<float>(in - 1) / static_cast<float>(out - 1) : 0.0F;
  std::vector<Tap<2>> taps;
  taps.reserve(static_cast<size_t>(out));
  for (int i = 0; i < out; ++i) {
    const float position = scale * static_cast<float>(i);
    const int low = std::min(static_cast<int>(position), in - 1);
    const float fraction = std::clamp(position - static_cast<float>(low), 0.0F, 1.0F);
    taps.push_back({{low, std::min(low + 1, in - 1)}, {1.0F - fraction, fraction}});
  }
  return taps;
}

std::vector<Tap<4>> cubic_taps(int in, int out) { return make_taps<4>(in, out, cubic_tap); }

}  // namespace dpt::image
