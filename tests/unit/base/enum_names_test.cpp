#include "base/enum_names.h"

#include <gmock/gmock.h>

namespace dpt {
namespace other {

enum class Side : uint8_t { left, right };

}  // namespace other

template <>
struct EnumNames<other::Side> {
  static constexpr EnumTable<other::Side, 2> table = {
      {{other::Side::right, "right-hand"}, {other::Side::left, "left-hand"}}};
};

namespace {

enum class Nameless { one };
static_assert(!NamedEnum<Nameless>);
static_assert(!NamedEnum<int>);

TEST(EnumNames, GoBothWays) {
  EXPECT_EQ(name_of(other::Side::left), "left-hand");
  EXPECT_EQ(name_of(other::Side::right), "right-hand");
  EXPECT_EQ(parse_enum<other::Side>("left-hand"), other::Side::left);
  EXPECT_EQ(parse_enum<other::Side>("right-hand"), other::Side::right);
}

TEST(EnumNames, WhatIsNone) {
  EXPECT_EQ(name_of(static_cast<other::Side>(7)), "");
  for (const std::string_view text : {"", "left", "left-handed", "Left-hand"}) {
    EXPECT_EQ(parse_enum<other::Side>(text), std::nullopt) << text;
  }
}

TEST(EnumNames, AreListedInTheTablesOrder) {
  EXPECT_THAT(names_of<other::Side>(), testing::ElementsAre("right-hand", "left-hand"));
}

}  // namespace
}  // namespace dpt
