// How a result is shown together with its picture.
#include "result/layout.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace dpt::result {
namespace {

image::Image grey(uint8_t value) {
  image::Image picture(4, 2);
  std::fill_n(picture.data(), picture.bytes(), value);
  return picture;
}

TEST(Layout, HasTheSizeThatItSays) {
  for (const auto& [layout, name] : EnumNames<Layout>::table) {
    const image::Image shown = arranged(layout, grey(10), grey(200));
    const image::Size size = arranged_size(layout, {4, 2});
    EXPECT_EQ(shown.width(), size.width) << name;
    EXPECT_EQ(shown.height(), size.height) << name;
  }
}

TEST(Layout, PutsTheResultBesideBelowOrOverThePicture) {
  const auto last = [](Layout layout) {
    const image::Image shown = arranged(layout, grey(10), grey(200));
    return std::pair<int, int>(shown.data()[0], shown.data()[shown.bytes() - 1]);
  };
  EXPECT_EQ(last(Layout::alone), (std::pair<int, int>(200, 200)));
  EXPECT_EQ(last(Layout::side), (std::pair<int, int>(10, 200)));
  EXPECT_EQ(last(Layout::stack), (std::pair<int, int>(10, 200)));
  EXPECT_EQ(last(Layout::overlay), (std::pair<int, int>(105, 105)));
}

TEST(Layout, IsFoundByItsName) {
  EXPECT_EQ(parse_enum<Layout>("stack"), Layout::stack);
  EXPECT_EQ(name_of(Layout::side), "side");
  EXPECT_FALSE(parse_enum<Layout>("diagonal"));
}

}  // namespace
}  // namespace dpt::result
