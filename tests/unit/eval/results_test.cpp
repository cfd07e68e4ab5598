#include "eval/report/results.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "base/error.h"
#include "eval/report/html_report.h"
#include "eval/report/text_report.h"

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
  const std::string before = to_json(results).dump();
  const auto refused = [&](Results part) {
    try {
      merge(results, std::move(part), "f");
    } catch (const Error& error) {
      EXPECT_EQ(to_json(results).dump(), before);  // nothing of it has been added
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(refused(results_of({picture(2, 1), picture(0, 1)})),
            "f: picture 0 of the data set is there twice");
  EXPECT_EQ(refused(results_of({picture(2, 1), picture(2, 1)})),
            "f: picture 2 of the data set is there twice");
  Results other = results_of({});
  other.setting = {{"model", "b"}};
  EXPECT_EQ(refused(other), "f: model is b, that of the first file a");
  other.setting.clear();
  EXPECT_EQ(refused(other), "f: model is not given, that of the first file a");
  other.setting = {{"model", "a"}, {"flip", "yes"}};
  EXPECT_EQ(refused(other), "f: flip is yes, that of the first file not given");
  other = results_of({});
  other.samples = 9;
  EXPECT_EQ(refused(other),
            "f: is of another data set than the first file, with 9 pictures and not 4");
  other = results_of({});
  other.classes = {"wall"};
  EXPECT_EQ(refused(other), "f: has other names of classes than the first file");
}

std::string error_of_json(const std::string& text) {
  try {
    from_json(text, "f");
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Results, RefusesWhatIsNoJson) {
  for (const char* text : {"", "{", "\xff", "{\"samples\": 1e999}"}) {
    EXPECT_EQ(error_of_json(text), "f: is no result of dpt eval: it is no JSON");
  }
  for (const char* text : {"[", "{\"a\":"}) {
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += text;
    EXPECT_EQ(error_of_json(deep),
              "f: is no result of dpt eval: lists and objects in one another deeper than 8");
  }
}

TEST(Results, RefusesOtherJson) {
  EXPECT_EQ(error_of_json("[]"),
            "f: is no result of dpt eval: expected an object with \"format\", found a list");
  EXPECT_EQ(error_of_json("{}"), "f: is no result of dpt eval: an object without \"format\"");
  const Json good = to_json(results_of({picture(0, 1)}));
  // Whatever stands in the place of a value: one line, and no library's words.
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  for (const char* key :
       {"format", "version", "task", "setting", "samples", "missing", "pictures", "failed"}) {
    for (const std::string& value : {deep, std::string("{\"a\": 3}"), std::string("[7]")}) {
      Json bad = good;
      bad[key] = "HERE";
      std::string text = bad.dump();
      const std::string error = error_of_json(text.replace(text.find("\"HERE\""), 6, value));
      EXPECT_THAT(error, testing::StartsWith("f: is no result of dpt eval: ")) << key;
      EXPECT_THAT(error, testing::Not(HasSubstr("json.exception"))) << key;
      EXPECT_LT(error.size(), 200U);
    }
  }
}

TEST(Results, RefusesCountsBeyond64Bits) {
  const auto full = [](size_t index) {
    Results results;
    results.task = EvalTask::segmentation;
    results.samples = 2;
    results.pictures = {{.index = index, .figures = {1, 1, 1}}};
    results.classes = {"a"};
    results.confusion = Confusion(1, {std::numeric_limits<int64_t>::max(), 0});
    return results;
  };
  Results results = full(0);
  const std::string before = to_json(results).dump();
  try {
    merge(results, full(1), "f");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::input);
    EXPECT_THAT(error.what(), HasSubstr("f: with the files before it the confusion matrix counts"));
  }
  EXPECT_EQ(to_json(results).dump(), before);
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
  EXPECT_THAT(html_of(results, 1), HasSubstr("a,&quot;&lt;b&gt;\\x0a"));
  EXPECT_THAT(table_of(results), HasSubstr("model: a\n1 picture\n"));
}

}  // namespace
}  // namespace dpt::eval
