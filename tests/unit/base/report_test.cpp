#include "base/report.h"

#include <gtest/gtest.h>

#include <new>

#include "base/splitmix64.h"

namespace dpt {
namespace {

struct Told {
  int code;
  std::string text;
};

Told told(const std::function<int()>& body) {
  std::string text = "nothing";
  const int code = report_errors(body, [&](const std::string& t) { text = t; });
  return {code, text};
}

TEST(Report, GivesTheCodeOfTheKind) {
  EXPECT_EQ(told([] { return 7; }).code, 7);
  EXPECT_EQ(told([] { return 7; }).text, "nothing");
  const std::array kinds = {ErrorKind::input, ErrorKind::usage, ErrorKind::model,
                            ErrorKind::resource};
  for (size_t i = 0; i < kinds.size(); ++i) {
    const Told t = told([&]() -> int { fail(kinds[i], "it is {}", i); });
    EXPECT_EQ(t.code, static_cast<int>(i) + 1);
    EXPECT_EQ(t.text, fmt::format("it is {}", i));
  }
}

TEST(Report, KnowsWhatOthersThrow) {
  const Told memory = told([]() -> int { throw std::bad_alloc(); });
  EXPECT_EQ(memory.code, 4);
  EXPECT_EQ(memory.text, "not enough memory");
  const Told other = told([]() -> int { throw std::runtime_error("bad\nnews"); });
  EXPECT_EQ(other.code, 1);
  EXPECT_EQ(other.text.find('\n'), std::string::npos);
}

TEST(SplitMix64, IsThePublishedOne) {
  // The first numbers for the state 1234567, as the authors' program prints them.
  SplitMix64 numbers(1234567);
  EXPECT_EQ(numbers.next(), 6457827717110365317U);
  EXPECT_EQ(numbers.next(), 3203168211198807973U);
  EXPECT_EQ(numbers.next(), 9817491932198370423U);
}

}  // namespace
}  // namespace dpt
