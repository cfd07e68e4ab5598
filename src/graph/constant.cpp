#include "graph/constant.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace dpt::graph {

namespace {

std::vector<float> rows_of(const Constant& constant, int64_t first, int64_t count) {
  std::vector<float> out(static_cast<size_t>(count * constant.shape.row_elements()));
  constant.read_rows(first, count, out.data());
  return out;
}

}  // namespace

std::vector<float> Constant::values() const { return rows_of(*this, 0, shape[0]); }

ConstantPtr make_constant(std::string key, Shape shape, ReadRows read_rows) {
  return std::make_shared<const Constant>(Constant{std::move(key), shape, std::move(read_rows)});
}

ConstantPtr standardize(const ConstantPtr& weights, WeightStandardization formula) {
  const bool by_deviation = formula == WeightStandardization::deviation;
  const auto read = [weights, by_deviation](int64_t first, int64_t count, float* out) {
    weights->read_rows(first, count, out);
    const int64_t length = weights->shape.row_elements();
    for (float* row = out; row != out + count * length; row += length) {
      double sum = 0;
      for (int64_t i = 0; i < length; ++i) sum += row[i];
      const double mean = sum / static_cast<double>(length);
      double squares = 0;
      for (int64_t i = 0; i < length; ++i) squares += (row[i] - mean) * (row[i] - mean);
      const double variance = squares / static_cast<double>(length);
      const double divisor = by_deviation ? std::sqrt(variance) + 1e-5 : std::sqrt(variance + 1e-8);
      for (int64_t i = 0; i < length; ++i) row[i] = static_cast<float>((row[i] - mean) / divisor);
    }
  };
  const char* name = by_deviation ? "standardized-by-deviation" : "standardized";
  return make_constant(fmt::format("{}({})", name, weights->key), weights->shape, read);
}

ConstantPtr scale_rows(const ConstantPtr& weights, const ConstantPtr& factor) {
  const auto read = [weights, factor](int64_t first, int64_t count, float* out) {
    weights->read_rows(first, count, out);
    const int64_t length = weights->shape.row_elements();
    for (const float f : rows_of(*factor, first, count)) {
      for (int64_t i = 0; i < length; ++i) out[i] *= f;
      out += length;
    }
  };
  return make_constant(fmt::format("scaled({}, {})", weights->key, factor->key), weights->shape,
                       read);
}

ConstantPtr columns(const ConstantPtr& matrix, int64_t first, int64_t count) {
  const auto read = [matrix, first, count](int64_t first_row, int64_t rows, float* out) {
    const std::vector<float> whole = rows_of(*matrix, first_row, rows);
    const int64_t width = matrix->shape[1];
    for (int64_t row = 0; row < rows; ++row) {
      std::copy_n(whole.begin() + row * width + first, count, out + row * count);
    }
  };
  return make_constant(fmt::format("columns({}, {}, {})", matrix->key, first, count),
                       {matrix->shape[0], count}, read);
}

AffineConstants batch_norm_affine(const ConstantPtr& gamma, const ConstantPtr& beta,
                                  const ConstantPtr& mean, const ConstantPtr& variance,
                                  float epsilon) {
  const auto read_scale = [gamma, variance, epsilon](int64_t first, int64_t count, float* out) {
    gamma->read_rows(first, count, out);
    for (const float v : rows_of(*variance, first, count)) *out++ /= std::sqrt(v + epsilon);
  };
  AffineConstants map;
  map.scale = make_constant(fmt::format("bn-scale({})", gamma->key), gamma->shape, read_scale);
  const auto read_shift = [scale = map.scale, beta, mean](int64_t first, int64_t count,
                                                          float* out) {
    beta->read_rows(first, count, out);
    const std::vector<float> m = rows_of(*mean, first, count);
    const std::vector<float> s = rows_of(*scale, first, count);
    for (size_t i = 0; i < m.size(); ++i) out[i] -= m[i] * s[i];
  };
  map.shift = make_constant(fmt::format("bn-shift({})", beta->key), beta->shape, read_shift);
  return map;
}

ConstantPtr affine(const ConstantPtr& bias, const AffineConstants& map) {
  if (bias == nullptr) return map.shift;
  const auto read = [bias, map](int64_t first, int64_t count, float* out) {
    bias->read_rows(first, count, out);
    const std::vector<float> scale = rows_of(*map.scale, first, count);
    const std::vector<float> shift = rows_of(*map.shift, first, count);
    for (size_t i = 0; i < scale.size(); ++i) out[i] = out[i] * scale[i] + shift[i];
  };
  return make_constant(fmt::format("affine({}, {})", bias->key, map.scale->key), bias->shape, read);
}

}  // namespace dpt::graph
