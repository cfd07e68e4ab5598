// Command lines and what they set.
#include "args/parse.h"

#include <gmock/gmock.h>

#include "base/error.h"

namespace dpt::args {

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A program with one command of every kind of option.
struct Program {
  std::vector<std::string> inputs;
  std::string name, list, mode;
  int count = -1;
  std::optional<int> maybe;
  double share = -1;
  uint64_t seed = 0;
  bool quiet = false, loud = false;
  Extra extra;
  std::string chosen;
  Parser parser{"A program", "prog"};
  Parser* run = parser.add_subcommand("run", "Runs");

  Program() {
    parser.require_subcommand();
    parser.set_version_flag(
        "--version", [] { return std::string("prog 7"); }, "the version");
    Parser* tools = parser.add_subcommand("tools", "More");
    tools->callback([this] { chosen = "tools"; });
    Parser* list_command = tools->add_subcommand("list", "Lists");
    list_command->add_option("NAME", name, "what");
    list_command->callback([this] { chosen = "list"; });
    Option* input = run->add_option("INPUT", inputs, "what to read");
    input->required_unless(run->add_option("--list", list, "of inputs"));
    run->add_option("-n,--name", name, "a name")->check(refuse_empty)->type_name("NAME");
    run->add_option("-c,--count", count, "how many")->check(range(1, 9))->type_name("N");
    run->add_option("--maybe", maybe, "or not")->type_name("N");
    run->add_option("--share", share, "a part")->check(range(0.0, 1.0))->type_name("S");
    run->add_option("--seed", seed, "of numbers")->type_name("N");
    run->add_option("--mode", mode, "one of two")->check(one_of({"slow", "fast"}));
    Option* quiet_flag = run->add_flag("-q,--quiet", quiet, "says less");
    run->add_flag("-l,--loud", loud, "says more")->excludes(quiet_flag);
    add_extra(*run, "--extra", extra, "one more file");
    run->callback([this] { chosen = "run"; });
  }

  std::optional<std::string> parse(std::vector<std::string> arguments) {
    return args::parse(parser, std::move(arguments), 80);
  }

