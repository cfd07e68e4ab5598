#include "task/label_map.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/hashed_weights.h"

namespace dpt::task {
namespace {

struct Case {
  int in_width, in_height, classes, width, height;
};

/// Enlarges the whole logits, then looks for the largest: what label_map avoids holding.
void check(const Case& c, image::PlaneFilter filter, int threads) {
  const std::vector<float> logits =
      test::hashed_values("logits", int64_t{1} * c.in_width * c.in_height * c.classes);
  std::vector<float> all(static_cast<size_t>(c.width * c.height * c.classes));
  image::resize_plane(logits.data(), c.in_width, c.in_height, c.classes, all.data(), c.width,
                      c.height, filter);
  image::Labels labels(c.width, c.height);
  image::Plane scores(c.width, c.height);
  ThreadPool pool(threads);
  label_map(pool, {logits.data(), c.in_width, c.in_height, c.classes}, filter, labels, &scores);

  for (size_t p = 0; p < labels.size(); ++p) {
    const float* pixel = all.data() + p * static_cast<size_t>(c.classes);
    const float* best = std::max_element(pixel, pixel + c.classes);
    // The two passes of the resize run in another order: sums of 16 products below 2 in size.
    const float margin = *best - pixel[labels.data()[p] - 1];
    ASSERT_LE(margin, 16 * 4 * 1.2e-7F);
    double sum = 0;
    for (int i = 0; i < c.classes; ++i) sum += std::exp(static_cast<double>(pixel[i]) - *best);
    ASSERT_NEAR(scores.data()[p], 1 / sum, 1e-5);
  }
}

TEST(LabelMap, EqualsResizeThenArgmax) {
  for (const Case& c :
       {Case{12, 8, 7, 31, 17}, {8, 12, 150, 5, 6}, {6, 6, 1, 9, 9}, {4, 4, 3, 4, 4}}) {
    check(c, image::PlaneFilter::bicubic, 1);
    check(c, image::PlaneFilter::bicubic, 3);
    check(c, image::PlaneFilter::bilinear, 2);
  }
}

TEST(LabelMap, TheFirstOfEqualClassesWins) {
  const std::vector<float> logits(2 * 2 * 5, 1.0F);
  image::Labels labels(3, 3);
  ThreadPool pool(1);
  label_map(pool, {logits.data(), 2, 2, 5}, image::PlaneFilter::bilinear, labels, nullptr);
  for (const uint16_t label : labels.span()) EXPECT_EQ(label, 1);
}

}  // namespace
}  // namespace dpt::task
