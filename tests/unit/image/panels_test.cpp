#include "image/draw/panels.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>

#include "base/error.h"

namespace dpt::image {
namespace {

Image filled(int width, int height, uint8_t value) {
  Image picture(width, height);
  std::memset(picture.data(), value, picture.bytes());
  return picture;
}

TEST(Panels, StandBesideAndBelowEachOther) {
  const Image a = filled(3, 2, 10);
  const Image b = filled(2, 4, 20);
  const std::array<ImageView, 2> both = {a.view(), b.view()};
  const Image wide = beside(both);
  EXPECT_EQ(wide.width(), 5);
  EXPECT_EQ(wide.height(), 4);
  EXPECT_EQ(wide.row(1)[0], 10);
  EXPECT_EQ(wide.row(2)[0], 0);
  EXPECT_EQ(wide.row(3)[9], 20);
  const Image tall = stacked(both);
  EXPECT_EQ(tall.width(), 3);
  EXPECT_EQ(tall.height(), 6);
  EXPECT_EQ(tall.row(1)[8], 10);
  EXPECT_EQ(tall.row(2)[5], 20);
  EXPECT_EQ(tall.row(2)[6], 0);
}

TEST(Panels, RefusesNothingAndTooMuch) {
  EXPECT_THROW(beside({}), Error);
  const Image long_row = filled(40000, 1, 0);
  const std::array<ImageView, 2> two = {long_row.view(), long_row.view()};
  EXPECT_THROW(beside(two), Error);
  EXPECT_EQ(stacked(two).height(), 2);
}

TEST(Blend, IsRoundedBetweenTheTwo) {
  const Image a = filled(2, 2, 10);
  const Image b = filled(2, 2, 21);
  EXPECT_EQ(blend(a, b, 0).row(0)[0], 10);
  EXPECT_EQ(blend(a, b, 1).row(0)[0], 21);
  EXPECT_EQ(blend(a, b, 0.5F).row(1)[5], 16);
  EXPECT_THROW(blend(a, filled(1, 2, 0), 0.5F), Error);
  EXPECT_THROW(blend(a, b, 1.5F), Error);
}

}  // namespace
}  // namespace dpt::image
