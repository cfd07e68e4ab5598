// The loop over jobs.
#include "batch/run_jobs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <new>

#include "base/error.h"
#include "support/temporary_folder.h"

namespace dpt::batch {
namespace {

using testing::ElementsAre;

std::vector<Job> jobs_of(int count) {
  std::vector<Job> jobs;
  for (int i = 0; i < count; ++i) {
    jobs.push_back({std::to_string(i) + ".jpg", {std::to_string(i) + ".png"}});
  }
  return jobs;
}

TEST(RunJobs, GivesRecordsInTheJobsOrder) {
  const std::vector<Job> jobs = jobs_of(50);
  const Worker worker = [](const Job& job) { return job.input.stem().string() + "\n"; };
  std::string records;
  std::string expected;
  for (int i = 0; i < 50; ++i) expected += std::to_string(i) + "\n";
  Callbacks callbacks;
  callbacks.text = [&](const std::string& texts) { records += texts; };
  const BatchResult result = run_jobs(jobs, {worker, worker, worker}, callbacks);
  EXPECT_EQ(records, expected);
  EXPECT_EQ(result.done, 50U);
  EXPECT_TRUE(result.is_whole);
}

TEST(RunJobs, AnInputThatFailsIsNamedAndTheOthersAreDone) {
  const Worker worker = [](const Job& job) -> JobResult {
    if (job.input == "1.jpg") fail(ErrorKind::input, "no picture");
    if (job.input == "2.jpg") fail(ErrorKind::input, "2.png: cannot write");
    JobResult result;
    result.notes = {job.input.string() + ": has a note"};
    return result;
  };
  std::vector<std::string> errors;
  std::vector<std::string> notes;
  Callbacks callbacks;
  callbacks.error = [&](std::string_view text) { errors.emplace_back(text); };
  callbacks.note = [&](std::string_view text) { notes.emplace_back(text); };
  const BatchResult result = run_jobs(jobs_of(4), {worker}, callbacks);
  EXPECT_THAT(errors, ElementsAre("1.jpg: no picture", "2.png: cannot write"));
  EXPECT_THAT(notes, ElementsAre("0.jpg: has a note", "3.jpg: has a note"));
  EXPECT_EQ(result.done, 2U);
  EXPECT_EQ(result.failed, 2U);
  EXPECT_FALSE(result.is_whole);
}

TEST(RunJobs, ErrorsThatAreNotOfOneInputEndTheLoop) {
  std::atomic<int> begun{0};
  const Worker worker = [&](const Job&) -> JobResult {
    ++begun;
    fail(ErrorKind::resource, "too large");
  };
  EXPECT_EQ(test::error_of<Error>([&] { run_jobs(jobs_of(9), {worker}, {}); }), "0.jpg: too large");
  EXPECT_EQ(begun, 1);
  const Worker greedy = [](const Job&) -> JobResult { throw std::bad_alloc(); };
  EXPECT_EQ(test::error_of<Error>([&] { run_jobs(jobs_of(1), {greedy}, {}); }),
            "0.jpg: not enough memory");
}

TEST(RunJobs, TellsProgress) {
  std::vector<std::string> seen;
  Callbacks callbacks;
  callbacks.progress = [&](size_t done, size_t total, const Job& job) {
    seen.push_back(std::to_string(done) + "/" + std::to_string(total) + " " + job.input.string());
  };
  run_jobs(jobs_of(2), {[](const Job&) { return JobResult(); }}, callbacks);
  EXPECT_THAT(seen, ElementsAre("0/2 0.jpg", "1/2 1.jpg"));
}

TEST(RunJobs, CanBeCancelled) {
  int begun = 0;
  Callbacks callbacks;
  callbacks.cancelled = [&] { return begun == 3; };
  const Worker worker = [&](const Job&) {
    ++begun;
    return JobResult();
  };
  EXPECT_EQ(run_jobs(jobs_of(9), {worker}, callbacks).done, 3U);
}

TEST(RunJobs, WhatCannotTakeARecordIsTold) {
  std::vector<std::string> errors;
  Callbacks callbacks;
  callbacks.error = [&](std::string_view text) { errors.emplace_back(text); };
  callbacks.text = [](const std::string&) { fail(ErrorKind::input, "standard output: closed"); };
  const Worker worker = [](const Job&) { return JobResult("record\n"); };
  const BatchResult result = run_jobs(jobs_of(1), {worker}, callbacks);
  EXPECT_THAT(errors, ElementsAre("standard output: closed"));
  EXPECT_EQ(result.done, 1U);
  EXPECT_FALSE(result.is_whole);
}

TEST(SharedThreads, AreAllUsedAndNeverNone) {
  EXPECT_THAT(share_threads(4, 0, 10), ElementsAre(2, 2));
  EXPECT_THAT(share_threads(5, 3, 10), ElementsAre(2, 2, 1));
  EXPECT_THAT(share_threads(2, 4, 10), ElementsAre(1, 1, 1, 1));
  EXPECT_THAT(share_threads(4, 8, 3), ElementsAre(2, 1, 1));
  EXPECT_THAT(share_threads(4, 0, 1), ElementsAre(4));
  EXPECT_THAT(share_threads(1, 0, 10), ElementsAre(1));
  EXPECT_THAT(share_threads(3, 0, 0), ElementsAre(3));
}

}  // namespace
}  // namespace dpt::batch
