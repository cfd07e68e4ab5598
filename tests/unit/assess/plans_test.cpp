// What a plan records, and what its evaluators find: of files, and of a model.
#include <gmock/gmock.h>

#include "assess/depth.h"
#include "assess/labels.h"
#include "base/error.h"
#include "base/file/file.h"
#include "image/codec/write.h"
#include "support/temporary_folder.h"

namespace dpt::assess {
namespace {

namespace fs = std::filesystem;
using test::error_of;
using test::TemporaryFolder;
using testing::ElementsAre;
using testing::Pair;

Model tiny(const std::string& name) {
  auto engine = runtime::Engine::load(fs::path(DPT_TEST_DATA) / "tiny" / name);
  const task::InputRule rule = task::input_rule(*engine);
  return {std::move(engine), rule, name, "0123456789abcdef0123456789abcdef"};
}

template <typename T>
image::Grid<T> filled(int width, int height, T value) {
  image::Grid<T> grid(width, height);
  std::fill_n(grid.data(), grid.size(), value);
  return grid;
}

/// A list of one picture; truth of depth: 2 m everywhere, of labels: the first of three classes.
class Plans : public testing::Test {
 protected:
  eval::Dataset open(bool is_depth, const eval::DatasetOptions& options = {}) {
    TemporaryFolder::write(folder_.path() / "list.txt",
                           is_depth ? "a.png depth.npy\n" : "a.png labels.npy\n");
    fs::copy_file(fs::path(DPT_TEST_DATA) / "images" / "tiny_gray.png", folder_.path() / "a.png");
    write_file(folder_.path() / "depth.npy", image::encode_npy(filled<float>(61, 97, 2)));
    write_file(folder_.path() / "labels.npy", image::encode_npy(filled<uint16_t>(61, 97, 1)));
    return eval::open_dataset("list", is_depth, folder_.path() / "list.txt", options);
  }
  PredictionFolder predictions(const eval::Dataset& dataset, const image::Bytes& bytes) {
    fs::create_directory(folder_.path() / "p");
    write_file(folder_.path() / "p" / "a.npy", bytes);
    return {folder_.path() / "p", dataset};
  }

