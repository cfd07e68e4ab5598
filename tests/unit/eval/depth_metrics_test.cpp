#include "eval/depth_metrics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "eval/region.h"

namespace dpt::eval {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr float infinity = std::numeric_limits<float>::infinity();

template <typename T>
image::Grid<T> row_of(std::initializer_list<T> values) {
  image::Grid<T> grid(static_cast<int>(values.size()), 1);
  std::copy(values.begin(), values.end(), grid.data());
  return grid;
}

TEST(Alignment, NoneLimitsMetres) {
  const DepthProtocol protocol{.alignment = Alignment::none, .min_depth = 0.5, .cap = 10};
  const AlignedDepth out = align(row_of<float>({0, -3, 4, 99, infinity, NAN}),
                                 PredictionKind::depth, Depths(6, 1), protocol);
  const std::array<double, 6> expected = {0.5, 0.5, 4, 10, 10, 0.5};
  for (int x = 0; x < 6; ++x) EXPECT_EQ(out.depth.at(x, 0), expected[static_cast<size_t>(x)]) << x;
}

TEST(Alignment, NoneInvertsInverseDepth) {
  const DepthProtocol protocol{.alignment = Alignment::none, .min_depth = 0.5, .cap = 10};
  const AlignedDepth out = align(row_of<float>({0, -3, 0.25F, 99, infinity, -infinity}),
                                 PredictionKind::inverse, Depths(6, 1), protocol);
  const std::array<double, 6> expected = {10, 10, 4, 0.5, 0.5, 10};
  for (int x = 0; x < 6; ++x) EXPECT_EQ(out.depth.at(x, 0), expected[static_cast<size_t>(x)]) << x;
}

TEST(Alignment, MedianIsNumpys) {
  const DepthProtocol protocol{.alignment = Alignment::median, .cap = 100};
  const AlignedDepth out = align(row_of<float>({1, 2, 3, 10}), PredictionKind::depth,
                                 row_of<double>({2, 4, 6, 20}), protocol);
  EXPECT_EQ(out.scale, 2);
  EXPECT_EQ(out.depth.at(3, 0), 20);
  const AlignedDepth inverse = align(row_of<float>({2, 4, 8}), PredictionKind::inverse,
                                     row_of<double>({1, 0.5, nan}), protocol);
  EXPECT_EQ(inverse.scale, 1.5 / 3);
}

TEST(Alignment, ScaleAndShiftOfInverseDepth) {
  const DepthProtocol protocol{.cap = 100};
  const AlignedDepth out = align(row_of<float>({2, 4, 10}), PredictionKind::inverse,
                                 row_of<double>({1 / 0.5, 1 / 0.9, 1 / 2.1}), protocol);
  EXPECT_NEAR(out.scale, 0.2, 1e-12);
  EXPECT_NEAR(out.shift, 0.1, 1e-12);
  EXPECT_NEAR(out.depth.at(2, 0), 1 / 2.1, 1e-12);
}

TEST(Alignment, WithoutSolutionEverythingIsAtTheCap) {
  const DepthProtocol protocol{.cap = 7};
  for (const auto& prediction : {row_of<float>({3, 3, 3}), row_of<float>({infinity, NAN, 3}),
                                 row_of<float>({NAN, NAN, infinity})}) {
    const AlignedDepth out =
        align(prediction, PredictionKind::inverse, row_of<double>({1, 2, 3}), protocol);
    EXPECT_EQ(out.scale, 0);
    EXPECT_EQ(out.shift, 0);
    EXPECT_EQ(out.depth.at(2, 0), 7);
  }
}

TEST(Measure, FiguresOfTwoPixels) {
  const DepthFigures figures = measure(row_of<double>({2, 9, 1.25}), row_of<double>({4, nan, 1}));
  EXPECT_DOUBLE_EQ(figures[abs_rel], (0.5 + 0.25) / 2);
  EXPECT_DOUBLE_EQ(figures[sq_rel], (1 + 0.0625) / 2);
  EXPECT_DOUBLE_EQ(figures[rmse], std::sqrt((4 + 0.0625) / 2));
  const double a = std::log(0.5);
  const double b = std::log(1.25);
  EXPECT_DOUBLE_EQ(figures[rmse_log], std::sqrt((a * a + b * b) / 2));
  EXPECT_DOUBLE_EQ(figures[silog], 100 * (b - a) / 2);
  EXPECT_DOUBLE_EQ(figures[log10_error], (std::log10(2) + std::log10(1.25)) / 2);
  EXPECT_EQ(figures[delta1], 0);  // 1.25 is not below 1.25
  EXPECT_EQ(figures[delta2], 0.5);
  EXPECT_EQ(figures[outliers], 50);
  EXPECT_TRUE(std::isnan(figures[whdr]));
}

TEST(Measure, NothingThatCounts) {
  for (const double figure : measure(row_of<double>({1}), row_of<double>({nan}))) {
    EXPECT_TRUE(std::isnan(figure));
  }
}

TEST(Region, CropsAndCaps) {
  Depths truth(100, 50);
  std::fill(truth.span().begin(), truth.span().end(), 5.0);
  truth.at(50, 30) = 10;
  truth.at(51, 30) = 1e-3;
  const DepthProtocol protocol{.crop = Crop::garg, .cap = 10};
  EXPECT_EQ(keep_region(protocol, truth), (49 - 20) * (96 - 3) - 2);
  EXPECT_TRUE(std::isnan(truth.at(50, 30)));
  EXPECT_TRUE(std::isnan(truth.at(2, 30)));
  EXPECT_EQ(truth.at(3, 20), 5);
  EXPECT_THROW(keep_region({.crop = Crop::eigen_nyu}, truth), Error);
}

TEST(Region, UncropsKitti) {
  image::Plane prediction(1216, 352);
  std::fill(prediction.span().begin(), prediction.span().end(), 3.0F);
  const image::Plane frame = kitti_uncrop(prediction, 1242, 375);
  EXPECT_EQ(frame.at(13, 23), 3);
  EXPECT_EQ(frame.at(1228, 374), 3);
  EXPECT_EQ(frame.at(12, 23), 0);
  EXPECT_EQ(frame.at(13, 22), 0);
  EXPECT_EQ(frame.at(1229, 374), 0);
  EXPECT_THROW(kitti_uncrop(prediction, 1215, 375), Error);
}

TEST(Region, NothingCountsOutsideKittisCrop) {
  Depths truth(1242, 375);
  std::fill(truth.span().begin(), truth.span().end(), 5.0);
  keep_kitti_crop(truth);
  EXPECT_EQ(keep_region({.crop = Crop::none, .cap = 10}, truth), 1216 * 352);
  EXPECT_EQ(truth.at(13, 23), 5);
  EXPECT_EQ(truth.at(1228, 374), 5);
  for (const Point out : {Point{12, 23}, Point{13, 22}, Point{1229, 374}}) {
    EXPECT_TRUE(std::isnan(truth.at(out.x, out.y)));
  }
  std::vector<OrdinalPair> pairs = {{{13, 23}, {1228, 374}},
                                    {{12, 23}, {50, 50}},
                                    {{50, 50}, {1229, 374}},
                                    {{50, 50}, {5000, 50}}};  // an error of the list: stays
  keep_kitti_crop(pairs, 1242, 375);
  ASSERT_EQ(pairs.size(), 2U);
  EXPECT_EQ(pairs[0].farther, (Point{1228, 374}));
  EXPECT_EQ(pairs[1].farther, (Point{5000, 50}));
}

/// A relative model's fit must not see what is around the crop.
TEST(Region, KittisCropDoesNotDisturbTheFit) {
  Depths truth(1242, 375);
  image::Plane prediction(1216, 352);
  for (int y = 0; y < truth.height(); ++y) {
    for (int x = 0; x < truth.width(); ++x) truth.at(x, y) = 2 + 0.01 * x + 0.02 * y;
  }
  for (int y = 0; y < 352; ++y) {
    for (int x = 0; x < 1216; ++x) {
      prediction.at(x, y) = static_cast<float>(3 / truth.at(x + 13, y + 23) + 1);
    }
  }
  keep_kitti_crop(truth);
  const DepthResult result = evaluate(kitti_uncrop(prediction, 1242, 375), PredictionKind::inverse,
                                      std::move(truth), {}, {}, 0);
  EXPECT_EQ(result.valid, 1216 * 352);
  EXPECT_NEAR(result.scale, 1.0 / 3, 1e-5);
  EXPECT_LT(result.figures[abs_rel], 1e-5);
}

TEST(Ordinal, WrongPairs) {
  const image::Plane inverse = row_of<float>({1, 2, 2});
  const std::array<OrdinalPair, 4> pairs = {{{{1, 0}, {0, 0}},    // right
                                             {{0, 0}, {2, 0}},    // wrong
                                             {{1, 0}, {2, 0}},    // equal: wrong
                                             {{2, 0}, {0, 0}}}};  // right
  EXPECT_EQ(whdr_of(inverse, PredictionKind::inverse, pairs), 0.5);
  EXPECT_EQ(whdr_of(inverse, PredictionKind::depth, pairs), 0.75);
  EXPECT_TRUE(std::isnan(whdr_of(inverse, PredictionKind::depth, {})));
  const std::array<OrdinalPair, 1> outside = {{{{0, 0}, {0, 1}}}};
  EXPECT_THROW(whdr_of(inverse, PredictionKind::depth, outside), Error);
}

TEST(Ordinal, DrawnPairsDifferAndFollowTheSeed) {
  const Depths truth = row_of<double>({1, 1.01, nan, 3});
  DepthProtocol protocol{.whdr_samples = 50, .seed = 1};
  const auto pairs = draw_pairs(truth, protocol, 4);
  EXPECT_FALSE(pairs.empty());
  for (const OrdinalPair& pair : pairs) {
    EXPECT_EQ(pair.farther.x, 3);
    EXPECT_LT(pair.nearer.x, 2);
  }
  protocol.seed = 2;
  EXPECT_NE(draw_pairs(truth, protocol, 4).size(), pairs.size());
  EXPECT_TRUE(draw_pairs(row_of<double>({nan}), protocol, 0).empty());
}

TEST(Evaluate, EnlargesThePrediction) {
  AlignedDepth aligned;
  const DepthResult result =
      evaluate(row_of<float>({1, 3}), PredictionKind::depth, row_of<double>({1, 1.5, 2.5, 3}), {},
               {.alignment = Alignment::none}, 0, &aligned);
  EXPECT_EQ(result.valid, 4);
  EXPECT_EQ(result.figures[abs_rel], 0);
  EXPECT_EQ(aligned.depth.at(1, 0), 1.5);
}

}  // namespace
}  // namespace dpt::eval
