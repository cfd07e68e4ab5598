#include "cli/eval_run.h"

#include <fmt/core.h>

#include <span>
#include <utility>

#include "assess/assessment.h"
#include "assess/reports.h"
#include "base/error.h"
#include "base/file/folders.h"
#include "base/settings.h"
#include "batch/shard.h"
#include "cli/batch.h"
#include "cli/find_model.h"
#include "cli/paths.h"
#include "cli/replacing.h"
#include "eval/report/text_report.h"
#include "store/hash.h"

namespace dpt::cli {

namespace fs = std::filesystem;

namespace {

std::vector<fs::path> read_by(const EvalOptions& options, const eval::Dataset& dataset) {
  std::vector<fs::path> files = model_files(options.model.model);
  files.emplace_back(options.path);
  for (const eval::Sample& sample : dataset.samples) {
    files.insert(files.end(), {sample.picture, sample.truth, sample.pairs});
  }
  return files;
}

}  // namespace

assess::Model model_of(const EvalOptions& options, model::Task task) {
  const OpenModel model = open_model(options.model, task);
  Console console(options.quiet);
  for (const std::string& note : model.notes) console.note(note);
  const task::InputRule rule = rule_for(*model.engine, options.rule);
  return {model.engine, rule, model.name, store::hash_of_model(model.engine->weights().path())};
}

assess::PredictionFolder predictions_of(const EvalOptions& options, const eval::Dataset& dataset) {
  std::error_code ignored;
  if (!fs::is_directory(options.predictions, ignored)) {
    fail(ErrorKind::input, "--predictions {}: is no folder", shown(options.predictions));
  }
  return {options.predictions, dataset};
}

std::vector<fs::path> paths_of(const ReportOptions& options) {
  return {options.json, options.csv, options.html};
}

int code_for(const eval::Results& results, int code) {
  if (!assess::counts_no_pixel(results)) return code;
  print_error(fmt::format("no pixel of the truth counts: {}",
                          results.task == eval::EvalTask::depth
                              ? "none is inside --crop and between --min-depth and --cap"
                              : "all have labels that are ignored"));
  return 1;
}

void make_report_folders(const ReportOptions& options) {
  for (const fs::path& path : paths_of(options)) {
    if (!path.empty() && !is_stream(path)) make_folders_for(path);
  }
}

void write_reports(const ReportOptions& options, eval::Results& results, bool is_share,
                   Interruption& interruption, Console& console) {
  bool is_on_stdout = false;
  for (const auto& [path, text] : assess::report_texts(
           report_files(options), results, static_cast<size_t>(options.shown), is_share)) {
    interruption.write_file(path, std::as_bytes(std::span(text.data(), text.size())));
    is_on_stdout = is_on_stdout || path == "-";
  }
  if (!is_on_stdout) print_out(eval::table_of(results));
  console.summary(wrote_text(paths_of(options)));
}

int run_evaluation(const EvalOptions& options, const eval::Dataset& dataset, assess::Plan plan,
                   Interruption& interruption) {
  const ReportOptions& reports = options.reports;
  assess::check_reports(report_files(reports));
  refuse_overwriting(paths_of(reports), read_by(options, dataset));
  Console console(options.quiet);
  if (!may_write(paths_of(reports), overwrite_rule(reports.overwrite), console)) return 1;
  const batch::Shard shard = batch::parse_shard(options.shard, "--shard", settings().processes);
  assess::Assessment assessment(
      dataset, std::move(plan),
      {.shard = shard, .threads = thread_count(options.threads), .jobs = options.jobs});
  make_report_folders(reports);
  const int code =
      run_batch({}, assessment.jobs(), console,
                [&](const batch::Callbacks& callbacks) { return assessment.run(callbacks); });
  if (!reports.html.empty()) {
    assessment.add_panels(static_cast<size_t>(reports.shown), [&](std::string_view error) {
      console.error(fmt::format("--html: {}", error));
    });
  }
  eval::Results& results = assessment.results();
  write_reports(reports, results, !options.shard.empty(), interruption, console);
  return code_for(results, code);
}

}  // namespace dpt::cli
