#include "backend/cpu/constant_store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <stdexcept>

#include "base/machine/thread_pool.h"

namespace dpt::cpu {
namespace {

/// A matrix whose reading fails so many times.
graph::ConstantPtr failing(const std::shared_ptr<std::atomic<int>>& failures) {
  return graph::make_constant("a", Shape{8, 16}, [=](int64_t first, int64_t count, float* out) {
    if (failures->fetch_sub(1) > 0) throw std::runtime_error("cannot be read");
    std::iota(out, out + count * 16, static_cast<float>(first * 16));
  });
}

TEST(ConstantStore, HoldsNothingOfAConstantThatCannotBeRead) {
  const auto failures = std::make_shared<std::atomic<int>>(2);
  const graph::ConstantPtr constant = failing(failures);
  ConstantStore store(backend::Precision::fp32);
  EXPECT_THROW((void)store.plain(constant), std::runtime_error);
  EXPECT_EQ(store.bytes(), 0U);
  EXPECT_THROW((void)store.linear(constant, store.arithmetic()), std::runtime_error);
  EXPECT_EQ(store.bytes(), 0U);
  const float* plain = store.plain(constant);
  for (int i = 0; i < 8 * 16; ++i) EXPECT_EQ(plain[i], static_cast<float>(i));
  EXPECT_EQ(store.plain(constant), plain);
  EXPECT_EQ(store.linear(constant, store.arithmetic()), store.linear(constant, store.arithmetic()));
  EXPECT_GE(store.bytes(), 2 * 8 * 16 * sizeof(float) / 2);
}

TEST(ConstantStore, ThreadsThatWaitForOneThatFailsTryThemselves) {
  const auto failures = std::make_shared<std::atomic<int>>(3);
  const graph::ConstantPtr constant = failing(failures);
  ConstantStore store(backend::Precision::fp32);
  ThreadPool pool(4);
  std::atomic<int> failed{0};
  std::atomic<int> made{0};
  pool.parallel_for(8, [&](int64_t, int) {
    try {
      made += store.plain(constant)[17] == 17 ? 1 : 0;
    } catch (const std::runtime_error&) {
      ++failed;
    }
  });
  EXPECT_EQ(failed, 3);
  EXPECT_EQ(made, 5);
}

}  // namespace
}  // namespace dpt::cpu
