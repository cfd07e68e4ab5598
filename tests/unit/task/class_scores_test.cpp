#include "task/class_scores.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.h"
#include "task/multi_scale.h"

namespace dpt::task {
namespace {

using testing::ElementsAre;

constexpr std::array<float, 3> padding = {-1, -2, -3};

/// An input of distinct values.
Maps numbered(int width, int height) {
  Maps maps({width, height}, 3);
  for (size_t i = 0; i < maps.values.size(); ++i) maps.values[i] = static_cast<float>(i) * 0.01F;
  return maps;
}

/// A network that sees single pixels: two classes, of which the first one's logit is the first
/// channel and the other's grows to the right.
class PixelNetwork {
 public:
  const float* operator()(const Maps& input) {
    ++runs;
    sizes.push_back(input.size.width);
    logits_ = Maps(input.size, 2);
    for (int y = 0; y < input.size.height; ++y) {
      for (int x = 0; x < input.size.width; ++x) {
        logits_.at(x, y)[0] = input.at(x, y)[0];
        logits_.at(x, y)[1] = 0.1F * static_cast<float>(x);
      }
    }
    return logits_.values.data();
  }
  int runs = 0;
  std::vector<int> sizes;

 private:
  Maps logits_;
};

TEST(WindowPlaces, ReachTheEnd) {
  EXPECT_THAT(window_places(480, 480, 320), ElementsAre(0));
  EXPECT_THAT(window_places(481, 480, 320), ElementsAre(0, 320));
  EXPECT_THAT(window_places(800, 480, 320), ElementsAre(0, 320));
  EXPECT_THAT(window_places(910, 480, 320), ElementsAre(0, 320, 640));
}

std::string refusal(int window, int stride) {
  try {
    (void)window_places(100, window, stride);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.what();
  }
  return "nothing";
}

/// A stride of 0 would never reach the end, one beyond the window would leave gaps.
TEST(WindowPlaces, RefusesStridesThatDoNotCover) {
  EXPECT_EQ(refusal(32, 32), "nothing");
  EXPECT_EQ(refusal(32, 1), "nothing");
  EXPECT_EQ(refusal(32, 0), "stride 0, expected 1 to 32, the window's side");
  EXPECT_EQ(refusal(32, -5), "stride -5, expected 1 to 32, the window's side");
  EXPECT_EQ(refusal(32, 33), "stride 33, expected 1 to 32, the window's side");
  EXPECT_EQ(refusal(0, 1), "window 0, expected 1 or more");
  EXPECT_EQ(refusal(-32, 1), "window -32, expected 1 or more");
}

TEST(ScaledSize, AsPyTorchEncoding) {
  EXPECT_EQ(scaled_size(683, 512, 520, 1), (image::Size{520, 390}));
  EXPECT_EQ(scaled_size(512, 683, 520, 1.25), (image::Size{487, 650}));
  EXPECT_EQ(scaled_size(100, 100, 520, 0.5), (image::Size{260, 260}));
  EXPECT_EQ(scaled_size(10000, 1, 520, 0.5), (image::Size{260, 1}));
}

TEST(ClassScores, AreExponentialsOfTheSumWithTheMirrorImage) {
  ThreadPool pool(2);
  const Maps input = numbered(5, 3);
  PixelNetwork network;
  const Maps scores =
      class_scores(pool, input, {.classes = 2, .flip = true}, padding.data(), std::ref(network));
  EXPECT_EQ(network.runs, 2);
  for (int y = 0; y < 3; ++y) {
    for (int x = 0; x < 5; ++x) {
      EXPECT_NEAR(scores.at(x, y)[0], std::exp(2 * input.at(x, y)[0]), 1e-5);
      EXPECT_NEAR(scores.at(x, y)[1], std::exp(0.1F * 4), 1e-5);  // x and 4 - x
    }
  }
}

TEST(ClassScores, WindowsAreAveragedWhereTheyOverlap) {
  ThreadPool pool(1);
  const Maps input = numbered(7, 2);  // lower than a window, and 3 windows wide
  PixelNetwork network;
  const Maps scores = class_scores(pool, input, {.classes = 2, .window = 4, .stride = 2},
                                   padding.data(), std::ref(network));
  EXPECT_EQ(network.runs, 3);
  EXPECT_THAT(network.sizes, ElementsAre(4, 4, 4));
  for (int x = 0; x < 7; ++x) {
    double sum = 0;
    int count = 0;
    for (const int left : {0, 2, 4}) {
      if (x < left || x >= left + 4) continue;
      sum += std::exp(0.1 * (x - left));
      ++count;
    }
    EXPECT_NEAR(scores.at(x, 1)[0], std::exp(input.at(x, 1)[0]), 1e-5);
    EXPECT_NEAR(scores.at(x, 1)[1], sum / count, 1e-5) << x;
  }
}

TEST(ClassScores, WindowsBeyondTheEndSeePadding) {
  ThreadPool pool(1);
  std::vector<float> seen;
  const LogitsOf network = [&](const Maps& input) {
    seen.assign(input.at(3, 3), input.at(3, 3) + 3);
    return input.values.data();
  };
  class_scores(pool, numbered(2, 2), {.classes = 3, .window = 4, .stride = 4}, padding.data(),
               network);
  EXPECT_THAT(seen, ElementsAre(-1, -2, -3));
}

TEST(AddResized, IsBilinearWithCornersInLine) {
  ThreadPool pool(2);
  Maps small({2, 2}, 1);
  const std::array<float, 4> values = {0, 4, 8, 12};
  std::copy(values.begin(), values.end(), small.values.data());
  Maps sum({5, 3}, 1);
  std::fill(sum.values.begin(), sum.values.end(), 100.0F);
  add_resized(pool, small, sum);
  for (int y = 0; y < 3; ++y) {
    for (int x = 0; x < 5; ++x) {
      EXPECT_FLOAT_EQ(*sum.at(x, y), 100.0F + static_cast<float>(x + 4 * y));
    }
  }
  Maps one({1, 1}, 1);
  std::fill(one.values.begin(), one.values.end(), 0.0F);
  add_resized(pool, small, one);
  EXPECT_EQ(*one.at(0, 0), 0);  // the first corner
}

TEST(LargestClass, TakesTheFirstOfEqualOnes) {
  ThreadPool pool(1);
  Maps scores({2, 1}, 3);
  const std::array<float, 6> values = {1, 5, 5, 7, 2, 7};
  std::copy(values.begin(), values.end(), scores.values.data());
  const image::Labels labels = largest_class(pool, scores);
  EXPECT_EQ(labels.at(0, 0), 2);
  EXPECT_EQ(labels.at(1, 0), 1);
}

}  // namespace
}  // namespace dpt::task
