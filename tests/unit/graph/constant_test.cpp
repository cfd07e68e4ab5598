#include "graph/constant.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace dpt::graph {
namespace {

using testing::ElementsAre;
using testing::FloatNear;
using testing::Pointwise;

ConstantPtr constant(const std::string& key, Shape shape, std::vector<float> values) {
  const int64_t length = shape.row_elements();
  return make_constant(
      key, shape, [values = std::move(values), length](int64_t first, int64_t count, float* out) {
        std::copy_n(values.begin() + first * length, count * length, out);
      });
}

// Two output channels of four values: 1 2 3 4 (mean 2.5, variance 1.25) and all equal (variance 0).
ConstantPtr filters() { return constant("w", {2, 4, 1, 1}, {1, 2, 3, 4, 7, 7, 7, 7}); }

TEST(Constant, StandardizesByTheRootOfTheVariance) {
  const float unit = 1 / std::sqrt(1.25F + 1e-8F);
  EXPECT_THAT(standardize(filters(), WeightStandardization::root_of_variance)->values(),
              Pointwise(FloatNear(1e-6F), {-1.5F * unit, -0.5F * unit, 0.5F * unit, 1.5F * unit,
                                           0.F, 0.F, 0.F, 0.F}));
}

TEST(Constant, StandardizesByTheDeviation) {
  const float unit = 1 / (std::sqrt(1.25F) + 1e-5F);
  EXPECT_THAT(standardize(filters(), WeightStandardization::deviation)->values(),
              Pointwise(FloatNear(1e-6F), {-1.5F * unit, -0.5F * unit, 0.5F * unit, 1.5F * unit,
                                           0.F, 0.F, 0.F, 0.F}));
}

TEST(Constant, TheTwoFormulasDifferWhereWeightsAreSmall) {
  const ConstantPtr small = constant("w", {1, 2, 1, 1}, {1e-4F, -1e-4F});
  EXPECT_NEAR(standardize(small, WeightStandardization::root_of_variance)->values()[0],
              1e-4 / std::sqrt(1e-8 + 1e-8), 1e-5);
  EXPECT_NEAR(standardize(small, WeightStandardization::deviation)->values()[0],
              1e-4 / (1e-4 + 1e-5), 1e-5);
}

TEST(Constant, ScalesRowsAndTakesColumns) {
  const ConstantPtr matrix = constant("m", {2, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_THAT(scale_rows(matrix, constant("f", {2}, {10, -1}))->values(),
              ElementsAre(10, 20, 30, -4, -5, -6));
  EXPECT_THAT(columns(matrix, 1, 2)->values(), ElementsAre(2, 3, 5, 6));
  EXPECT_EQ(columns(matrix, 1, 2)->shape, (Shape{2, 2}));
}

TEST(Constant, BatchNormIsAnAffineMap) {
  const AffineConstants map =
      batch_norm_affine(constant("g", {1}, {3}), constant("b", {1}, {0.5F}),
                        constant("m", {1}, {2}), constant("v", {1}, {4}), 0.0F);
  EXPECT_THAT(map.scale->values(), ElementsAre(1.5F));
  EXPECT_THAT(map.shift->values(), ElementsAre(-2.5F));
  EXPECT_THAT(affine(nullptr, map)->values(), ElementsAre(-2.5F));
  EXPECT_THAT(affine(constant("x", {1}, {10}), map)->values(), ElementsAre(12.5F));
}

TEST(Constant, RowsReadApartAreThoseOfTheWhole) {
  const ConstantPtr w = constant("w", {3, 2}, {1, -2, 3, 5, -4, 0.5F});
  const ConstantPtr v = constant("v", {3}, {2, 3, 5});
  const AffineConstants map = batch_norm_affine(v, v, v, v, 0.25F);
  for (const ConstantPtr& c :
       {standardize(w, WeightStandardization::root_of_variance), scale_rows(w, v), columns(w, 1, 1),
        map.scale, map.shift, affine(v, map), affine(nullptr, map)}) {
    std::vector<float> rows;
    for (int64_t row = 0; row < 3; ++row) {
      std::vector<float> one(static_cast<size_t>(c->shape.row_elements()));
      c->read_rows(row, 1, one.data());
      rows.insert(rows.end(), one.begin(), one.end());
    }
    EXPECT_EQ(rows, c->values()) << c->key;
  }
}

TEST(Constant, KeysTellTransformedConstantsApart) {
  const ConstantPtr w = filters();
  EXPECT_NE(standardize(w, WeightStandardization::deviation)->key,
            standardize(w, WeightStandardization::root_of_variance)->key);
  const ConstantPtr m = constant("m", {2, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_NE(columns(m, 0, 1)->key, columns(m, 1, 1)->key);
}

}  // namespace
}  // namespace dpt::graph
