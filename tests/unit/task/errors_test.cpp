// An estimator that has refused one picture does the next as if it had not seen it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/error.h"
#include "image/codec/read.h"
#include "task/depth.h"
#include "task/multi_scale.h"
#include "task/segmentation.h"

namespace dpt::task {
namespace {

namespace fs = std::filesystem;

std::shared_ptr<runtime::Engine> tiny(const std::string& name) {
  return runtime::Engine::load(fs::path(DPT_TEST_DATA) / "tiny" / name);
}

/// 96 pixels in height make 38400 of its width, more than a network's input may have.
image::Image panorama() {
  image::Image picture(60000, 150);
  std::fill(picture.row(0), picture.row(0) + ptrdiff_t{150} * picture.stride(), uint8_t{90});
  return picture;
}

/// The official rule at a fourth of its size.
InputRule small_rule(const runtime::Engine& engine) {
  InputRule rule = input_rule(engine, Convention::official);
  rule.resize.width = rule.resize.height = 96;
  return rule;
}

image::Image small_picture() {
  return image::read(fs::path(DPT_TEST_DATA) / "images" / "tiny_gray.png");
}

template <typename T>
std::vector<T> values_of(const image::Grid<T>& grid) {
  return {grid.data(), grid.data() + grid.size()};
}

/// `run` of a new estimator gives the values of a picture.
template <typename Make>
void expect_no_trace(const Make& make) {
  const image::Image refused = panorama();
  const image::Image picture = small_picture();
  auto fresh = make();
  const auto expected = fresh(picture);
  auto used = make();
  EXPECT_THROW((void)used(refused), Error);  // before anything else
  EXPECT_EQ(used(picture), expected);
  EXPECT_THROW((void)used(refused), Error);
  EXPECT_THROW((void)used(refused), Error);
  EXPECT_EQ(used(picture), expected);
}

TEST(EstimatorsAfterAnError, Depth) {
  const auto engine = tiny("vit-depth");
  for (const int tile : {0, 64}) {
    for (const Upsampling upsampling : {Upsampling::bicubic, Upsampling::guided}) {
      expect_no_trace([&] {
        auto estimator = std::make_shared<DepthEstimator>(
            engine, small_rule(*engine), 1, DepthOptions{.upsampling = upsampling, .tile = tile});
        return [=](const image::Image& picture) { return values_of(estimator->run(picture)); };
      });
    }
  }
}

TEST(EstimatorsAfterAnError, Segmentation) {
  const auto engine = tiny("vit-segmentation");
  expect_no_trace([&] {
    auto segmenter = std::make_shared<Segmenter>(engine, small_rule(*engine), 1);
    return [=](const image::Image& picture) {
      const Segmentation result = segmenter->run(picture, true);
      return std::pair(values_of(result.labels), values_of(result.scores));
    };
  });
}

TEST(EstimatorsAfterAnError, ManyScales) {
  const auto engine = tiny("vit-segmentation");
  expect_no_trace([&] {
    auto segmenter = std::make_shared<MultiScaleSegmenter>(
        engine, small_rule(*engine), 1, MultiScaleOptions{.scales = {1}, .flip = true});
    return [=](const image::Image& picture) { return values_of(segmenter->run(picture)); };
  });
}

/// Before any picture, with the field's name.
TEST(MultiScaleOptions, AreRefusedByName) {
  const auto engine = tiny("vit-segmentation");
  const auto refusal = [&](const MultiScaleOptions& options) {
    try {
      const MultiScaleSegmenter segmenter(engine, small_rule(*engine), 1, options);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      return std::string(error.what());
    }
    return std::string("nothing");
  };
  const auto windows = [](int window, int stride, int base = 520) {
    return MultiScaleOptions{.window = window, .stride = stride, .base = base};
  };
  EXPECT_EQ(refusal(windows(64, 64)), "nothing");
  EXPECT_EQ(refusal(windows(0, 0)), "nothing");
  EXPECT_EQ(refusal(windows(64, 0)), "stride 0, expected 1 to 64, the window's side");
  EXPECT_EQ(refusal(windows(64, 65)), "stride 65, expected 1 to 64, the window's side");
  EXPECT_EQ(refusal(windows(63, 1)), "windows of 63 pixels, expected a multiple of 32");
  EXPECT_EQ(refusal(windows(-64, 1)), "window -64, expected 1 or more");
  EXPECT_EQ(refusal(windows(64, 32, 0)), "base 0, expected 1 to 16384");
  EXPECT_EQ(refusal({.scales = {}}), "scales: there is none, expected one or more");
  EXPECT_EQ(refusal({.scales = {1, 0}}), "scales: 0, expected above 0 and at most 100");
  EXPECT_EQ(refusal({.scales = {NAN}}), "scales: nan, expected above 0 and at most 100");
  EXPECT_EQ(refusal({.scales = {1e9}}), "scales: 1000000000, expected above 0 and at most 100");
}

}  // namespace
}  // namespace dpt::task
