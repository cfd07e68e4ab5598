#include "base/file/text_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace dpt {
namespace {

using namespace std::string_view_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  for_each_line(text, [&](std::string_view line, int number) {
    lines.emplace_back(line);
    EXPECT_EQ(number, static_cast<int>(lines.size()));
  });
  return lines;
}

TEST(TextLines, EndAsAnySystemEndsThem) {
  EXPECT_THAT(lines_of(""), IsEmpty());
  EXPECT_THAT(lines_of("a b\n\nc\n"), ElementsAre("a b", "", "c"));
  EXPECT_THAT(lines_of("a\r\nb\r\n"), ElementsAre("a", "b"));
  EXPECT_THAT(lines_of("a\rb\r"), ElementsAre("a", "b"));
  EXPECT_THAT(lines_of("a\rb\nc"), ElementsAre("a\rb", "c"));
  EXPECT_THAT(lines_of("a\nb\r\0c\0"sv), ElementsAre("a\nb\r", "c"));
}

TEST(TextLines, LeaveOutByteOrderMarks) {
  EXPECT_THAT(lines_of("\xEF\xBB\xBF"
                       "a\n\xEF\xBB\xBF"
                       "b\n"),
              ElementsAre("a", "b"));
  EXPECT_THAT(lines_of("\xEF\xBB\xBF"
                       "a\0b\0"sv),
              ElementsAre("a", "b"));
  EXPECT_THAT(lines_of("\xEF\xBB\xBF\r\na\r\n"), ElementsAre("", "a"));
}

TEST(TextLines, RefuseWideTextByName) {
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("dpt-text-" + std::to_string(::getpid()));
  for (const auto& [bytes, name] :
       {std::pair{"\xFF\xFE"
                  "a\0"sv,
                  "UTF-16"},
        std::pair{"\xFE\xFF\0a"sv, "UTF-16"}, std::pair{"\xFF\xFE\0\0a\0\0\0"sv, "UTF-32"},
        std::pair{"\0\0\xFE\xFF\0\0\0a"sv, "UTF-32"}}) {
    std::ofstream(path, std::ios::binary) << bytes;
    try {
      read_list_text(path);
      ADD_FAILURE() << name;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::input);
      EXPECT_THAT(error.what(), HasSubstr(": is " + std::string(name) + " text, expected UTF-8"));
    }
  }
  std::ofstream(path, std::ios::binary) << "a\n";
  EXPECT_EQ(read_list_text(path), "a\n");
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace dpt
