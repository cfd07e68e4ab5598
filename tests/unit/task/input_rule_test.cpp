#include "task/input_rule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "support/temporary_folder.h"

namespace dpt::task {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

fs::path tiny(const std::string& name) { return fs::path(DPT_TEST_DATA) / "tiny" / name; }

std::string hf_error(const std::string& text) {
  return test::error_of<Error>([&] { read_hf_rule(text, "preprocessor_config.json"); });
}

TEST(OwnInputSize, IsTheRulesRoundedUp) {
  InputRule rule;
  rule.resize.width = 384;
  rule.resize.height = 250;
  EXPECT_EQ(own_input_size(rule, 32), (image::Size{384, 256}));
  EXPECT_EQ(own_input_size(rule, 14), (image::Size{392, 252}));
  EXPECT_EQ(own_input_size(rule, 1), (image::Size{384, 250}));
}

TEST(InputRule, FilesFollowTheOfficialScripts) {
  const InputRule depth = input_rule(*runtime::Engine::load(tiny("vit-depth") / "official.pt"));
  EXPECT_EQ(depth.convention, Convention::official);
  EXPECT_EQ(depth.resize.width, 384);
  EXPECT_EQ(depth.resize.multiple, 32);
  EXPECT_TRUE(depth.resize.keep_aspect);
  const InputRule labels =
      input_rule(*runtime::Engine::load(tiny("vit-segmentation") / "official.pt"));
  EXPECT_EQ(labels.resize.width, 480);
}

TEST(InputRule, MetricModelsHaveTheirOwnSize) {
  runtime::EngineOptions options;
  options.model_type = "dpt_hybrid_kitti";
  const InputRule rule =
      input_rule(*runtime::Engine::load(tiny("hybrid-depth") / "official.pt", options));
  EXPECT_EQ(rule.resize.width, 1216);
  EXPECT_EQ(rule.resize.height, 352);
}

TEST(InputRule, FoldersFollowTheirConfiguration) {
  const auto engine = runtime::Engine::load(tiny("vit-depth"));
  const InputRule rule = input_rule(*engine);
  EXPECT_EQ(rule.convention, Convention::hf);
  EXPECT_EQ(rule.resize.width, 96);
  EXPECT_FALSE(rule.resize.keep_aspect);
  EXPECT_EQ(rule.filter, image::PilFilter::bilinear);
  EXPECT_EQ(input_rule(*engine, Convention::official).convention, Convention::official);
}

TEST(InputRule, FoldersWithoutConfigurationFollowThePublishedOne) {
  const test::TemporaryFolder folder;
  const fs::path model = folder.copy(tiny("vit-depth"));
  fs::remove(model / "preprocessor_config.json");
  const InputRule rule = input_rule(*runtime::Engine::load(model));
  EXPECT_EQ(rule.resize.width, 384);
  EXPECT_FALSE(rule.resize.keep_aspect);
  EXPECT_EQ(rule.filter, image::PilFilter::bilinear);
}

TEST(InputRule, TheProcessorMayStandInProcessorConfig) {
  const test::TemporaryFolder folder;
  const fs::path model = folder.copy(tiny("vit-depth"));
  const auto rule = [&] { return input_rule(*runtime::Engine::load(model)); };
  const fs::path file = model / "processor_config.json";
  test::TemporaryFolder::write(file, R"({"processor_class": "X"})");
  EXPECT_EQ(rule().resize.width, 96);  // of preprocessor_config.json
  test::TemporaryFolder::write(file, R"({"image_processor": {"size": 64, "resample": 3}})");
  EXPECT_EQ(rule().resize.width, 64);
  EXPECT_EQ(rule().filter, image::PilFilter::bicubic);
  test::TemporaryFolder::write(file, R"({"image_processor": {"do_pad": true}})");
  EXPECT_THAT(test::error_of<Error>(rule),
              HasSubstr("processor_config.json: image_processor: do_pad is true, expected false"));
  test::TemporaryFolder::write(file, "[]");
  EXPECT_THAT(test::error_of<Error>(rule),
              HasSubstr("processor_config.json: is not a JSON object"));
}

TEST(HfRule, ReadsEveryField) {
  const InputRule rule = read_hf_rule(
      R"({"size": {"height": 256, "width": 320}, "keep_aspect_ratio": true,
          "ensure_multiple_of": 32, "resample": 3, "rescale_factor": 0.5,
          "image_mean": [0.1, 0.2, 0.3], "image_std": [1, 2, 3]})",
      "x");
  EXPECT_EQ(rule.resize.height, 256);
  EXPECT_EQ(rule.resize.width, 320);
  EXPECT_TRUE(rule.resize.keep_aspect);
  EXPECT_EQ(rule.resize.multiple, 32);
  EXPECT_EQ(rule.filter, image::PilFilter::bicubic);
  EXPECT_EQ(rule.rescale, 0.5);
  EXPECT_EQ(rule.normalization.mean[2], 0.3);
  EXPECT_EQ(rule.normalization.std[1], 2);
  EXPECT_EQ(read_hf_rule(R"({"do_normalize": false, "size": 64})", "x").normalization.std[0], 1);
  EXPECT_EQ(read_hf_rule(R"({"do_rescale": false})", "x").rescale, 1);
}

TEST(HfRule, RefusesWhatItDoesNotDo) {
  EXPECT_THAT(hf_error("x"), HasSubstr("preprocessor_config.json: is not a JSON object"));
  EXPECT_THAT(hf_error(R"({"do_resize": false})"), HasSubstr("do_resize is false, expected true"));
  EXPECT_THAT(hf_error(R"({"do_pad": true})"), HasSubstr("do_pad is true, expected false"));
  EXPECT_THAT(hf_error(R"({"resample": 0})"),
              HasSubstr("resample is 0, expected 2 (bilinear) or 3 (bicubic)"));
  EXPECT_THAT(hf_error(R"({"size": {"shortest_edge": 384}})"), HasSubstr("size is "));
  EXPECT_THAT(hf_error(R"({"size": {"height": 1e9, "width": 5}})"), HasSubstr("size is "));
  EXPECT_THAT(hf_error(R"({"image_mean": [1, 2]})"),
              HasSubstr("image_mean is [1,2], expected three numbers"));
  EXPECT_THAT(hf_error(R"({"image_std": [1, 0, 1]})"),
              HasSubstr("image_std is [1,0,1], expected three positive numbers"));
  EXPECT_THAT(hf_error(R"({"ensure_multiple_of": 0})"), HasSubstr("ensure_multiple_of is 0"));
  EXPECT_THAT(hf_error(R"({"keep_aspect_ratio": 1})"), HasSubstr("expected true or false"));
}

TEST(InputSize, MustFitTheNetwork) {
  InputRule rule;
  rule.convention = Convention::hf;
  rule.resize = {100, 100, 1, image::ResizeMethod::minimal, false};
  EXPECT_THAT(test::error_of<Error>([&] { input_size(rule, 640, 480, 32); }),
              HasSubstr("a 640x480 picture would enter the network as 100x100; expected sides that "
                        "are multiples of 32"));
}

}  // namespace
}  // namespace dpt::task
