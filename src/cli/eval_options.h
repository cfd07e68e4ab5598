// Options that `dpt eval depth` and `dpt eval segment` share.
#pragma once

#include <string>
#include <vector>

#include "assess/reports.h"
#include "cli/options.h"
#include "cli/parse.h"
#include "eval/datasets/dataset.h"

namespace dpt::cli {

struct ReportOptions {
  std::string json, csv, html;  ///< files, "-" for standard output; empty: none
  std::string overwrite;
  int shown = 5;  ///< worst and best pictures in the HTML report
};

struct EvalOptions {
  std::string kind, path;  ///< of the data set
  std::string images, truth;
  std::string predictions;  ///< folder; empty: the model runs
  ModelOptions model;
  RuleOptions rule;
  bool no_exif_orientation = false;
  int jobs = 0;
  std::string shard;
  ReportOptions reports;
  std::optional<int> threads;
  bool quiet = false;
};

/// All of them, and KIND PATH in front.
void add_eval_options(Parser& command, EvalOptions& options, bool is_depth);

/// What they say of the data set, with the names of the options.
eval::DatasetOptions dataset_options(const EvalOptions& options,
                                     std::optional<double> truth_scale = {},
                                     eval::TruthKind truth_kind = eval::TruthKind::depth);

/// The kinds of data sets and what their PATH is, for --help.
std::string dataset_help(bool is_depth);

void add_report_options(Parser& command, ReportOptions& options);

/// The three of them, wanted or not.
std::vector<assess::ReportFile> report_files(const ReportOptions& options);

}  // namespace dpt::cli
