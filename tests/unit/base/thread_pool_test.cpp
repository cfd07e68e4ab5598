#include "base/machine/thread_pool.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace dpt {
namespace {

TEST(ThreadPool, RunsEveryIndexOnce) {
  for (const int threads : {1, 2, 5}) {
    ThreadPool pool(threads);
    for (const int64_t count : {0, 1, 2, 3, 100}) {
      std::vector<std::atomic<int>> hits(static_cast<size_t>(count));
      pool.parallel_for(count, [&](int64_t i, int thread) {
        EXPECT_GE(thread, 0);
        EXPECT_LT(thread, threads);
        ++hits[static_cast<size_t>(i)];
      });
      for (const auto& hit : hits) EXPECT_EQ(hit, 1);
    }
  }
}

TEST(ThreadPool, ManyShortLoops) {
  ThreadPool pool(3);
  std::atomic<int64_t> sum{0};
  for (int loop = 0; loop < 2000; ++loop) {
    pool.parallel_for(7, [&](int64_t i, int) { sum += i; });
  }
  EXPECT_EQ(sum, 2000 * 21);
}

TEST(ThreadPool, PassesAnExceptionOnAndStaysUsable) {
  ThreadPool pool(2);
  EXPECT_THROW(pool.parallel_for(50,
                                 [](int64_t i, int) {
                                   if (i == 3) throw std::runtime_error("three");
                                 }),
               std::runtime_error);
  std::atomic<int> runs{0};
  pool.parallel_for(4, [&](int64_t, int) { ++runs; });
  EXPECT_EQ(runs, 4);
}

TEST(ThreadPool, EveryThreadMayThrow) {
  ThreadPool pool(3);
  for (int loop = 0; loop < 200; ++loop) {
    EXPECT_THROW(pool.parallel_for(9, [](int64_t, int) { throw std::runtime_error("each"); }),
                 std::runtime_error);
  }
  std::atomic<int> runs{0};
  pool.parallel_for(9, [&](int64_t, int) { ++runs; });
  EXPECT_EQ(runs, 9);
}

TEST(ThreadPool, KeepsNoScratchThatItCouldNotGet) {
  ThreadPool pool(2);
  for (const int thread : {0, 1}) {
    ASSERT_NE(pool.scratch(thread, 100), nullptr);
    EXPECT_THROW((void)pool.scratch(thread, SIZE_MAX / 2 + 1), Error);
    std::byte* memory = pool.scratch(thread, 100);
    ASSERT_NE(memory, nullptr);
    memory[99] = std::byte{1};
  }
  EXPECT_THROW((void)pool.shared_scratch(SIZE_MAX / 2 + 1), Error);
  pool.shared_scratch(64)[63] = std::byte{1};
}

/// In a process of its own, since the limit stays.
TEST(ThreadPoolDeathTest, ThreadsThatTheSystemDoesNotGiveAreAnError) {
  constexpr int as_expected = 7;
  const auto ask_for_too_many = [] {
    const rlimit limit{size_t{1} << 30, size_t{1} << 30};
    ::setrlimit(RLIMIT_AS, &limit);
    try {
      const ThreadPool pool(1024);  // 8 MiB of stack each
    } catch (const Error& error) {
      const bool named = std::string_view(error.what()).starts_with("cannot start a thread: ");
      ::_exit(error.kind() == ErrorKind::resource && named ? as_expected : 1);
    }
    ::_exit(2);
  };
  EXPECT_EXIT(ask_for_too_many(), testing::ExitedWithCode(as_expected), "");
}

}  // namespace
}  // namespace dpt
