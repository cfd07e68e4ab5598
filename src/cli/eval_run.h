// The loop over a data set, and what is written of it.
#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "cli/console.h"
#include "cli/eval_options.h"
#include "cli/interruption.h"
#include "eval/confusion.h"
#include "eval/report/panels.h"
#include "eval/report/results.h"

namespace dpt::cli {

/// Evaluates pictures for one thread.
class Evaluator {
 public:
  virtual ~Evaluator() = default;
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  /// The figures of a picture; `valid` and `figures` are set. Throws Error(input).
  virtual eval::PictureResult evaluate(const eval::Sample& sample, size_t index) = 0;
  /// The picture beside its prediction and its truth.
  virtual std::vector<eval::Panel> panels(const eval::Sample& sample, size_t index) = 0;
  /// Of all pictures that this evaluator has seen; null for depth.
  virtual const eval::Confusion* confusion() const { return nullptr; }

 protected:
  Evaluator() = default;
};

/// `threads`: of the model.
using MakeEvaluator = std::function<std::unique_ptr<Evaluator>(int threads)>;

/// The exit code of an evaluation that would end with `code`: 1, having said so, where no pixel of
/// the whole data set counts.
int code_for(const eval::Results& results, int code);

/// Does this process's share of the data set, fills `results` and writes the reports. Returns the
/// exit code: 1 when a picture failed, and as code_for().
int run_evaluation(const EvalOptions& options, const eval::Dataset& dataset,
                   const MakeEvaluator& make, eval::Results results, Interruption& interruption);

/// Where the reports go; empty where one is not wanted.
std::vector<std::filesystem::path> paths_of(const ReportOptions& options);

/// Makes the folders of the reports. Throws Error(input).
void make_report_folders(const ReportOptions& options);

/// The reports, and the table on standard output unless one of them goes there.
void write_reports(const ReportOptions& options, const eval::Results& results,
                   const std::string& html, Interruption& interruption, Console& console);

}  // namespace dpt::cli
