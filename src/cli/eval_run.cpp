#include "cli/eval_run.h"

#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <span>

#include "base/error.h"
#include "base/file/folders.h"
#include "base/settings.h"
#include "batch/shard.h"
#include "cli/batch.h"
#include "cli/console.h"
#include "cli/find_model.h"
#include "cli/json_output.h"
#include "cli/paths.h"
#include "cli/replacing.h"
#include "eval/report/html_report.h"
#include "eval/report/text_report.h"

namespace dpt::cli {

namespace fs = std::filesystem;

namespace {

/// What several threads find, picture by picture.
class Collected {
 public:
  explicit Collected(eval::Results& results) : results_(results) {}

  /// Throws what the evaluator throws, having noted a picture that cannot be read.
  void add(Evaluator& evaluator, const eval::Sample& sample, size_t index) {
    try {
      eval::PictureResult result = evaluator.evaluate(sample, index);
      result.index = index;
      result.picture = sample.name;
      const std::lock_guard lock(mutex_);
      results_.pictures.push_back(std::move(result));
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::input) {
        const std::lock_guard lock(mutex_);
        results_.failed.push_back({index, sample.name, error.what()});
      }
      throw;
    }
  }

 private:
  std::mutex mutex_;
  eval::Results& results_;
};

/// Panels of the worst and the best pictures. One that cannot be shown (a photo that only the
/// report needs) is named, and its figures are there all the same.
void add_panels(eval::Results& results, size_t count, const eval::Dataset& dataset,
                Evaluator& evaluator, Console& console) {
  std::vector<const eval::PictureResult*> pictures = eval::worst_of(results, count);
  const std::vector<const eval::PictureResult*> best = eval::best_of(results, count);
  pictures.insert(pictures.end(), best.begin(), best.end());
  for (const eval::PictureResult* found : pictures) {
    eval::PictureResult& picture =
        results.pictures[static_cast<size_t>(found - results.pictures.data())];
    try {
      for (const eval::Panel& panel :
           evaluator.panels(dataset.samples[picture.index], picture.index)) {
        picture.panels.push_back(eval::shown_panel(panel));
      }
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::input) throw;
      console.error(fmt::format("--html: {}", error.what()));
    }
  }
}

void write_text(const std::string& path, const std::string& text, Interruption& interruption) {
  if (path.empty()) return;
  interruption.write_file(path, std::as_bytes(std::span(text.data(), text.size())));
}

std::vector<fs::path> read_by(const EvalOptions& options, const eval::Dataset& dataset) {
  std::vector<fs::path> files = model_files(options.model.model);
  files.emplace_back(options.path);
  for (const eval::Sample& sample : dataset.samples) {
    files.insert(files.end(), {sample.picture, sample.truth, sample.pairs});
  }
  return files;
}

}  // namespace

std::vector<fs::path> paths_of(const ReportOptions& options) {
  return {options.json, options.csv, options.html};
}

int code_for(const eval::Results& results, int code) {
  const bool is_whole = results.pictures.size() + results.failed.size() == results.samples;
  if (!is_whole || results.pictures.empty() ||
      eval::skipped_in(results) < results.pictures.size()) {
    return code;
  }
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

void write_reports(const ReportOptions& options, const eval::Results& results,
                   const std::string& html, Interruption& interruption, Console& console) {
  if (!options.json.empty()) {
    write_text(options.json, eval::to_json(results).dump() + "\n", interruption);
  }
  if (!options.csv.empty()) write_text(options.csv, eval::csv_of(results), interruption);
  write_text(options.html, html, interruption);
  if (options.json != "-" && options.csv != "-" && options.html != "-") {
    print_out(eval::table_of(results));
  }
  console.summary(wrote_text(paths_of(options)));
}

int run_evaluation(const EvalOptions& options, const eval::Dataset& dataset,
                   const MakeEvaluator& make, eval::Results results, Interruption& interruption) {
  const ReportOptions& reports = options.reports;
  check_reports(reports);
  refuse_overwriting(paths_of(reports), read_by(options, dataset));
  Console console(options.quiet);
  if (!may_write(paths_of(reports), overwrite_rule(reports.overwrite), console)) return 1;
  const batch::Shard shard = batch::parse_shard(options.shard, "--shard", settings().processes);
  results.setting.emplace_back("names", eval::hash_of_names(dataset));
  results.samples = dataset.samples.size();
  results.missing = dataset.missing;
  std::vector<Job> jobs;
  std::vector<size_t> indices;
  for (size_t i = 0; i < dataset.samples.size(); ++i) {
    if (!shard.holds(i)) continue;
    jobs.push_back({dataset.samples[i].picture, {}});
    indices.push_back(i);
  }
  Collected collected(results);
  std::vector<std::unique_ptr<Evaluator>> evaluators;
  std::vector<Worker> workers;
  for (const int threads :
       share_threads(thread_count(options.threads), options.jobs, jobs.size())) {
    Evaluator& evaluator = *evaluators.emplace_back(make(threads));
    workers.emplace_back([&](const Job& job) {
      const size_t i = indices[static_cast<size_t>(&job - jobs.data())];
      collected.add(evaluator, dataset.samples[i], i);
      return std::string();
    });
  }
  make_report_folders(reports);
  const int code = run_batch({}, jobs, console, workers, nullptr);
  eval::put_in_order(results, "results");
  for (const auto& evaluator : evaluators) {
    if (evaluator->confusion() != nullptr) results.confusion->add(*evaluator->confusion());
  }
  std::string html;
  if (!reports.html.empty()) {
    const auto count = static_cast<size_t>(reports.shown);
    add_panels(results, count, dataset, *evaluators.front(), console);
    html = eval::html_of(results, count);
  }
  if (options.shard.empty()) {  // what a share shows is there for the report of all
    for (eval::PictureResult& picture : results.pictures) picture.panels.clear();
  }
  write_reports(reports, results, html, interruption, console);
  return code_for(results, code);
}

}  // namespace dpt::cli
