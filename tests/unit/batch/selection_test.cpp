// Which jobs are left to do.
#include "batch/selection.h"

#include <gtest/gtest.h>

#include <chrono>

#include "support/temporary_folder.h"

namespace dpt::batch {
namespace {

namespace fs = std::filesystem;

/// Pictures 0.jpg, 1.jpg, ... of a folder, and their results.
class Pictures {
 public:
  explicit Pictures(int count) {
    for (int i = 0; i < count; ++i) {
      jobs.push_back({path(i, ".jpg"), {path(i, ".png")}});
      test::TemporaryFolder::write(jobs.back().input, "picture");
    }
  }

  /// Its result becomes so many seconds newer than the picture.
  void finish(int i, int seconds) const {
    const Job& job = jobs[static_cast<size_t>(i)];
    test::TemporaryFolder::write(job.outputs[0], "result");
    fs::last_write_time(job.outputs[0],
                        fs::last_write_time(job.input) + std::chrono::seconds(seconds));
  }

  /// Numbers of the pictures that are left to do.
  std::vector<int> left(const SelectionRule& rule) const {
    std::vector<int> numbers;
    for (const Job& job : select_jobs(jobs, rule).jobs) {
      numbers.push_back(std::stoi(job.input.stem().string()));
    }
    return numbers;
  }

  std::vector<Job> jobs;

 private:
  fs::path path(int i, const char* extension) const {
    return folder_.path() / (std::to_string(i) + extension);
  }

  test::TemporaryFolder folder_;
};

using Numbers = std::vector<int>;

TEST(Selection, IsEverythingUnlessSaid) {
  const Pictures pictures(3);
  pictures.finish(1, 5);
  EXPECT_EQ(pictures.left({}), (Numbers{0, 1, 2}));
}

TEST(Selection, LeavesOutWhatIsDone) {
  const Pictures pictures(4);
  pictures.finish(0, 0);
  pictures.finish(2, 5);
  pictures.finish(3, -5);
  EXPECT_EQ(pictures.left({.keep = Keep::as_new}), (Numbers{1, 3}));
  EXPECT_EQ(pictures.left({.keep = Keep::present}), (Numbers{1}));
  EXPECT_EQ(select_jobs(pictures.jobs, {.keep = Keep::as_new}).done, 2U);
}

TEST(Selection, NeedsAllResultsOfAPicture) {
  Pictures pictures(1);
  pictures.finish(0, 5);
  pictures.jobs[0].outputs.push_back(pictures.jobs[0].outputs[0].string() + ".jpg");
  EXPECT_EQ(pictures.left({.keep = Keep::present}), (Numbers{0}));
}

TEST(Selection, AStreamIsNeverDone) {
  const std::vector<Job> jobs = {{"-", {"/dev/null"}}, {"/dev/null", {"-"}}};
  EXPECT_EQ(select_jobs(jobs, {.keep = Keep::present}).jobs.size(), 2U);
}

TEST(Selection, CountsOverTheWholeBeforeWhatIsDone) {
  const Pictures pictures(5);
  pictures.finish(0, 5);
  EXPECT_EQ(pictures.left({.shard = {0, 2}, .keep = Keep::as_new}), (Numbers{2, 4}));
  EXPECT_EQ(pictures.left({.shard = {1, 2}, .keep = Keep::as_new}), (Numbers{1, 3}));
}

TEST(Selection, DoesAgainWhatOthersMade) {
  const Pictures pictures(2);
  pictures.finish(0, 5);
  pictures.finish(1, 5);
  SelectionRule rule{.keep = Keep::as_new};
  rule.made_by_others = {pictures.jobs[1].outputs[0]};
  EXPECT_EQ(pictures.left(rule), (Numbers{1}));
  EXPECT_EQ(select_jobs(pictures.jobs, rule).again, 1U);
  rule.keep = Keep::present;
  EXPECT_EQ(pictures.left(rule), (Numbers{}));
}

TEST(Selection, FramesBehindAChangedOneAreDoneAgain) {
  const Pictures pictures(4);
  pictures.finish(0, 5);
  pictures.finish(1, -5);  // the picture has changed
  pictures.finish(2, 5);
  EXPECT_EQ(pictures.left({.keep = Keep::as_new, .in_order = true}), (Numbers{1, 2, 3}));
  EXPECT_EQ(pictures.left({.keep = Keep::as_new}), (Numbers{1, 3}));
}

TEST(Selection, KnowsTheFrameThatOneGoesOnFrom) {
  const Pictures pictures(3);
  pictures.finish(0, 5);
  const Selection selection = select_jobs(pictures.jobs, {.keep = Keep::as_new, .in_order = true});
  ASSERT_EQ(selection.before.size(), 1U);
  EXPECT_EQ(selection.before.at(pictures.jobs[1].input).input, pictures.jobs[0].input);
}

}  // namespace
}  // namespace dpt::batch
