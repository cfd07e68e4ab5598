#include "task/display_range.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace dpt::task {
namespace {

image::Plane ramp(int width, int height, float scale, float shift) {
  image::Plane plane(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      plane.at(x, y) = shift + scale * static_cast<float>(x) / static_cast<float>(width - 1);
    }
  }
  return plane;
}

TEST(RobustRange, LeavesOutliersAndWhatIsNotFinite) {
  image::Plane plane = ramp(1000, 700, 100, 0);
  const image::Range before = robust_range(plane);
  EXPECT_NEAR(before.min, 1, 0.5);
  EXPECT_NEAR(before.max, 99, 0.5);
  for (int y = 0; y < 700; ++y) {
    plane.at(500, y) = std::numeric_limits<float>::infinity();
    plane.at(501, y) = std::nanf("");
    plane.at(502, y) = 1e30F;
  }
  const image::Range after = robust_range(plane);
  EXPECT_NEAR(after.min, before.min, 1);
  EXPECT_NEAR(after.max, before.max, 1);
}

TEST(RobustRange, SmallAndEmptyPlanes) {
  image::Plane one(1, 1);
  one.at(0, 0) = 3;
  EXPECT_EQ(robust_range(one).min, 3);
  EXPECT_EQ(robust_range(one).max, 3);
  one.at(0, 0) = std::nanf("");
  EXPECT_EQ(robust_range(one).min, 0);
}

TEST(SmoothRange, FollowsByItsTimeConstantAndBeginsAnewAtACut) {
  SmoothRange smooth(2.0);
  const image::Plane first = ramp(200, 10, 100, 0);
  const image::Plane second = ramp(200, 10, 100, 50);
  const image::Range start = smooth.next(first, 0, true);
  const image::Range target = robust_range(second);
  image::Range range;
  for (int i = 0; i < 50; ++i) range = smooth.next(second, 2.0 / 50, false);
  EXPECT_NEAR(range.min, target.min + (start.min - target.min) * std::exp(-1.0), 1e-3);
  range = smooth.next(second, 0.1, true);
  EXPECT_EQ(range.min, target.min);
  EXPECT_EQ(range.max, target.max);
}

image::Image scene(unsigned seed, int noise, double exposure, int shift) {
  std::mt19937 layout(seed);
  std::uniform_int_distribution<int> level(0, 200);
  std::mt19937 sensor(seed * 31 + static_cast<unsigned>(shift));
  std::uniform_int_distribution<int> grain(-noise, noise);
  int blocks[10][16];
  for (auto& row : blocks) {
    for (int& block : row) block = level(layout);
  }
  image::Image picture(320, 180);
  for (int y = 0; y < 180; ++y) {
    for (int x = 0; x < 320; ++x) {
      const int block = blocks[y / 18][(x + shift) % 320 / 20];
      const double value = exposure * block + grain(sensor);
      const auto byte = static_cast<uint8_t>(std::clamp(value, 0.0, 255.0));
      for (int c = 0; c < 3; ++c) picture.row(y)[3 * x + c] = byte;
    }
  }
  return picture;
}

TEST(SceneCuts, NoiseExposureAndMotionAreNone) {
  SceneCuts cuts;
  EXPECT_TRUE(cuts.next(scene(1, 0, 1, 0)));
  EXPECT_FALSE(cuts.next(scene(1, 20, 1.2, 2)));
  EXPECT_FALSE(cuts.next(scene(1, 20, 0.8, 6)));
  EXPECT_TRUE(cuts.next(scene(2, 20, 1, 0)));
  EXPECT_FALSE(cuts.next(scene(2, 20, 1, 4)));
}

TEST(SceneCuts, FlatPicturesWithNoiseAreNone) {
  SceneCuts cuts;
  EXPECT_TRUE(cuts.next(scene(1, 5, 0, 0)));
  EXPECT_FALSE(cuts.next(scene(2, 5, 0, 1)));
}

}  // namespace
}  // namespace dpt::task
