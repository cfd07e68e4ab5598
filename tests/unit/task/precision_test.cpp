// What the lower precisions cost on trained weights and photographs.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "image/codec/read.h"
#include "task/depth.h"
#include "task/segmentation.h"

namespace dpt::task {
namespace {

namespace fs = std::filesystem;
using backend::Precision;

std::shared_ptr<runtime::Engine> starter(const char* name, Precision precision) {
  runtime::EngineOptions options;
  options.precision = precision;
  return runtime::Engine::load(fs::path(DPT_SOURCE_DIR) / "models" / name, options);
}

image::Image photo(const char* name) {
  return image::read(fs::path(DPT_SOURCE_DIR) / "models" / "samples" / name);
}

constexpr const char* photos[] = {"astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg"};

class LowPrecision : public testing::TestWithParam<Precision> {};
INSTANTIATE_TEST_SUITE_P(All, LowPrecision, testing::Values(Precision::bf16, Precision::int8),
                         [](const auto& instance) {
                           return std::string(backend::name_of(instance.param));
                         });

/// Root of the mean square difference in units of the map's range. AbsRel on real pictures changes
/// by less than this (docs/performance.md): 0.002 was seen for bf16, 0.006 for int8.
TEST_P(LowPrecision, DepthStaysCloseToThatOfFloats) {
  const auto engine = starter("starter-depth", GetParam());
  if (engine->precision() != GetParam()) GTEST_SKIP() << "no unit for such products";
  const auto exact = starter("starter-depth", Precision::fp32);
  DepthEstimator estimator(engine, input_rule(*engine), 2);
  DepthEstimator reference(exact, input_rule(*exact), 2);
  for (const char* name : photos) {
    const image::Image picture = photo(name);
    const image::Plane actual = estimator.run(picture);
    const image::Plane expected = reference.run(picture);
    double sum = 0;
    for (size_t i = 0; i < actual.size(); ++i) {
      sum += std::pow(double{actual.data()[i]} - expected.data()[i], 2);
    }
    const auto [low, high] =
        std::minmax_element(expected.data(), expected.data() + expected.size());
    const double error = std::sqrt(sum / static_cast<double>(actual.size())) / (*high - *low);
    EXPECT_LT(error, 0.01) << name;
    EXPECT_GT(error, 0) << name << ": computed in float32?";
  }
}

/// At least 97 % of a photograph's pixels keep their label.
TEST_P(LowPrecision, LabelsStay) {
  const auto engine = starter("starter-segmentation", GetParam());
  if (engine->precision() != GetParam()) GTEST_SKIP() << "no unit for such products";
  const auto exact = starter("starter-segmentation", Precision::fp32);
  Segmenter segmenter(engine, input_rule(*engine), 2);
  Segmenter reference(exact, input_rule(*exact), 2);
  for (const char* name : photos) {
    const image::Image picture = photo(name);
    const image::Labels actual = segmenter.run(picture).labels;
    const image::Labels expected = reference.run(picture).labels;
    int64_t equal = 0;
    for (size_t i = 0; i < actual.size(); ++i) {
      equal += actual.data()[i] == expected.data()[i] ? 1 : 0;
    }
    EXPECT_GT(static_cast<double>(equal), 0.97 * static_cast<double>(actual.size())) << name;
  }
}

}  // namespace
}  // namespace dpt::task
