#include "base/clock_time.h"

#include <gtest/gtest.h>

namespace dpt {
namespace {

TEST(ClockTime, SecondsMinutesHours) {
  EXPECT_EQ(parse_clock_time("0"), 0);
  EXPECT_EQ(parse_clock_time("90"), 90);
  EXPECT_EQ(parse_clock_time("7.25"), 7.25);
  EXPECT_EQ(parse_clock_time("1:30"), 90);
  EXPECT_EQ(parse_clock_time("100:00.5"), 6000.5);
  EXPECT_EQ(parse_clock_time("01:02:03.5"), 3723.5);
}

TEST(ClockTime, NothingElse) {
  for (const char* text :
       {"",        ":",       "1:",     ":1",  "-1",  "+1",         " 1",
        "1 ",      "1s",      "1e3",    "inf", "nan", "0x10",       "1:60",
        "1:60:00", "1:2:3:4", "1.5:00", "1,5", ".5",  "1000000001", "99999999:00:00"}) {
    EXPECT_FALSE(parse_clock_time(text)) << text;
  }
  EXPECT_EQ(parse_clock_time("5."), 5);
}

}  // namespace
}  // namespace dpt
