#include "task/label_map.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/hashed_weights.h"

namespace dpt::task {
namespace {

struct Case {
  image::Size maps, logits;
  int classes;
  image::Size picture;
};

/// Bilinear, align_corners: what the network's last layer does.
std::vector<float> enlarge(const std::vector<float>& maps, const Case& c) {
  const auto step = [](int in, int out) {
    return out == 1 ? 0.0F : static_cast<float>(in - 1) / static_cast<float>(out - 1);
  };
  std::vector<float> logits;
  for (int y = 0; y < c.logits.height; ++y) {
    const float v = static_cast<float>(y) * step(c.maps.height, c.logits.height);
    const int top = std::min(static_cast<int>(v), c.maps.height - 1);
    const int bottom = std::min(top + 1, c.maps.height - 1);
    for (int x = 0; x < c.logits.width; ++x) {
      const float u = static_cast<float>(x) * step(c.maps.width, c.logits.width);
      const int left = std::min(static_cast<int>(u), c.maps.width - 1);
      const int right = std::min(left + 1, c.maps.width - 1);
      for (int k = 0; k < c.classes; ++k) {
        const auto at = [&](int i, int j) {
          return maps[static_cast<size_t>((int64_t{i} * c.maps.width + j) * c.classes + k)];
        };
        const auto between = [](float a, float b, float t) { return a + t * (b - a); };
        logits.push_back(between(between(at(top, left), at(top, right), u - std::floor(u)),
                                 between(at(bottom, left), at(bottom, right), u - std::floor(u)),
                                 v - std::floor(v)));
      }
    }
  }
  return logits;
}

/// Holds the logits at both sizes, then looks for the largest: what label_map avoids.
void check(const Case& c, image::PlaneFilter filter, int threads) {
  const std::vector<float> maps =
      test::hashed_values("maps", int64_t{1} * c.maps.width * c.maps.height * c.classes);
  const std::vector<float> logits = enlarge(maps, c);
  const auto pixels = static_cast<size_t>(int64_t{c.picture.width} * c.picture.height);
  std::vector<float> all(pixels * static_cast<size_t>(c.classes));
  image::resize_plane(logits.data(), c.logits.width, c.logits.height, c.classes, all.data(),
                      c.picture.width, c.picture.height, filter);
  image::Labels labels(c.picture.width, c.picture.height);
  image::Plane scores(c.picture.width, c.picture.height);
  ThreadPool pool(threads);
  label_map(pool, {maps.data(), c.maps.width, c.maps.height, c.classes, c.logits}, filter, labels,
            &scores);

  for (size_t p = 0; p < labels.size(); ++p) {
    const float* pixel = all.data() + p * static_cast<size_t>(c.classes);
    const float* best = std::max_element(pixel, pixel + c.classes);
    // The sums run in another order, over values below 2 in size. Two classes of either side may be
    // off by ten roundings (the kernel's ten; here four and two of each axis) times the absolute
    // sum of the weights, which is below 2.
    const float margin = *best - pixel[labels.data()[p] - 1];
    ASSERT_LE(margin, 2 * 2 * 12 * 2 * 2 * 6e-8F);
    double sum = 0;
    for (int i = 0; i < c.classes; ++i) sum += std::exp(static_cast<double>(pixel[i]) - *best);
    ASSERT_NEAR(scores.data()[p], 1 / sum, 1e-5);
  }
}

TEST(LabelMap, EqualsResizeThenArgmax) {
  const image::Size none{};
  for (Case c : {Case{{12, 8}, none, 7, {31, 17}},
                 {{8, 12}, none, 150, {5, 6}},
                 {{6, 6}, none, 1, {9, 9}},
                 {{4, 4}, none, 3, {8, 8}}}) {
    for (const int scale : {1, 2}) {
      c.logits = {scale * c.maps.width, scale * c.maps.height};
      check(c, image::PlaneFilter::bicubic, 1);
      check(c, image::PlaneFilter::bicubic, 3);
      check(c, image::PlaneFilter::bilinear, 2);
    }
  }
}

TEST(LabelMap, TheFirstOfEqualClassesWins) {
  const std::vector<float> maps(2 * 2 * 5, 1.0F);
  image::Labels labels(3, 3);
  ThreadPool pool(1);
  label_map(pool, {maps.data(), 2, 2, 5, {4, 4}}, image::PlaneFilter::bilinear, labels, nullptr);
  for (const uint16_t label : labels.span()) EXPECT_EQ(label, 1);
}

}  // namespace
}  // namespace dpt::task
