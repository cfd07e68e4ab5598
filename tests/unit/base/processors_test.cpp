#include "base/machine/processors.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <limits>

#include "support/temporary_folder.h"

namespace dpt {
namespace {

namespace fs = std::filesystem;

constexpr double none = std::numeric_limits<double>::infinity();

/// A root folder with the files that the system would have.
class Processors : public testing::Test {
 protected:
  void write(const std::string& path, const std::string& text) const {
    const fs::path file = root() / path;
    fs::create_directories(file.parent_path());
    test::TemporaryFolder::write(file, text);
  }
  fs::path root() const { return folder_.path(); }
  double quota() const { return detail::processor_quota(root()); }

 private:
  test::TemporaryFolder folder_;
};

TEST_F(Processors, WithoutControlGroupsThereIsNoQuota) {
  EXPECT_EQ(quota(), none);
  write("proc/self/cgroup", "garbage\n0::\n::::\n");
  write("proc/self/mountinfo", "garbage - \n - cgroup2\n1 2 0:3 / /sys/fs/cgroup\n");
  EXPECT_EQ(quota(), none);
}

TEST_F(Processors, TheSmallestQuotaOnTheWayToTheGroupCounts) {
  write("proc/self/cgroup", "0::/user.slice/a/b\n");
  write("proc/self/mountinfo",
        "24 1 0:22 / /proc rw - proc proc rw\n"
        "35 24 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n");
  EXPECT_EQ(quota(), none);
  write("sys/fs/cgroup/user.slice/cpu.max", "max 100000\n");
  EXPECT_EQ(quota(), none);
  write("sys/fs/cgroup/user.slice/a/cpu.max", "250000 100000\n");
  EXPECT_EQ(quota(), 2.5);
  write("sys/fs/cgroup/user.slice/a/b/cpu.max", "400000 100000\n");
  EXPECT_EQ(quota(), 2.5);
  write("sys/fs/cgroup/user.slice/cpu.max", "50000 100000\n");
  EXPECT_EQ(quota(), 0.5);
  write("sys/fs/cgroup/user.slice/cpu.max", "nonsense 0\n");
  EXPECT_EQ(quota(), 2.5);
}

TEST_F(Processors, InAContainerTheGroupItselfIsMounted) {
  write("proc/self/cgroup", "0::/docker/123/inner\n");
  write("proc/self/mountinfo", "35 24 0:30 /docker/123 /sys/fs/cgroup ro - cgroup2 cgroup rw\n");
  write("sys/fs/cgroup/cpu.max", "300000 100000\n");
  EXPECT_EQ(quota(), 3);
  write("sys/fs/cgroup/inner/cpu.max", "100000 100000\n");
  EXPECT_EQ(quota(), 1);
  // With a name space of its own, the container sees a path that leads out of what is mounted.
  write("proc/self/cgroup", "0::/../elsewhere\n");
  write("proc/self/mountinfo", "35 24 0:30 / /sys/fs/cgroup ro - cgroup2 cgroup rw\n");
  EXPECT_EQ(quota(), 3);
}

TEST_F(Processors, VersionOneHasTwoFiles) {
  write("proc/self/cgroup", "5:cpuset:/x\n4:cpuacct,cpu:/a\n0::/a\n");
  write("proc/self/mountinfo",
        "30 24 0:27 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n"
        "31 24 0:28 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
        "32 24 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
  write("sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us", "100000\n");
  write("sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us", "-1\n");
  EXPECT_EQ(quota(), none);
  write("sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us", "150000\n");
  EXPECT_EQ(quota(), 1.5);
}

TEST_F(Processors, HardwareThreadsOfACoreCountOnce) {
  EXPECT_EQ(detail::count_cores({0, 1, 2}, root()), 3);
  for (const auto& [processor, siblings] :
       {std::pair{0, "0,4"}, {1, "1,5"}, {4, "0,4"}, {5, "1,5"}, {6, "6"}}) {
    write(
        "sys/devices/system/cpu/cpu" + std::to_string(processor) + "/topology/thread_siblings_list",
        std::string(siblings) + "\n");
  }
  EXPECT_EQ(detail::count_cores({0, 1, 4, 5}, root()), 2);
  EXPECT_EQ(detail::count_cores({4, 5, 6}, root()), 3);  // a core of which one thread is allowed
  EXPECT_EQ(detail::count_cores({0, 4}, root()), 1);
}

TEST(UsableCores, FollowsTheAffinityMask) {
  EXPECT_GE(usable_cores(), 1);
  cpu_set_t before;
  ASSERT_EQ(sched_getaffinity(0, sizeof(before), &before), 0);
  int first = 0;
  while (!CPU_ISSET(first, &before)) ++first;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(first, &one);
  ASSERT_EQ(sched_setaffinity(0, sizeof(one), &one), 0);
  EXPECT_EQ(usable_cores(), 1);
  ASSERT_EQ(sched_setaffinity(0, sizeof(before), &before), 0);
}

}  // namespace
}  // namespace dpt
