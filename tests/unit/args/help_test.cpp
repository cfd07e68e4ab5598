// What --help prints.
#include "args/help.h"

#include <gmock/gmock.h>

#include <array>
#include <sstream>

#include "args/wrap.h"

namespace dpt::args {

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Wrap, BreaksBetweenWords) {
  EXPECT_EQ(wrapped("one two  three\nfour", 9, 0), "one two\nthree\nfour\n");
  EXPECT_EQ(wrapped("one two three", 9, 2), "  one two\n  three\n");
  EXPECT_EQ(wrapped("a considerable word", 5, 0), "a\nconsiderable\nword\n");
  EXPECT_EQ(wrapped("", 9, 2), "");
}

TEST(Wrap, FootersKeepExamples) {
  const std::string text = "Examples:\n  prog a     does a\n  prog b\n\nSome prose that\nis long.";
  EXPECT_EQ(wrapped_footer(text, 80),
            "Examples:\n  prog a     does a\n  prog b\n\nSome prose that is long.\n");
  EXPECT_EQ(wrapped_footer(text, 12),
            "Examples:\n  prog a\n      does a\n  prog b\n\nSome prose\nthat is\nlong.\n");
  EXPECT_EQ(wrapped_footer("  nyu    a folder of pictures", 24),
            "  nyu    a folder of\n         pictures\n");
}

TEST(Help, ShowsGroupsAlignedAndWrapped) {
  Parser parser("A program", "prog");
  std::vector<std::string> inputs;
  std::string text;
  bool flag = false;
  {
    const GroupScope group(parser, "Input");
    parser.add_option("INPUT", inputs, "what to read")->required();
  }
  parser.add_option("-o,--output", text, "where the results of this program are put")
      ->type_name("PATH");
  {
    const GroupScope group(parser, "Input");
    parser.add_flag("--all", flag, "everything");
  }
  parser.add_option("--kind", text, "of it")->check(one_of({"big", "small"}))->type_name("KIND");
  parser.add_option("--parts", text, "how many")->check(range(1, 9))->type_name("N");
  parser.add_option("--a-long-name-of-an-option", text, "far")->type_name("VALUE");
  parser.footer("The end.");
  EXPECT_EQ(help_text(parser, 60), R"(A program

Usage: prog [OPTIONS] INPUT...

Input:
  INPUT...                  what to read
      --all                 everything

Options:
  -h, --help                print this and exit
  -o, --output PATH         where the results of this
                            program are put
      --kind KIND           of it (big, small)
      --parts N             how many (1 to 9)
      --a-long-name-of-an-option VALUE
                            far

The end.
)");
  for (const size_t columns : {40, 50, 100}) {
    std::istringstream lines(help_text(parser, columns));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), columns) << line;
  }
}

TEST(Help, KnowsTheOrderOfGroupsAndWhatHoldsForAll) {
  constexpr std::array<std::string_view, 3> order = {"First", "Unused", "Second"};
  Parser parser("A program", "prog");
  parser.order_groups(order);
  parser.section("Exit codes", "0 done.");
  Parser& inner = *parser.add_subcommand("inner", "Does it");
  bool flag = false;
  inner.add_flag("--a", flag, "")->group("Own");
  inner.add_flag("--b", flag, "")->group("Second");
  inner.add_flag("--c", flag, "")->group("First");
  EXPECT_THAT(headings_of(inner), ElementsAre("First", "Second", "Own", "Options"));
  EXPECT_THAT(help_text(parser, 80), HasSubstr("\nExit codes: 0 done.\n"));
  EXPECT_THAT(help_text(inner, 80), Not(HasSubstr("Exit codes")));
}

TEST(Help, ListsCommands) {
  Parser parser("A program", "prog");
  Parser* inner = parser.add_subcommand("inner", "Does it");
  parser.require_subcommand();
  EXPECT_THAT(help_text(parser, 80), HasSubstr("Usage: prog [OPTIONS] COMMAND\n"));
  EXPECT_THAT(help_text(parser, 80), HasSubstr("Commands:\n  inner  Does it\n"));
  EXPECT_THAT(help_text(*inner, 80), HasSubstr("Usage: prog inner [OPTIONS]\n"));
}

}  // namespace

}  // namespace dpt::args
