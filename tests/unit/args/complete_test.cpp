// What completion offers, and how each shell is told.
#include "args/complete.h"

#include <gmock/gmock.h>

#include "args/shells.h"

namespace dpt::args {

namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

struct Program {
  std::vector<std::string> inputs;
  std::string text, kind;
  bool flag = false;
  Extra extra;
  Parser parser{"A program", "prog"};

  Program() {
    Parser& run = *parser.add_subcommand("run", "Runs");
    run.add_option("INPUT", inputs, "pictures")->completes_files({"jpg"});
    run.add_option("-v,--view", text, "how")->check(one_of({"side", "stack", "alone"}));
    run.add_option("-m,--model", text, "which")
        ->completes([] {
          return std::vector<Candidate>{{"small", "a small one"}, {"large"}};
        })
        ->type_name("FILE");
    run.add_option("--many", inputs, "several")->completes_folders();
    Option* quiet = run.add_flag("-q,--quiet", flag, "less");
    run.add_flag("--loud", flag, "more")->excludes(quiet);
    add_extra(run, "--extra", extra, "one more");
    Parser& group = *parser.add_subcommand("group", "Has commands");
    Parser& inner = *group.add_subcommand("inner", "Is inside");
    inner.add_option("KIND", kind, "first")->completes([] {
      return std::vector<Candidate>{{"nyu"}};
    });
    inner.add_option("PATH", text, "second")->completes_files();
    group.add_subcommand("other", "Is inside, too");
  }

  Completion at(const std::vector<std::string>& words) const { return complete(parser, words); }
  std::vector<std::string> words(const std::vector<std::string>& line) const {
    std::vector<std::string> all;
    for (const Candidate& candidate : at(line).words) all.push_back(candidate.word);
    return all;
  }
};

TEST(Complete, Commands) {
  const Program program;
  EXPECT_THAT(program.words({""}), ElementsAre("run", "group"));
  EXPECT_THAT(program.words({"r"}), ElementsAre("run"));
  EXPECT_THAT(program.words({"group", ""}), ElementsAre("inner", "other"));
  EXPECT_THAT(program.words({"group", "inner", ""}), ElementsAre("nyu"));
  EXPECT_THAT(program.words({"group", "inner", "nyu", ""}), IsEmpty());
  EXPECT_EQ(program.at({"group", "inner", "nyu", ""}).files, Files::any);
  EXPECT_EQ(program.at({"group", "inner", "nyu", "path", ""}).files, Files::none);
  EXPECT_EQ(program.at({""}).files, Files::none);
}

TEST(Complete, Options) {
  const Program program;
  EXPECT_THAT(program.words({"run", "--v"}), ElementsAre("--view"));
  EXPECT_THAT(program.words({"run", "-"}), Contains("-v"));
  EXPECT_THAT(program.words({"run", "--view", "side", "-"}), Not(Contains("--view")));
  EXPECT_THAT(program.words({"run", "-q", "--"}), Not(Contains("--loud")));
  EXPECT_THAT(program.words({"run", "--loud", "--"}), Not(Contains("--quiet")));
  EXPECT_THAT(program.words({"run", "--", "-"}), IsEmpty());
}

TEST(Complete, Values) {
  const Program program;
  EXPECT_THAT(program.words({"run", "--view", ""}), ElementsAre("side", "stack", "alone"));
  EXPECT_THAT(program.words({"run", "-v", "s"}), ElementsAre("side", "stack"));
  EXPECT_THAT(program.words({"run", "--view=st"}), ElementsAre("--view=stack"));
  EXPECT_THAT(program.words({"run", "-qv", "st"}), IsEmpty());
  const Completion model = program.at({"run", "a.jpg", "-m", ""});
  EXPECT_EQ(model.words.size(), 2U);
  EXPECT_EQ(model.words[0].description, "a small one");
  EXPECT_EQ(model.files, Files::any);
  EXPECT_THAT(program.at({"run", ""}).extensions, ElementsAre("jpg"));
  EXPECT_THAT(program.at({"run", "-q", "--view", "side", "a.jpg", ""}).extensions,
              ElementsAre("jpg"));
  EXPECT_EQ(program.at({"run", "--many", "a", ""}).files, Files::folders);
  EXPECT_EQ(program.at({"run", "a.jpg", "--extra", ""}).files, Files::any);
  EXPECT_THAT(program.words({"run", "a.jpg", "--extra", "--vi"}), ElementsAre("--view"));
}

TEST(Complete, AnswersOfShells) {
  const Program program;
  const auto answer = [&](std::vector<std::string> asked) {
    return completion_answer(program.parser, asked);
  };
  EXPECT_EQ(answer({"bash", "2", "prog", "run", "--vi"}), "none\n--view\n");
  EXPECT_EQ(answer({"zsh", "2", "prog", "run", "--vi"}), "none\n--view:how\n");
  EXPECT_EQ(answer({"fish", "2", "prog", "run", "--vi"}), "none\n--view\thow\n");
  EXPECT_EQ(answer({"fish", "2", "prog", "run"}), "files jpg\n");
  EXPECT_EQ(answer({"bash", "2", "prog", "run", "x", "behind the cursor"}), "files jpg JPG\n");
  // bash breaks words at "=", and replaces the last part alone.
  EXPECT_EQ(answer({"bash", "4", "prog", "run", "--view", "=", "st"}), "none\nstack\n");
  EXPECT_EQ(answer({"bash", "3", "prog", "run", "--view", "="}), "none\nside\nstack\nalone\n");
  EXPECT_EQ(answer({"zsh", "2", "prog", "run", "--view=st"}), "none\n--view=stack\n");
}

TEST(Complete, AnswersNothingToNonsense) {
  const Program program;
  for (const std::vector<std::string>& asked :
       std::vector<std::vector<std::string>>{{},
                                             {"bash"},
                                             {"bash", "1"},
                                             {"bash", "x", "prog"},
                                             {"bash", "0", "prog"},
                                             {"bash", "-1", "prog"},
                                             {"bash", "99999999999999999999", "prog"},
                                             {"bash", "4000000000", "prog"}}) {
    EXPECT_EQ(completion_answer(program.parser, asked), "");
  }
}

TEST(Complete, ScriptsNameTheProgram) {
  for (const std::string_view shell : shells) {
    const std::string script = completion_script("prog", shell);
    EXPECT_THAT(script, HasSubstr("__complete " + std::string(shell)));
    EXPECT_THAT(script, HasSubstr("prog"));
    EXPECT_THAT(script, Not(HasSubstr("PROGRAM")));
  }
}

}  // namespace

}  // namespace dpt::args