  TemporaryFolder folder_;
};

TEST_F(Plans, DepthOfFiles) {
  const eval::Dataset dataset = open(true);
  const PredictionFolder folder =
      predictions(dataset, image::encode_npy(filled<float>(61, 97, 500)));
  DepthRule rule;
  rule.prediction_kind = eval::PredictionKind::depth;
  rule.prediction_scale = 200;
  const Plan plan = plan_depth(dataset, rule, folder, "saved");
  EXPECT_THAT(
      plan.results.setting,
      ElementsAre(Pair("dataset", "list"), Pair("predictions", "saved"),
                  Pair("prediction", "depth"), Pair("prediction_scale", "200"),
                  Pair("align", "none"), Pair("cap", "80"), Pair("min_depth", "0.001"),
                  Pair("crop", "none"), Pair("truth_kind", "depth"), Pair("truth_scale", "1")));
  const eval::PictureResult result = plan.make(1)->evaluate(dataset.samples[0], 0);
  EXPECT_EQ(result.valid, 61 * 97);
  EXPECT_DOUBLE_EQ(result.figures[eval::abs_rel], 0.25);  // 2.5 m for 2 m
}

TEST_F(Plans, DepthOfAModel) {
  eval::DatasetOptions options;
  options.truth_scale = 2;
  options.truth_kind = eval::TruthKind::disparity;
  const eval::Dataset dataset = open(true, options);
  const Plan plan = plan_depth(dataset, {}, tiny("vit-depth"));
  EXPECT_THAT(
      plan.results.setting,
      ElementsAre(Pair("dataset", "list"), Pair("model", "vit-depth"),
                  Pair("sha256", "0123456789abcdef"), Pair("precision", "fp32"),
                  Pair("input", testing::_), Pair("prediction", "inverse"),
                  Pair("align", "scale-shift"), Pair("cap", "80"), Pair("min_depth", "0.001"),
                  Pair("crop", "none"), Pair("upsample", "bilinear"),
                  Pair("truth_kind", "disparity"), Pair("truth_scale", "2")));
  const auto evaluator = plan.make(1);
  EXPECT_EQ(evaluator->evaluate(dataset.samples[0], 0).valid, 61 * 97);
  EXPECT_EQ(evaluator->panels(dataset.samples[0], 0).size(), 4U);
  EXPECT_EQ(evaluator->confusion(), nullptr);
}

TEST_F(Plans, ErrorsCallFieldsAsTheCallerDoes) {
  const eval::Dataset dataset = open(true);
  const PredictionFolder folder = predictions(dataset, image::encode_npy(filled<float>(61, 97, 2)));
  const auto error = [&](const DepthRule& rule) {
    return error_of<Error>([&] {
      (void)plan_depth(dataset, rule, folder, "p").make(1)->evaluate(dataset.samples[0], 0);
    });
  };
  DepthRule rule;
  rule.min_depth = 90;
  EXPECT_EQ(error(rule), "min_depth is 90 and the cap 80, expected less");
  rule.names.min_depth = "--min-depth";
  EXPECT_EQ(error(rule), "--min-depth is 90 and the cap 80, expected less");
  rule = {};
  rule.crop = eval::Crop::eigen_nyu;
  EXPECT_EQ(error(rule), "crop eigen-nyu is for truth of 640x480, found 61x97");
  rule = {};
  rule.kitti_crop = true;
  EXPECT_EQ(error(rule),
            "kitti_crop: the prediction is 61x97 and the truth 61x97, expected 1216x352 and no "
            "less");
}

TEST_F(Plans, LabelsOfFiles) {
  const eval::Dataset dataset = open(false);
  const PredictionFolder folder =
      predictions(dataset, image::encode_npy(filled<uint16_t>(61, 97, 0)));
  LabelRule rule;
  rule.classes = 3;
  rule.zero_based = true;
  const Plan plan = plan_labels(dataset, rule, folder, "saved");
  EXPECT_THAT(plan.results.setting,
              ElementsAre(Pair("dataset", "list"), Pair("predictions", "saved"),
                          Pair("classes", "3"), Pair("ignored", "0"), Pair("zero_based", "yes")));
  EXPECT_THAT(plan.results.classes, ElementsAre("class 0", "class 1", "class 2"));
  const auto evaluator = plan.make(1);
  EXPECT_EQ(evaluator->evaluate(dataset.samples[0], 0).figures[eval::pixel_accuracy], 1);
  EXPECT_EQ(evaluator->confusion()->at(0, 0), 61 * 97);
}

TEST_F(Plans, LabelsNeedTheNumberOfClasses) {
  const eval::Dataset dataset = open(false);
  const PredictionFolder folder =
      predictions(dataset, image::encode_npy(filled<uint16_t>(61, 97, 1)));
  LabelRule rule;
  EXPECT_EQ(error_of<Error>([&] { (void)plan_labels(dataset, rule, folder, "p"); }),
            "classes must say how many classes the list has");
  rule.classes = 9;
  const Model model = tiny("vit-segmentation");
  EXPECT_EQ(error_of<Error>([&] { (void)plan_labels(dataset, rule, model); }),
            "the model has 7 classes, the data set 9");
  rule.classes = std::nullopt;
  rule.views = task::MultiScaleOptions{.flip = true};
  const Plan plan = plan_labels(dataset, rule, model);
  EXPECT_THAT(plan.results.setting, testing::Contains(Pair("scales", "1, mirrored too")));
  EXPECT_EQ(plan.make(1)->evaluate(dataset.samples[0], 0).valid, 61 * 97);
}

TEST_F(Plans, OfAModelForAnotherTask) {
  const eval::Dataset dataset = open(true);
  const Plan plan = plan_depth(dataset, {}, tiny("vit-segmentation"));
  EXPECT_THROW((void)plan.make(1), Error);
}

}  // namespace
}  // namespace dpt::assess
