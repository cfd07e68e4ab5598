// What a frame of a result video shows.
#include "movie/view.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "image/draw/palette.h"

namespace dpt::movie {
namespace {

constexpr int width = 4;
constexpr int height = 2;

/// Depth of the values `from`, `from` + 1, ... row by row.
Prediction depth_from(float from) {
  Prediction prediction;
  prediction.picture = image::Image(width, height);
  std::fill_n(prediction.picture.data(), prediction.picture.bytes(), uint8_t{7});
  prediction.depth = image::Plane(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      prediction.depth.row(y)[x] = from + static_cast<float>(width * y + x);
    }
  }
  return prediction;
}

ViewRule grey(RangeRule range, result::Layout layout = result::Layout::alone) {
  return {.layout = layout, .colormap = image::Colormap::gray, .range = range};
}

int first(const View::Drawn& drawn) { return drawn.picture.row(0)[0]; }
int last(const View::Drawn& drawn) {
  return drawn.picture.row(drawn.picture.height() - 1)[3 * (drawn.picture.width() - 1)];
}

TEST(View, ShowsEachFramesOwnRange) {
  View view(grey({RangeRule::Kind::frame}), 0);
  for (const float from : {0.0F, 100.0F}) {
    const View::Drawn drawn = view.draw(depth_from(from));
    EXPECT_EQ(first(drawn), 0);
    EXPECT_EQ(last(drawn), 255);
  }
}

TEST(View, ShowsAFixedRange) {
  View view(grey({RangeRule::Kind::fixed, {0, 14}}), 0);
  EXPECT_EQ(first(view.draw(depth_from(0))), 0);
  EXPECT_EQ(last(view.draw(depth_from(0))), 127);
  EXPECT_EQ(last(view.draw(depth_from(100))), 255);
}

TEST(View, TakesTheRangeOfAllFramesBeforeTheFirst) {
  View view(grey({RangeRule::Kind::global}), 0);
  view.set_range({0, 14});
  EXPECT_EQ(last(view.draw(depth_from(0))), 127);
}

TEST(View, GivesDeepGreyAtTheResultsPlace) {
  View side(grey({RangeRule::Kind::frame}, result::Layout::side), 0);
  const View::Drawn drawn = side.draw(depth_from(0), true);
  ASSERT_TRUE(drawn.grey);
  EXPECT_EQ(drawn.grey->x, width);
  EXPECT_EQ(drawn.grey->y, 0);
  EXPECT_EQ(drawn.grey->codes.row(height - 1)[width - 1], 65535);
  EXPECT_FALSE(side.draw(depth_from(0)).grey);
}

TEST(View, HasNoDeepGreyOfColoursOrOverlays) {
  EXPECT_FALSE(View({.colormap = image::Colormap::inferno}, 0).shows_grey());
  EXPECT_FALSE(View(grey({}, result::Layout::overlay), 0).shows_grey());
  EXPECT_TRUE(View(grey({}, result::Layout::stack), 0).shows_grey());
}

TEST(View, ShowsLabelsInTheirColours) {
  Prediction prediction = depth_from(0);
  prediction.depth = {};
  prediction.labels = image::Labels(width, height);
  for (int y = 0; y < height; ++y) std::fill_n(prediction.labels.row(y), width, uint16_t{2});
  const View::Drawn drawn = View({}, 3).draw(prediction, true);
  const image::Rgb expected = image::make_palette(4)[2];
  const uint8_t* shown = drawn.picture.row(0);
  EXPECT_EQ((image::Rgb{shown[0], shown[1], shown[2]}), expected);
  EXPECT_FALSE(drawn.grey);
}

}  // namespace
}  // namespace dpt::movie
