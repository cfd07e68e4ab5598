// dpt eval: figures of models on data sets with truth (docs/evaluation.md).

#include "cli/command.h"
#include "cli/eval_commands.h"

namespace dpt::cli {

namespace {

constexpr const char* examples = R"(Examples:
  dpt eval depth nyu nyu_test/ -m dpt_hybrid_nyu-2ce69ec7.pt --upsample bicubic
  dpt eval depth pairs photos/ -m dpt_hybrid-midas-501f0c75.pt --html report.html
  dpt eval depth kitti eigen_test_files_with_gt.txt --images raw/ --truth depth/ --predictions out/
  dpt eval segment ade20k ADEChallengeData2016/ -m dpt_hybrid-ade20k-53898607.pt --flip
  dpt eval merge part1.json part2.json --html report.html

dpt eval COMMAND --help has the data sets and the protocols.)";

}  // namespace

void add_eval(Parser& app, Command& chosen) {
  Parser& command = *app.add_subcommand("eval", "Figures of a model on a data set with truth");
  command.require_subcommand();
  add_eval_depth(command, chosen);
  add_eval_segment(command, chosen);
  add_eval_merge(command, chosen);
  command.footer(examples);
}

}  // namespace dpt::cli
