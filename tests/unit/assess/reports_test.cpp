#include "assess/reports.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "support/temporary_folder.h"

namespace dpt::assess {
namespace {

using test::error_of;
using test::TemporaryFolder;
using testing::HasSubstr;
using testing::Not;

std::vector<ReportFile> files_of(const std::string& json, const std::string& csv,
                                 const std::string& html) {
  return {{ReportFormat::json, json, "--json"},
          {ReportFormat::csv, csv, "--csv"},
          {ReportFormat::html, html, "--html"}};
}

TEST(CheckReports, EachHasAFileOfItsOwn) {
  const TemporaryFolder folder;
  const std::string a = (folder.path() / "a").string();
  const auto error = [](const std::vector<ReportFile>& files) {
    return error_of<Error>([&] { check_reports(files); });
  };
  EXPECT_EQ(error(files_of(a, "", "-")), "no error");
  EXPECT_EQ(error(files_of("/dev/null", "/dev/null", "")), "no error");
  EXPECT_EQ(error(files_of(a, "", (folder.path() / "." / "a").string())),
            "--json and --html: both are " + (folder.path() / "." / "a").string() +
                ", expected files of their own");
  EXPECT_EQ(error(files_of("-", "-", "")), "--json, --csv and --html: only one of them may be -");
  EXPECT_EQ(error(files_of("", folder.path().string(), "")),
            folder.path().string() + ": cannot write: is a folder");
}

eval::Results results_of(std::initializer_list<size_t> indices) {
  eval::Results results;
  results.setting = {{"dataset", "nyu"}};
  results.samples = 4;
  for (const size_t index : indices) {
    results.pictures.push_back({.index = index,
                                .picture = "p" + std::to_string(index),
                                .valid = 1,
                                .figures = std::vector<double>(eval::depth_figure_count, 0.25),
                                .panels = {{"photo", 1, 1, "QUJD"}}});
  }
  return results;
}

TEST(ReportTexts, AreThoseThatAreWanted) {
  eval::Results results = results_of({0});
  const auto texts = report_texts(files_of("", "a.csv", "-"), results, 1, false);
  ASSERT_EQ(texts.size(), 2U);
  EXPECT_EQ(texts[0].path, "a.csv");
  EXPECT_THAT(texts[0].text, HasSubstr("p0"));
  EXPECT_EQ(texts[1].path, "-");
  EXPECT_THAT(texts[1].text, HasSubstr("<html"));
}

TEST(ReportTexts, OnlyAShareKeepsItsPanelsInJson) {
  for (const bool is_share : {false, true}) {
    eval::Results results = results_of({0});
    const auto texts = report_texts(files_of("a.json", "", "a.html"), results, 1, is_share);
    ASSERT_EQ(texts.size(), 2U);
    EXPECT_THAT(texts[1].text, HasSubstr("QUJD"));
    EXPECT_EQ(texts[0].text.find("QUJD") != std::string::npos, is_share);
    EXPECT_EQ(results.pictures[0].panels.empty(), !is_share);
  }
}

TEST(MergeShares, GivesTheWholeInOrder) {
  const TemporaryFolder folder;
  const auto write = [&](const std::string& name, eval::Results results) {
    const std::string path = (folder.path() / name).string();
    TemporaryFolder::write(path, report_texts(files_of(path, "", ""), results, 0, true)[0].text);
    return path;
  };
  const std::vector<std::string> paths = {write("b", results_of({1, 3})),
                                          write("a", results_of({0}))};
  const eval::Results merged = merge_shares(paths);
  ASSERT_EQ(merged.pictures.size(), 3U);
  EXPECT_EQ(merged.pictures[2].picture, "p3");
  EXPECT_EQ(left_out_of(merged), 1U);
  eval::Results other = results_of({2});
  other.setting = {{"dataset", "kitti"}};
  const std::vector<std::string> wrong = {paths[0], write("c", other)};
  EXPECT_THAT(error_of<Error>([&] { (void)merge_shares(wrong); }),
              testing::AllOf(HasSubstr(wrong[1] + ": "), HasSubstr("kitti")));
}

}  // namespace
}  // namespace dpt::assess
