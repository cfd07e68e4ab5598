#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "task/motion.h"
#include "task/temporal_filter.h"

namespace dpt::task {
namespace {

constexpr int width = 320;
constexpr int height = 200;

/// A textured plane of noise, smoothed, seen `shift` pixels further to the right.
image::Image view(int shift, double grain = 0, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<double> noise(0, 1);
  image::Image picture(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double u = x + shift;
      const double value = 128 + 40 * std::sin(u / 7) * std::cos(y / 9.0) +
                           30 * std::sin(u / 3.1 + y / 5.0) + grain * noise(random);
      for (int c = 0; c < 3; ++c) {
        picture.row(y)[3 * x + c] = static_cast<uint8_t>(std::clamp(value, 0.0, 255.0));
      }
    }
  }
  return picture;
}

/// Depth that belongs to the view: it moves with it.
image::Plane depth_of(int shift, float scale = 1, float offset = 0) {
  image::Plane plane(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const float wave = std::sin(static_cast<float>(x + shift) / 20) + static_cast<float>(y) / 100;
      plane.at(x, y) = scale * wave + offset;
    }
  }
  return plane;
}

double mean_difference(const image::Plane& a, const image::Plane& b, int margin = 16) {
  double sum = 0;
  int count = 0;
  for (int y = margin; y < height - margin; ++y) {
    for (int x = margin; x < width - margin; ++x, ++count) sum += std::abs(a.at(x, y) - b.at(x, y));
  }
  return sum / count;
}

TEST(Motion, FindsAShiftAndNoneInNoise) {
  for (const int shift : {0, 3, 11}) {
    const Motion motion = find_motion(motion_frame(view(shift, 4, 2)), motion_frame(view(0, 4, 3)));
    int right = 0;
    int cells = 0;
    for (int y = 4; y < motion.dx.height() - 4; ++y) {
      for (int x = 4; x < motion.dx.width() - 4; ++x, ++cells) {
        if (motion.dx.at(x, y) == static_cast<float>(shift) && motion.dy.at(x, y) == 0) ++right;
      }
    }
    EXPECT_GT(right, 0.95 * cells) << shift;  // some come from outside the last frame
  }
}

TEST(Motion, SmallFramesHaveSome) {
  const image::Image tiny(1, 1);
  const Motion motion = find_motion(motion_frame(tiny), motion_frame(tiny));
  EXPECT_EQ(motion.dx.size(), 1U);
}

TEST(TemporalFilter, FollowsMovingDepthAndTakesNoiseOut) {
  std::mt19937 random(5);
  std::normal_distribution<float> noise(0, 0.1F);
  TemporalFilter filter(0.3, true);
  image::Plane result;
  for (int frame = 0; frame < 12; ++frame) {
    image::Plane depth = depth_of(3 * frame);
    for (float& value : depth.span()) value += noise(random);
    result = filter.next(std::move(depth), view(3 * frame, 3, static_cast<unsigned>(frame)),
                         1.0 / 24, frame == 0);
  }
  // Alone: 0.08, the mean of |N(0, 0.1)|. Of the last result 0.87 are kept where it is trusted,
  // which leaves sqrt(0.13 / 1.87) = 0.26 of the noise; whole-pixel vectors and less trust take
  // some back.
  EXPECT_LT(mean_difference(result, depth_of(33)), 0.55 * 0.08);
}

TEST(TemporalFilter, ScaleAndShiftOfEachFrameAreTakenOutForRelativeDepthOnly) {
  const image::Image picture = view(0);
  for (const bool relative : {true, false}) {
    TemporalFilter filter(0.01, relative);  // nothing is averaged
    filter.next(depth_of(0), picture, 0, true);
    const image::Plane second = filter.next(depth_of(0, 1.2F, 0.3F), picture, 1.0 / 24, false);
    const double difference = mean_difference(second, depth_of(0));
    if (relative) {
      EXPECT_LT(difference, 0.03);
    } else {
      EXPECT_GT(difference, 0.2);
    }
  }
}

TEST(TemporalFilter, ScaleDoesNotDriftAway) {
  std::mt19937 random(6);
  std::normal_distribution<float> noise(0, 0.3F);
  const image::Image picture = view(0);
  TemporalFilter filter(0.3, true);
  image::Plane result;
  for (int frame = 0; frame < 120; ++frame) {
    image::Plane depth = depth_of(0);
    for (float& value : depth.span()) value += noise(random);
    result = filter.next(std::move(depth), picture, 1.0 / 24, frame == 0);
  }
  // The amplitude of the wave along a row stays above a half.
  double high = -10;
  double low = 10;
  for (int x = 20; x < width - 20; ++x) {
    high = std::max<double>(high, result.at(x, 100));
    low = std::min<double>(low, result.at(x, 100));
  }
  EXPECT_GT(high - low, 1.0);
}

TEST(TemporalFilter, KeepsNothingOverACutOrWhereThePictureChanged) {
  TemporalFilter filter(10, true);
  filter.next(depth_of(0), view(0), 0, true);
  const image::Plane after_cut = filter.next(depth_of(40, 3), view(0), 1.0 / 24, true);
  EXPECT_EQ(mean_difference(after_cut, depth_of(40, 3)), 0);
  // A square that was not there before.
  image::Image changed = view(0);
  image::Plane depth = depth_of(0, 3);
  for (int y = 60; y < 140; ++y) {
    for (int x = 100; x < 220; ++x) {
      for (int c = 0; c < 3; ++c) changed.row(y)[3 * x + c] = static_cast<uint8_t>(x % 2 * 255);
      depth.at(x, y) = 9;
    }
  }
  filter.next(depth_of(0, 3), view(0), 0, true);
  const image::Plane now = filter.next(std::move(depth), changed, 1.0 / 24, false);
  EXPECT_NEAR(now.at(160, 100), 9, 1.0);
}

}  // namespace
}  // namespace dpt::task
