#include "base/channel.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>

namespace dpt {
namespace {

TEST(Channel, KeepsTheOrderBetweenTwoThreads) {
  Channel<std::unique_ptr<int>> channel(2);
  std::thread writer([&] {
    for (int i = 0; i < 1000; ++i) EXPECT_TRUE(channel.push(std::make_unique<int>(i)));
    channel.close();
  });
  int expected = 0;
  while (auto value = channel.pop()) EXPECT_EQ(**value, expected++);
  EXPECT_EQ(expected, 1000);
  writer.join();
}

TEST(Channel, WhatWaitsIsHadAfterCloseAndNotAfterCancel) {
  Channel<int> channel(3);
  channel.push(1);
  channel.push(2);
  channel.close();
  EXPECT_FALSE(channel.push(3));
  EXPECT_EQ(channel.pop(), 1);
  channel.cancel();
  EXPECT_EQ(channel.pop(), std::nullopt);
}

TEST(Channel, CancelEndsWaiting) {
  Channel<int> full(1);
  full.push(1);
  std::thread pusher([&] { EXPECT_FALSE(full.push(2)); });
  Channel<int> empty(1);
  std::thread popper([&] { EXPECT_EQ(empty.pop(), std::nullopt); });
  full.cancel();
  empty.cancel();
  pusher.join();
  popper.join();
}

}  // namespace
}  // namespace dpt
