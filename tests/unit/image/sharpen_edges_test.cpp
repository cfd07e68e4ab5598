#include "image/resample/sharpen_edges.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace dpt::image {
namespace {

constexpr int width = 80, height = 40;
constexpr int edge = 40;  // the first column of the right side

/// Two colours, or any pattern.
template <typename Pattern>
PlaneColors colors_of(const Pattern& pattern) {
  PlaneColors colors;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) colors.push_back(pattern(x, y));
  }
  return colors;
}
PlaneColors two_sides() {
  return colors_of([](int x, int /*y*/) {
    return x < edge ? std::array<float, 4>{200, 40, 40, 0} : std::array<float, 4>{40, 90, 200, 0};
  });
}

template <typename Value>
Plane plane_of(const Value& value) {
  Plane plane(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) plane.at(x, y) = value(x, y);
  }
  return plane;
}
/// 1 on the left, 0 on the right, and ten pixels between.
Plane blurred_step(float scale, float shift) {
  return plane_of([&](int x, int /*y*/) {
    const float share = std::clamp((static_cast<float>(edge - x) + 4.5F) / 10, 0.0F, 1.0F);
    return scale * share + shift;
  });
}

TEST(SharpenEdges, BringsABlurredEdgeToThePhotographs) {
  ThreadPool pool(2);
  const Plane blurred = blurred_step(1, 0);
  const Plane out = sharpen_edges(pool, blurred, two_sides());
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      EXPECT_NEAR(out.at(x, y), x < edge ? 1 : 0, 0.1) << x;
      EXPECT_GE(out.at(x, y), 0);
      EXPECT_LE(out.at(x, y), 1);
    }
  }
  EXPECT_GT(std::abs(blurred.at(edge - 1, 5) - 1), 0.4);
}

TEST(SharpenEdges, FollowsScaleAndShift) {
  ThreadPool pool(2);
  const Plane out = sharpen_edges(pool, blurred_step(1, 0), two_sides());
  const Plane other = sharpen_edges(pool, blurred_step(-700, 40), two_sides());
  for (size_t i = 0; i < out.size(); ++i)
    EXPECT_NEAR(other.data()[i], -700 * out.data()[i] + 40, 0.01);
}

TEST(SharpenEdges, LeavesAPlaneAsItIsWhateverIsPrintedOnIt) {
  ThreadPool pool(1);
  const Plane aslant = plane_of([](int x, int y) { return static_cast<float>(x + 3 * y); });
  const Plane out = sharpen_edges(pool, aslant, colors_of([](int x, int y) {
                                    const float shade = x / 7 % 2 == y / 5 % 2 ? 250 : 10;
                                    return std::array<float, 4>{shade, shade, shade, 0};
                                  }));
  for (size_t i = 0; i < out.size(); ++i) EXPECT_EQ(out.data()[i], aslant.data()[i]);
}

TEST(SharpenEdges, LeavesADepthWithoutChangeAsItIs) {
  ThreadPool pool(1);
  const Plane out = sharpen_edges(pool, plane_of([](int, int) { return 3.0F; }), two_sides());
  for (const float v : out.span()) EXPECT_EQ(v, 3);
}

}  // namespace
}  // namespace dpt::image
