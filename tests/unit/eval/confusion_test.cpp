#include "eval/confusion.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"

namespace dpt::eval {
namespace {

image::Labels row_of(std::initializer_list<uint16_t> values) {
  image::Labels labels(static_cast<int>(values.size()), 1);
  std::copy(values.begin(), values.end(), labels.data());
  return labels;
}

TEST(Confusion, CountsAndFigures) {
  Confusion counts(4);
  //                truth 0 does not count; predictions 0 and 9 are none
  counts.add(row_of({0, 1, 1, 1, 2, 2, 2}), row_of({1, 1, 2, 3, 2, 0, 9}));
  EXPECT_EQ(counts.pixels(), 6);
  EXPECT_EQ(counts.at(0, 0), 1);
  EXPECT_EQ(counts.at(0, 1), 1);
  EXPECT_EQ(counts.at(1, 4), 2);
  const LabelFigures figures = counts.figures();
  EXPECT_DOUBLE_EQ(figures.pixel_accuracy, 2.0 / 6);
  EXPECT_DOUBLE_EQ(figures.mean_accuracy, 1.0 / 3);  // classes 0 and 1; the truth has no others
  EXPECT_DOUBLE_EQ(figures.class_iou[0], 1.0 / 3);
  EXPECT_DOUBLE_EQ(figures.class_iou[1], 1.0 / 4);
  EXPECT_EQ(figures.class_iou[2], 0);  // predicted, never true: counts
  EXPECT_TRUE(std::isnan(figures.class_iou[3]));
  EXPECT_DOUBLE_EQ(figures.mean_iou, (1.0 / 3 + 1.0 / 4 + 0) / 3);
}

TEST(Confusion, OfNothing) {
  const LabelFigures figures = Confusion(2).figures();
  EXPECT_TRUE(std::isnan(figures.pixel_accuracy));
  EXPECT_TRUE(std::isnan(figures.mean_iou));
}

TEST(Confusion, AddsUp) {
  Confusion whole(2);
  Confusion parts(2);
  Confusion part(2);
  whole.add(row_of({1, 2}), row_of({1, 1}));
  part.add(row_of({1, 2}), row_of({1, 1}));
  parts.add(part);
  EXPECT_TRUE(std::ranges::equal(whole.counts(), parts.counts()));
  EXPECT_THROW(parts.add(Confusion(3)), Error);
  EXPECT_THROW(parts.add(row_of({1, 2}), row_of({1})), Error);
  EXPECT_THROW(Confusion(0), Error);
  EXPECT_THROW(Confusion(most_classes + 1), Error);
  EXPECT_THROW(Confusion(2, {1, 2, 3}), Error);
}

TEST(Confusion, RefusesMoreThanItCanCount) {
  constexpr int64_t most = std::numeric_limits<int64_t>::max();
  EXPECT_THROW(Confusion(1, {most, 1}), Error);
  EXPECT_THROW(Confusion(1, {2, -1}), Error);
  Confusion full(1, {most - 1, 0});
  EXPECT_EQ(full.figures().class_iou[0], 1);
  full.add(Confusion(1, {0, 1}));
  EXPECT_EQ(full.pixels(), most);
  EXPECT_THROW(full.add(Confusion(1, {1, 0})), Error);
  EXPECT_EQ(full.pixels(), most);
}

}  // namespace
}  // namespace dpt::eval
