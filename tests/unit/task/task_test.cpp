#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "base/error.h"
#include "image/codec/read.h"
#include "support/temporary_folder.h"
#include "task/depth.h"
#include "task/segmentation.h"

namespace dpt::task {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::shared_ptr<runtime::Engine> tiny(const std::string& name) {
  return runtime::Engine::load(fs::path(DPT_TEST_DATA) / "tiny" / name);
}

image::Image picture(const std::string& name) {
  return image::read(fs::path(DPT_TEST_DATA) / "images" / name);
}

TEST(Tasks, GiveResultsOfThePicturesSize) {
  const image::Image gray = picture("tiny_gray.png");
  const auto depth_engine = tiny("vit-depth");
  const image::Plane depth = DepthEstimator(depth_engine, input_rule(*depth_engine), 1).run(gray);
  EXPECT_EQ(depth.width(), gray.width());
  EXPECT_EQ(depth.height(), gray.height());

  const auto engine = tiny("vit-segmentation");
  Segmenter segmenter(engine, input_rule(*engine), 2);
  const Segmentation result = segmenter.run(gray, true);
  EXPECT_EQ(result.labels.width(), gray.width());
  EXPECT_EQ(result.scores.height(), gray.height());
  EXPECT_EQ(std::accumulate(result.pixels.begin(), result.pixels.end(), int64_t{0}),
            int64_t{1} * gray.width() * gray.height());
  EXPECT_TRUE(segmenter.run(gray).scores.empty());
}

TEST(Tasks, ALongPictureIsAnError) {
  const image::Image thin(3000, 20);
  const auto engine = tiny("hybrid-depth");
  DepthEstimator estimator(engine, input_rule(*engine, Convention::official), 1);
  EXPECT_THROW((void)estimator.run(thin), Error);
}

TEST(Tasks, RefuseModelsOfTheOtherTask) {
  const auto depth = tiny("vit-depth");
  const auto labels = tiny("vit-segmentation");
  EXPECT_THAT(test::error_of<Error>([&] { Segmenter(depth, input_rule(*depth), 1); }),
              HasSubstr("is a depth model, expected a segmentation model"));
  EXPECT_THAT(test::error_of<Error>([&] { DepthEstimator(labels, input_rule(*labels), 1); }),
              HasSubstr("is a segmentation model, expected a depth model"));
}

TEST(ClassNames, AreTheModelsOwnOrTheStandardOnes) {
  model::ModelConfig config;
  config.classes = 2;
  EXPECT_THAT(class_names(config), testing::ElementsAre("class 0", "class 1"));
  config.classes = 150;
  EXPECT_EQ(class_names(config)[2], "sky");
  config.labels = {"a", "b"};
  EXPECT_THAT(class_names(config), testing::ElementsAre("a", "b"));
}

}  // namespace
}  // namespace dpt::task
