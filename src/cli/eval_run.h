// What `dpt eval` does with an evaluation: checks, the loop's progress, the reports, the exit code.
#pragma once

#include <filesystem>
#include <vector>

#include "assess/evaluator.h"
#include "assess/predictions.h"
#include "assess/setting.h"
#include "cli/console.h"
#include "cli/eval_options.h"
#include "cli/interruption.h"

namespace dpt::cli {

/// The model that the options name, its notes told. Reads all its weights. Throws as open_model()
/// and rule_for().
assess::Model model_of(const EvalOptions& options, model::Task task);

/// Throws Error(input) unless --predictions names a folder.
assess::PredictionFolder predictions_of(const EvalOptions& options, const eval::Dataset& dataset);

/// The exit code of an evaluation that would end with `code`: 1, having said so, where no pixel of
/// the whole data set counts.
int code_for(const eval::Results& results, int code);

/// Does this process's share of the data set and writes the reports. Returns the exit code: 1 when
/// a picture failed, and as code_for().
int run_evaluation(const EvalOptions& options, const eval::Dataset& dataset, assess::Plan plan,
                   Interruption& interruption);

/// Where the reports go; empty where one is not wanted.
std::vector<std::filesystem::path> paths_of(const ReportOptions& options);

/// Makes the folders of the reports. Throws Error(input).
void make_report_folders(const ReportOptions& options);

/// The reports, and the table on standard output unless one of them goes there. `is_share`: as
/// assess::report_texts().
void write_reports(const ReportOptions& options, eval::Results& results, bool is_share,
                   Interruption& interruption, Console& console);

}  // namespace dpt::cli
