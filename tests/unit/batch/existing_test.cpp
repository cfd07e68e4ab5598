// Results that are there already.
#include "batch/existing.h"

#include <gtest/gtest.h>

#include "support/temporary_folder.h"

namespace dpt::batch {
namespace {

namespace fs = std::filesystem;

class ExistingTest : public testing::Test {
 protected:
  ExistingTest() {
    for (const char* name : {"a", "b", "c"}) {
      jobs_.push_back({path(name), {path(name) + ".png", path(name) + ".color.png"}});
    }
    test::TemporaryFolder::write(path("b.color.png"), "result");
    fs::create_directory(path("c.png"));
  }
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

  test::TemporaryFolder folder_;
  std::vector<Job> jobs_;
};

bool never_asked(const Existing&) {
  ADD_FAILURE() << "asked";
  return false;
}

TEST_F(ExistingTest, FilesCountWhicheverResultTheyAre) {
  const Existing found = find_existing(jobs_);
  EXPECT_EQ(found.jobs, 1U);
  EXPECT_EQ(found.first, path("b.color.png"));
  jobs_ = {{path("a"), {"-", "/dev/null", ""}}};
  EXPECT_EQ(find_existing(jobs_).jobs, 0U);
}

TEST_F(ExistingTest, TheyAreReplacedOrLeft) {
  std::vector<Job> jobs = jobs_;
  EXPECT_EQ(leave_out_existing(jobs, Overwrite::yes, never_asked).jobs, 0U);
  EXPECT_EQ(jobs.size(), 3U);
  EXPECT_EQ(leave_out_existing(jobs, Overwrite::no, never_asked).jobs, 1U);
  ASSERT_EQ(jobs.size(), 2U);
  EXPECT_EQ(jobs[1].input, path("c"));
  EXPECT_EQ(leave_out_existing(jobs, Overwrite::ask, never_asked).jobs, 0U);
}

TEST_F(ExistingTest, AQuestionIsAskedOnce) {
  test::TemporaryFolder::write(path("a.png"), "result");
  int questions = 0;
  const auto answer = [&](bool yes) {
    return [&questions, yes](const Existing& found) {
      ++questions;
      EXPECT_EQ(found.jobs, 2U);
      return yes;
    };
  };
  std::vector<Job> jobs = jobs_;
  EXPECT_EQ(leave_out_existing(jobs, Overwrite::ask, answer(true)).jobs, 0U);
  EXPECT_EQ(jobs.size(), 3U);
  EXPECT_EQ(leave_out_existing(jobs, Overwrite::ask, answer(false)).jobs, 2U);
  EXPECT_EQ(jobs.size(), 1U);
  EXPECT_EQ(questions, 2);
}

}  // namespace
}  // namespace dpt::batch
