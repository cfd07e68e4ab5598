#include "base/file/numbered_name.h"

#include <gtest/gtest.h>

namespace dpt {
namespace {

TEST(NumberedName, OneNumberInTheLastPart) {
  const auto name = NumberedName::parse("50% off/a_%04d.png");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->of(7), "50% off/a_0007.png");
  EXPECT_EQ(name->of(123456), "50% off/a_123456.png");
  EXPECT_EQ(name->folder(), "50% off");
  EXPECT_EQ(name->before(), "a_");
  EXPECT_EQ(name->after(), ".png");
  EXPECT_EQ(name->number_of("x/a_0012.png"), 12);
  for (const char* other : {"a_12.png", "a_0012.jpg", "b_0012.png", "a_-012.png", "a_.png"}) {
    EXPECT_FALSE(name->number_of(other)) << other;
  }
  EXPECT_EQ(NumberedName::parse("%d")->folder(), ".");
  EXPECT_EQ(NumberedName::parse("%d")->number_of("10"), 10);
  EXPECT_FALSE(NumberedName::parse("%d")->number_of("010"));
}

TEST(NumberedName, OtherPercentSignsStandForThemselves) {
  EXPECT_EQ(NumberedName::parse("50% %02d.png")->of(3), "50% 03.png");
  EXPECT_EQ(NumberedName::parse("50%% %02d%%.png")->of(3), "50% 03%.png");
  EXPECT_EQ(NumberedName::parse("a%%d/%d%x.png")->of(3), "a%%d/3%x.png");
  EXPECT_EQ(NumberedName::parse("50% 100%d.png")->of(3), "50% 1003.png");
}

TEST(NumberedName, NamesWithoutOneNumber) {
  for (const char* plain : {"", "a.png", "50% a.mp4", "100%", "a%", "%%d.png", "%x.png", "%04x.png",
                            "%d_%d.png", "%d/a.png", "%d/", "%019d.png", "% 4d.png", "%-4d.png"}) {
    EXPECT_FALSE(NumberedName::parse(plain)) << plain;
  }
}

}  // namespace
}  // namespace dpt
