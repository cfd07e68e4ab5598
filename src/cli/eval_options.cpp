#include "cli/eval_options.h"

#include <fmt/format.h>

#include "cli/replacing.h"

namespace dpt::cli {

namespace {

std::vector<args::Candidate> kinds(bool is_depth) {
  std::vector<args::Candidate> all;
  for (const eval::DatasetKind& kind : eval::dataset_kinds()) {
    if (is_depth ? !kind.has_depth : !kind.has_labels) continue;
    all.push_back({std::string(kind.name), std::string(kind.what)});
  }
  return all;
}

std::string kinds_text(bool is_depth) {
  std::string text;
  for (const auto& [name, what] : kinds(is_depth)) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

std::string dataset_help(bool is_depth) {
  std::string text = "Data sets (KIND: what PATH is):\n";
  for (const auto& [name, what] : kinds(is_depth)) {
    text += fmt::format("  {:<15} {}\n", name, what);
  }
  return text + "\n";
}

void add_report_options(Parser& command, ReportOptions& options) {
  const GroupScope scope(command, group::output);
  const auto add = [&](const char* name, std::string& path, const char* what) {
    command.add_option(name, path, what)->check(refuse_empty)->type_name("FILE");
  };
  add("--json", options.json, "everything, also what dpt eval merge needs; - for standard output");
  add("--csv", options.csv, "a line for each picture; - for standard output");
  add("--html", options.html, "a report that needs no other file");
  command
      .add_option("--show", options.shown,
                  "so many of the worst and of the best pictures in --html; default: 5")
      ->check(range(0, 1000))
      ->type_name("N");
  add_overwrite_option(command, options.overwrite);
}

void add_eval_options(Parser& command, EvalOptions& options, bool is_depth) {
  const GroupScope scope(command, group::input);
  command.add_option("KIND", options.kind, "of the data set: " + kinds_text(is_depth))
      ->required()
      ->type_name("")
      ->completes([is_depth] { return kinds(is_depth); });
  command.add_option("PATH", options.path, "its folder, or its list")
      ->required()
      ->check(refuse_empty)
      ->type_name("")
      ->completes_files();
  const auto add = [&](const char* name, std::string& value, const char* what, const char* type) {
    command.add_option(name, value, what)->check(refuse_empty)->type_name(type);
  };
  if (is_depth) {
    add("--images", options.images, "kitti, list: where the names of pictures begin", "DIR");
    add("--truth", options.truth, "kitti, list: where the names of truth begin", "DIR");
  } else {
    add("--images", options.images, "list: where the names of pictures begin", "DIR");
    add("--truth", options.truth, "list: where the names of truth begin", "DIR");
  }
  add("--predictions", options.predictions,
      "score the files in this folder, named as the pictures, instead of running a model", "DIR");
  add_model_options(command, options.model);
  add_rule_options(command, options.rule);
  command
      .add_flag("--no-exif-orientation", options.no_exif_orientation,
                "take pictures as they are stored, without turning them")
      ->group(group::preparation);
  add_report_options(command, options.reports);
  add_share_options(command, options.jobs, options.shard);
  add_threads(command, options.threads);
  add_quiet(command, options.quiet);
}

eval::DatasetOptions dataset_options(const EvalOptions& options, std::optional<double> truth_scale,
                                     eval::TruthKind truth_kind) {
  return {.images = options.images,
          .truth = options.truth,
          .truth_scale = truth_scale,
          .truth_kind = truth_kind,
          .names = {"--images", "--truth", "--truth-scale", "--truth-kind"}};
}

std::vector<assess::ReportFile> report_files(const ReportOptions& options) {
  return {{assess::ReportFormat::json, options.json, "--json"},
          {assess::ReportFormat::csv, options.csv, "--csv"},
          {assess::ReportFormat::html, options.html, "--html"}};
}

}  // namespace dpt::cli