  std::string error(std::vector<std::string> arguments) {
    try {
      parse(std::move(arguments));
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      EXPECT_EQ(chosen, "");
      return error.what();
    }
    return "none";
  }
};

TEST(Parse, SetsEveryKindOfValue) {
  Program program;
  EXPECT_FALSE(program.parse({"run", "a", "-n", "x", "b", "-c3", "--maybe=0", "--share", "0.25",
                              "--seed", "18446744073709551615", "--mode", "fast", "-q"}));
  EXPECT_THAT(program.inputs, ElementsAre("a", "b"));
  EXPECT_EQ(program.name, "x");
  EXPECT_EQ(program.count, 3);
  EXPECT_EQ(program.maybe, 0);
  EXPECT_EQ(program.share, 0.25);
  EXPECT_EQ(program.seed, 18446744073709551615U);
  EXPECT_EQ(program.mode, "fast");
  EXPECT_TRUE(program.quiet);
  EXPECT_FALSE(program.loud);
  EXPECT_FALSE(program.extra.wanted);
  EXPECT_EQ(program.chosen, "run");
}

TEST(Parse, LeavesWhatIsNotGiven) {
  Program program;
  EXPECT_FALSE(program.parse({"run", "a"}));
  EXPECT_EQ(program.count, -1);
  EXPECT_EQ(program.maybe, std::nullopt);
  EXPECT_EQ(program.run->count("--count"), 0U);
}

TEST(Parse, TheLastOfSeveralCounts) {
  Program program;
  EXPECT_FALSE(program.parse({"run", "a", "-c", "1", "--count", "2", "-q", "-q"}));
  EXPECT_EQ(program.count, 2);
  EXPECT_EQ(program.run->count("--count"), 2U);
  EXPECT_THAT(program.run->find_option("-c")->values(), ElementsAre("1", "2"));
}

TEST(Parse, ListReplacesTheInput) {
  Program program;
  EXPECT_THAT(program.error({"run"}), HasSubstr("INPUT is required (prog run --help)"));
  EXPECT_FALSE(Program().parse({"run", "--list", "l"}));
}

TEST(Parse, NumbersAreDecimalAndWhole) {
  for (const char* text : {"", "x", "0x3", "03x", "3.5", " 3", "+3", "99999999999999999999"}) {
    EXPECT_THAT(Program().error({"run", "a", "-c", text}), HasSubstr("--count: Value")) << text;
    EXPECT_THAT(Program().error({"run", "a", "--maybe", text}), HasSubstr("--maybe")) << text;
  }
  Program program;
  EXPECT_FALSE(program.parse({"run", "a", "-c", "03"}));
  EXPECT_EQ(program.count, 3);
}

TEST(Parse, RangesRefuseWhatIsOutside) {
  EXPECT_EQ(Program().error({"run", "a", "-c", "10"}),
            "--count: Value 10 not in range [1 - 9] (prog run --help)");
  for (const char* text : {"-0.1", "1.5", "nan", "inf", "-nan"}) {
    EXPECT_THAT(Program().error({"run", "a", "--share", text}), HasSubstr("not in range [0 - 1]"));
  }
  EXPECT_EQ(Program().error({"run", "a", "--mode", "jet"}),
            "--mode: jet not in {slow,fast} (prog run --help)");
  EXPECT_EQ(Program().error({"run", "a", "-n", ""}),
            "--name: the value is empty (prog run --help)");
  EXPECT_EQ(Program().error({"run", "a", "--name="}), "--name= has an empty value");
}

TEST(Parse, ExtrasHaveAnOptionalPath) {
  Program alone;
  EXPECT_FALSE(alone.parse({"run", "a", "--extra"}));
  EXPECT_TRUE(alone.extra.wanted);
  EXPECT_EQ(alone.extra.path, "");
  Program named;
  EXPECT_FALSE(named.parse({"run", "a", "--extra", "e"}));
  EXPECT_EQ(named.extra.path, "e");
  Program joined;
  EXPECT_FALSE(joined.parse({"run", "--extra=e", "a"}));
  EXPECT_EQ(joined.extra.path, "e");
  EXPECT_EQ(Program().error({"run", "--extra", "e", "a"}),
            "--extra e: name the inputs first, or write --extra=e");
}

TEST(Parse, ExcludedOptions) {
  EXPECT_THAT(Program().error({"run", "a", "-l", "-q"}), HasSubstr("--quiet excludes --loud"));
}

TEST(Parse, ArgumentsThatLookLikeSomethingElse) {
  Program program;
  EXPECT_FALSE(program.parse({"run", "--", "[a,b]", "{}", "-q", "--name"}));
  EXPECT_THAT(program.inputs, ElementsAre("./[a,b]", "./{}", "./-q", "./--name"));
  EXPECT_FALSE(program.quiet);
}

TEST(Parse, BehindTwoDashesEverythingIsAnInput) {
  using Words = std::vector<std::string>;
  for (const Words& line :
       {Words{"run", "--", "a", "-q"}, Words{"run", "a", "--", "-q"},
        Words{"run", "-c", "1", "--", "a", "-q"}, Words{"run", "--extra", "--", "a", "-q"},
        Words{"run", "a", "--extra", "e", "--", "-q"}}) {
    Program program;
    EXPECT_FALSE(program.parse(line));
    EXPECT_THAT(program.inputs, ElementsAre("a", "./-q")) << line.back();
    EXPECT_FALSE(program.quiet);
  }
}

TEST(Parse, InputsMayBeCalledAsCommands) {
  for (const std::vector<std::string>& line :
       {std::vector<std::string>{"tools", "list", "list"}, {"tools", "list", "--", "run"}}) {
    Program program;
    EXPECT_FALSE(program.parse(line));
    EXPECT_EQ(program.name, line.back());
    EXPECT_EQ(program.chosen, "list");
  }
}

TEST(Parse, UnknownWords) {
  EXPECT_EQ(Program().error({"runn"}), "unknown command runn; did you mean run? (prog --help)");
  EXPECT_EQ(Program().error({"run", "a", "--naem", "x"}),
            "unknown option --naem; did you mean --name? (prog run --help)");
  EXPECT_EQ(Program().error({}), "a command is required: run, tools (prog --help)");
  EXPECT_EQ(Program().error({"tools", "lst"}),
            "unknown command lst; did you mean list? (prog tools --help)");
}

TEST(Parse, OnlyTheInnermostCommandIsChosen) {
  Program outer;
  EXPECT_FALSE(outer.parse({"tools"}));
  EXPECT_EQ(outer.chosen, "tools");
  Program inner;
  EXPECT_FALSE(inner.parse({"tools", "list"}));
  EXPECT_EQ(inner.chosen, "list");
}

TEST(Parse, HelpAndVersionGoBeforeEverything) {
  Program program;
  EXPECT_EQ(program.parse({"--version"}), "prog 7\n");
  EXPECT_THAT(*program.parse({"run", "--help"}), HasSubstr("Usage: prog run [OPTIONS] INPUT..."));
  EXPECT_EQ(program.chosen, "");
}

}  // namespace

}  // namespace dpt::args
