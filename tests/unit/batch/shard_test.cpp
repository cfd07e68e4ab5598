// Which share of the pictures a process has.
#include "batch/shard.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "support/temporary_folder.h"

namespace dpt::batch {
namespace {

using Process = Settings::Process;
using Level = Process::Level;

Process array_of(const char* index, const char* first, const char* last, const char* step,
                 const char* count) {
  return {.level = Level::array,
          .name = "SLURM_ARRAY_TASK_ID",
          .index = index,
          .first = first,
          .last = last,
          .step = step,
          .count_name = "SLURM_ARRAY_TASK_COUNT",
          .count = count};
}

Process rank_of(const char* index, const char* count) {
  return {.level = Level::process,
          .name = "PMI_RANK",
          .index = index,
          .first = {},
          .last = {},
          .step = {},
          .count_name = "PMI_SIZE",
          .count = count};
}

std::string error_for(const std::string& text, const std::vector<Process>& processes = {}) {
  return test::error_of<Error>([&] { parse_shard(text, "share", processes); });
}

TEST(Shard, SaysWhichOfHowMany) {
  const Shard shard = parse_shard("2/3", "share", {});
  EXPECT_EQ(shard.index, 1U);
  EXPECT_EQ(shard.count, 3U);
  EXPECT_TRUE(shard.holds(1));
  EXPECT_TRUE(shard.holds(4));
  EXPECT_FALSE(shard.holds(0));
}

TEST(Shard, IsEverythingUnlessSaid) {
  const Shard shard = parse_shard("", "share", {});
  EXPECT_TRUE(shard.holds(0));
  EXPECT_TRUE(shard.holds(17));
}

TEST(Shard, EveryPictureHasOneProcess) {
  for (size_t picture = 0; picture < 20; ++picture) {
    int holders = 0;
    for (const char* text : {"1/3", "2/3", "3/3"}) {
      holders += parse_shard(text, "share", {}).holds(picture) ? 1 : 0;
    }
    EXPECT_EQ(holders, 1) << picture;
  }
}

TEST(Shard, RefusesWhatIsNoShare) {
  for (const char* text : {"0/3", "4/3", "3", "1/", "/3", "-1/3", "1/3x", "1 / 3", "1/1000001"}) {
    EXPECT_EQ(error_for(text),
              std::string("share ") + text + ": expected i/n with i from 1 to n, or auto");
  }
}

TEST(Shard, AutoIsTheArraysTask) {
  const std::vector<Process> processes = {array_of("7", "3", "9", "2", "4")};
  const Shard shard = parse_shard("auto", "share", processes);
  EXPECT_EQ(shard.index, 2U);
  EXPECT_EQ(shard.count, 4U);
}

TEST(Shard, ProcessesOfATaskShareTheTasksShare) {
  const std::vector<Process> processes = {array_of("1", "0", "2", "", "3"), rank_of("3", "4")};
  const Shard shard = parse_shard("auto", "share", processes);
  EXPECT_EQ(shard.index, 7U);
  EXPECT_EQ(shard.count, 12U);
}

TEST(Shard, AutoNeedsToBeTold) {
  EXPECT_EQ(error_for("auto").rfind("share auto: none of SLURM_ARRAY_TASK_ID, ", 0), 0U);
  EXPECT_EQ(error_for("auto", {rank_of("1", "")}),
            "share auto: PMI_RANK is set, but PMI_SIZE is not; set it to the number of tasks, or "
            "write share i/n");
  EXPECT_EQ(error_for("auto", {rank_of("four", "8")}),
            "share auto: PMI_RANK is four, of 8 from  to : expected numbers; write share i/n");
  EXPECT_EQ(error_for("auto", {rank_of("8", "8")}),
            "share auto: PMI_RANK is 8, expected one of 8 from 0");
}

TEST(Shard, AutoRefusesAnArrayWithHoles) {
  EXPECT_EQ(error_for("auto", {array_of("7", "1", "7", "1", "3")}),
            "share auto: the 3 tasks from 1 to 7 are not spaced evenly (step 1), so which share "
            "SLURM_ARRAY_TASK_ID = 7 has is not known; write share i/n, for tasks numbered from 0: "
            "share $((SLURM_ARRAY_TASK_ID + 1))/n");
}

TEST(Shard, AutoRefusesTwoArrays) {
  const Process one = array_of("0", "0", "1", "1", "2");
  Process other = one;
  other.name = "SGE_TASK_ID";
  EXPECT_EQ(error_for("auto", {one, other}),
            "share auto: both SLURM_ARRAY_TASK_ID and SGE_TASK_ID are set, so which counts is not "
            "known; write share i/n");
}

}  // namespace
}  // namespace dpt::batch
