#include "graph/constant.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace dpt::graph {

std::vector<float> Constant::values() const {
  std::vector<float> out(static_cast<size_t>(shape.elements()));
  read(out.data());
  return out;
}

ConstantPtr make_constant(std::string key, Shape shape, std::function<void(float*)> read) {
  return std::make_shared<const Constant>(Constant{std::move(key), shape, std::move(read)});
}

ConstantPtr standardize(const ConstantPtr& weights, WeightStandardization formula) {
  const bool by_deviation = formula == WeightStandardization::deviation;
  const auto read = [weights, by_deviation](float* out) {
    weights->read(out);
    const int64_t rows = weights->shape[0];
    const int64_t length = weights->shape.elements() / rows;
    for (float* row = out; row != out + rows * length; row += length) {
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
  const auto read = [weights, factor](float* out) {
    weights->read(out);
    const int64_t length = weights->shape.elements() / weights->shape[0];
    for (const float f : factor->values()) {
      for (int64_t i = 0; i < length; ++i) out[i] *= f;
      out += length;
    }
  };
  return make_constant(fmt::format("scaled({}, {})", weights->key, factor->key), weights->shape,
                       read);
}

ConstantPtr columns(const ConstantPtr& matrix, int64_t first, int64_t count) {
  const auto read = [matrix, first, count](float* out) {
    const std::vector<float> all = matrix->values();
    const int64_t width = matrix->shape[1];
    for (int64_t row = 0; row < matrix->shape[0]; ++row) {
      std::copy_n(all.begin() + row * width + first, count, out + row * count);
    }
  };
  return make_constant(fmt::format("columns({}, {}, {})", matrix->key, first, count),
                       {matrix->shape[0], count}, read);
}

AffineConstants batch_norm_affine(const ConstantPtr& gamma, const ConstantPtr& beta,
                                  const ConstantPtr& mean, const ConstantPtr& variance,
                                  float epsilon) {
  const auto read_scale = [gamma, variance, epsilon](float* out) {
    gamma->read(out);
    for (const float v : variance->values()) *out++ /= std::sqrt(v + epsilon);
  };
  AffineConstants map;
  map.scale = make_constant(fmt::format("bn-scale({})", gamma->key), gamma->shape, read_scale);
  const auto read_shift = [scale = map.scale, beta, mean](float* out) {
    beta->read(out);
    const std::vector<float> m = mean->values();
    const std::vector<float> s = scale->values();
    for (size_t i = 0; i < m.size(); ++i) out[i] -= m[i] * s[i];
  };
  map.shift = make_constant(fmt::format("bn-shift({})", beta->key), beta->shape, read_shift);
  return map;
}

ConstantPtr affine(const ConstantPtr& bias, const AffineConstants& map) {
  if (bias == nullptr) return map.shift;
  const auto read = [bias, map](float* out) {
    bias->read(out);
    const std::vector<float> scale = map.scale->values();
    const std::vector<float> shift = map.shift->values();
    for (size_t i = 0; i < scale.size(); ++i) out[i] = out[i] * scale[i] + shift[i];
  };
  return make_constant(fmt::format("affine({}, {})", bias->key, map.scale->key), bias->shape, read);
}

}  // namespace dpt::graph
