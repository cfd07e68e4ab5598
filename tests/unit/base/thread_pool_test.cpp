#include "base/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

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

}  // namespace
}  // namespace dpt
