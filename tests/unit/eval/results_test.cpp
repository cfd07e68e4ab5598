#include "eval/results.h"

#include <gmock/gmock.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "eval/html_report.h"
#include "eval/text_report.h"

namespace dpt::eval {
namespace {

using testing::HasSubstr;

PictureResult picture(size_t index, double value) {
  return {.index = index,
          .picture = "p",
          .valid = 3,
          .figures = std::vector<double>(depth_figure_count, value)};
}

Results results_of(std::initializer_list<PictureResult> pictures) {
  Results results;
  results.setting = {{"model", "a"}};
  results.samples = 4;
  results.pictures = pictures;
  return results;
}

TEST(Results, RoundTripToTheLastBit) {
  const Results results = results_of({picture(0, 0.1), picture(1, 1e-300), picture(3, NAN)});
  const std::string text = to_json(results).dump();
  const Results back = from_json(text, "f");
  EXPECT_EQ(to_json(back).dump(), text);
  EXPECT_EQ(back.pictures[1].figures[rmse], 1e-300);
  EXPECT_TRUE(std::isnan(back.pictures[2].figures[rmse]));
  EXPECT_EQ(skipped_in(back), 1U);
}

TEST(Results, MergingIsInTheDataSetsOrder) {
  const Results whole = results_of({picture(0, 0.1), picture(1, 0.7), picture(2, 1e17)});
  Results merged = results_of({picture(1, 0.7)});
  merge(merged, results_of({picture(0, 0.1), picture(2, 1e17)}), "f");
  EXPECT_EQ(to_json(merged).dump(), to_json(whole).dump());
  EXPECT_EQ(summary_of(whole)[abs_rel], (0.1 + 0.7 + 1e17) / 3);
}

TEST(Results, RefusesWhatDoesNotBelongTogether) {
  Results results = results_of({picture(0, 1)});
  const auto refused = [&](Results part) {
    try {
      merge(results, std::move(part), "f");
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  Results other = results_of({});
  other.setting = {{"model", "b"}};
  EXPECT_EQ(refused(other), "f: model is b, that of the first file a");
  other.setting.clear();
  EXPECT_EQ(refused(other), "f: has other settings than the first file");
  other = results_of({});
  other.samples = 9;
  EXPECT_EQ(refused(other), "f: is of another data set than the first file");
}

TEST(Reports, RankWithoutShowingAPictureTwice) {
  const Results results =
      results_of({picture(0, 0.3), picture(1, 0.9), picture(2, NAN), picture(3, 0.1)});
  const auto worst = worst_of(results, 2);
  ASSERT_EQ(worst.size(), 2U);
  EXPECT_EQ(worst[0]->index, 1U);
  EXPECT_EQ(worst[1]->index, 0U);
  const auto best = best_of(results, 2);
  ASSERT_EQ(best.size(), 1U);
  EXPECT_EQ(best[0]->index, 3U);
}

TEST(Reports, QuoteWhatNamesHold) {
  Results results = results_of({picture(0, 0.5)});
  results.pictures[0].picture = "a,\"<b>\n";
  EXPECT_THAT(csv_of(results), HasSubstr("0,\"a,\"\"<b>\n\",3,"));
  std::vector<ShownPicture> worst;
  worst.push_back({&results.pictures.front()});
  EXPECT_THAT(html_of(results, worst, {}), HasSubstr("a,&quot;&lt;b&gt;\\x0a"));
  EXPECT_THAT(table_of(results), HasSubstr("model: a\n1 picture\n"));
}

}  // namespace
}  // namespace dpt::eval
