#include "runtime/measure.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.h"
#include "runtime/profile.h"

namespace dpt::runtime {
namespace {

using testing::ElementsAre;

TEST(Quantile, IsInterpolatedBetweenNeighbours) {
  EXPECT_EQ(quantile({3, 1, 2}, 0.5), 2);
  EXPECT_EQ(quantile({4, 1, 2, 3}, 0.5), 2.5);
  EXPECT_DOUBLE_EQ(quantile({10, 0}, 0.9), 9);
  EXPECT_EQ(quantile({5, 7, 6}, 0), 5);
  EXPECT_EQ(quantile({5, 7, 6}, 1), 7);
  EXPECT_EQ(quantile({5}, 0.9), 5);
  EXPECT_TRUE(std::isnan(quantile({}, 0.5)));
}

TEST(Profile, SumsStepsAndPutsTheLongestFirst) {
  const std::vector<backend::StepTime> steps = {{"conv2d", "", 1, 10},
                                                {"add", "stem", 2, 0},
                                                {"conv2d", "head", 4, 30},
                                                {"resize", "", 8, 0}};
  const auto text = [](const std::vector<StepSum>& sums) {
    std::vector<std::string> lines;
    for (const StepSum& sum : sums) {
      lines.push_back(
          fmt::format("{} {} {} {}", sum.name, sum.steps, sum.seconds, sum.multiply_adds));
    }
    return lines;
  };
  EXPECT_THAT(text(sum_by_operation(steps)),
              ElementsAre("resize 1 8 0", "conv2d 2 5 40", "add 1 2 0"));
  // A step without a name is of the module whose name comes next; behind the last, of the output.
  EXPECT_THAT(text(sum_by_module(steps)),
              ElementsAre("output 1 8 0", "head 1 4 30", "stem 2 3 10"));
  EXPECT_TRUE(sum_by_module({}).empty());
}

TEST(NetworkInput, PlanesBecomeChannelsAndBack) {
  std::vector<float> planes(2 * 3 * 2 * 1);
  for (size_t i = 0; i < planes.size(); ++i) planes[i] = static_cast<float>(i);
  const NetworkInput input = input_of_planes({2, 3, 2, 1}, planes);
  EXPECT_EQ(input.batch, 2);
  EXPECT_EQ(input.height, 2);
  EXPECT_EQ(input.width, 1);
  EXPECT_THAT(std::vector<float>(input.values.begin(), input.values.end()),
              ElementsAre(0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11));
  const Buffer<float> back = planes_of_output({input.values.data(), {2, 2, 1, 3}});
  EXPECT_EQ(std::vector<float>(back.begin(), back.end()), planes);
  EXPECT_THROW((void)input_of_planes({2, 2, 3, 1}, planes), Error);
  EXPECT_THROW((void)input_of_planes({3, 2, 2}, planes), Error);
  EXPECT_THROW((void)input_of_planes({1, 3, 2, 1}, planes), Error);
}

TEST(NetworkInput, IsMadeUpTheSameEachTime) {
  const NetworkInput input = made_up_input(5, 7);
  EXPECT_EQ(input.values.size(), 3U * 5U * 7U);
  for (const float value : input.values) EXPECT_LE(std::abs(value), 1.0F);
  const NetworkInput again = made_up_input(5, 7);
  EXPECT_TRUE(std::equal(input.values.begin(), input.values.end(), again.values.begin()));
  EXPECT_NE(input.values[0], input.values[1]);
}

TEST(Measure, TimesAsManyRunsAsAreWanted) {
  const std::string model = std::string(DPT_TEST_DATA) + "/tiny/vit-depth";
  int loads = 0;
  const auto load = [&] {
    ++loads;
    return Engine::load(model);
  };
  const NetworkInput input = made_up_input(64, 96);
  const Measured measured = measure(load, 1, input, {.warmup = 2, .runs = 3});
  const Measurement& figures = measured.figures;
  EXPECT_EQ(loads, 1);
  EXPECT_EQ(figures.runs_ms.size(), 3U);
  EXPECT_GT(quantile(figures.runs_ms, 0), 0);
  EXPECT_GT(figures.load_ms, 0);
  EXPECT_GT(figures.first_ms, figures.load_ms);
  EXPECT_GT(figures.gmac, 0);
  EXPECT_GT(figures.activations_mb, 0);
  EXPECT_LT(figures.constants_mb + figures.activations_mb, figures.peak_mb);
  // The result of the last run lies in the session.
  EXPECT_EQ(measured.output.shape, (Shape{1, 64, 96, 1}));
  Session session(Engine::load(model), 1);
  const backend::FloatView expected = session.run(input.values.data(), 1, 64, 96);
  EXPECT_TRUE(std::equal(expected.data, expected.data + 64 * 96, measured.output.data));
}

}  // namespace
}  // namespace dpt::runtime
