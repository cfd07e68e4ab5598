// dpt eval merge: the shares of one evaluation as one.
#include <fmt/core.h>

#include "assess/reports.h"
#include "base/file/paths.h"
#include "cli/console.h"
#include "cli/eval_commands.h"
#include "cli/eval_run.h"
#include "cli/replacing.h"

namespace dpt::cli {

namespace {

constexpr const char* examples = R"(Examples:
  dpt eval depth nyu test/ -m weights.pt --shard 1/2 --json part1.json
  dpt eval depth nyu test/ -m weights.pt --shard 2/2 --json part2.json
  dpt eval merge part1.json part2.json --json whole.json

The figures are those of the run without --shard, to the last bit. The HTML report shows the worst and
the best pictures of shares that wrote a report of their own (--html beside --json), and names others.)";

struct Options {
  std::vector<std::string> parts;
  ReportOptions reports;
};

int run_merge(const Options& options, Interruption& interruption) {
  const ReportOptions& reports = options.reports;
  assess::check_reports(report_files(reports));
  refuse_overwriting(paths_of(reports), std::vector<std::filesystem::path>(options.parts.begin(),
                                                                           options.parts.end()));
  Console console(false);
  if (!may_write(paths_of(reports), overwrite_rule(reports.overwrite), console)) return 1;
  eval::Results results = assess::merge_shares(options.parts);
  make_report_folders(reports);
  write_reports(reports, results, false, interruption, console);
  const size_t left_out = assess::left_out_of(results);
  if (left_out == 0) return code_for(results, results.failed.empty() ? 0 : 1);
  print_error(fmt::format("{} of the data set's {} pictures are in none of the files", left_out,
                          results.samples));
  return 1;
}

}  // namespace

void add_eval_merge(Parser& eval, Command& chosen) {
  auto options = std::make_shared<Options>();
  Parser& command = *eval.add_subcommand("merge", "One evaluation from its shares");
  command.add_option("PART", options->parts, "files that --json wrote")
      ->required()
      ->check(refuse_empty)
      ->type_name("")
      ->completes_files({"json"});
  add_report_options(command, options->reports);
  command.footer(examples);
  command.callback([options, &chosen] {
    chosen = [options](Interruption& interruption) { return run_merge(*options, interruption); };
  });
}

}  // namespace dpt::cli
