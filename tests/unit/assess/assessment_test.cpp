// The loop over a data set, with an evaluator that needs no model.
#include "assess/assessment.h"

#include <gmock/gmock.h>

#include <limits>

#include "base/error.h"

namespace dpt::assess {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

eval::Dataset dataset_of(size_t count) {
  eval::Dataset dataset;
  for (size_t i = 0; i < count; ++i) {
    const std::string name = std::to_string(i);
    dataset.samples.push_back({.picture = name + ".png", .name = name});
  }
  return dataset;
}

/// abs_rel is the picture's index; picture 2 cannot be read.
class Fake : public Evaluator {
 public:
  explicit Fake(int threads) : threads_(threads) {}
  eval::PictureResult evaluate(const eval::Sample& /*sample*/, size_t index) override {
    if (index == 2) fail(ErrorKind::input, "is cut");
    eval::PictureResult result;
    result.valid = index == 4 ? 0 : threads_;
    result.figures.assign(eval::depth_figure_count, static_cast<double>(index));
    return result;
  }
  std::vector<eval::Panel> panels(const eval::Sample& /*sample*/, size_t index) override {
    if (index == 0) fail(ErrorKind::input, "no photo");
    image::Image image(2, 1);
    std::fill_n(image.data(), 6, uint8_t{7});
    std::vector<eval::Panel> panels;
    panels.push_back({"photo", std::move(image)});
    return panels;
  }

 private:
  int threads_;
};

Plan fake_plan() {
  Plan plan;
  plan.make = [](int threads) { return std::make_unique<Fake>(threads); };
  return plan;
}

std::vector<size_t> indices_of(const eval::Results& results) {
  std::vector<size_t> indices;
  for (const eval::PictureResult& picture : results.pictures) indices.push_back(picture.index);
  return indices;
}

TEST(Assessment, EvaluatesEachPictureOnceAndNamesThoseThatFail) {
  const eval::Dataset dataset = dataset_of(9);
  Assessment assessment(dataset, fake_plan(), {.threads = 3, .jobs = 3});
  std::vector<std::string> errors;
  batch::Callbacks callbacks;
  callbacks.error = [&](std::string_view text) { errors.emplace_back(text); };
  const batch::BatchResult result = assessment.run(callbacks);
  EXPECT_EQ(result.failed, 1U);
  EXPECT_THAT(errors, ElementsAre("2.png: is cut"));
  const eval::Results& results = assessment.results();
  EXPECT_THAT(indices_of(results), ElementsAre(0, 1, 3, 4, 5, 6, 7, 8));
  EXPECT_EQ(results.pictures[2].picture, "3");
  ASSERT_EQ(results.failed.size(), 1U);
  EXPECT_EQ(results.failed[0].picture, "2");
  EXPECT_EQ(results.failed[0].error, "is cut");
  EXPECT_EQ(results.samples, 9U);
  EXPECT_EQ(results.setting.back(), std::pair(std::string("names"), eval::hash_of_names(dataset)));
}

TEST(Assessment, DoesItsShareAlone) {
  const eval::Dataset dataset = dataset_of(9);
  Assessment assessment(dataset, fake_plan(), {.shard = {.index = 1, .count = 3}, .threads = 2});
  EXPECT_EQ(assessment.jobs().size(), 3U);
  (void)assessment.run({});
  EXPECT_THAT(indices_of(assessment.results()), ElementsAre(1, 4, 7));
  EXPECT_EQ(assessment.results().samples, 9U);
  EXPECT_FALSE(counts_no_pixel(assessment.results()));  // the others' may count
}

TEST(Assessment, PanelsThatCannotBeShownAreToldOf) {
  const eval::Dataset dataset = dataset_of(9);
  Assessment assessment(dataset, fake_plan(), {});
  (void)assessment.run({});
  std::vector<std::string> errors;
  assessment.add_panels(1, [&](std::string_view text) { errors.emplace_back(text); });
  EXPECT_THAT(errors, ElementsAre("no photo"));  // of 0, the best
  const eval::Results& results = assessment.results();
  EXPECT_THAT(results.pictures.front().panels, IsEmpty());
  ASSERT_EQ(results.pictures.back().panels.size(), 1U);
  EXPECT_EQ(results.pictures.back().panels[0].title, "photo");
}

TEST(Assessment, WhatConcernsEveryPictureIsThrown) {
  const eval::Dataset dataset = dataset_of(3);
  Plan plan;
  plan.make = [](int) -> std::unique_ptr<Evaluator> { fail(ErrorKind::model, "is a depth model"); };
  EXPECT_THROW(Assessment(dataset, plan, {}), Error);
}

TEST(CountsNoPixel, WhereEveryPictureIsThereWithoutAFigure) {
  eval::Results results;
  results.samples = 2;
  EXPECT_FALSE(counts_no_pixel(results));
  const std::vector<double> none(eval::depth_figure_count,
                                 std::numeric_limits<double>::quiet_NaN());
  results.pictures.push_back({.index = 0, .figures = none});
  EXPECT_FALSE(counts_no_pixel(results));
  results.failed.push_back({1, "b", "is cut"});
  EXPECT_TRUE(counts_no_pixel(results));
  results.pictures[0].figures[0] = 1;
  EXPECT_FALSE(counts_no_pixel(results));
}

}  // namespace
}  // namespace dpt::assess
