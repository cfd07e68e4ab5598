#include "cli/picture_command.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/file/file.h"
#include "base/file/paths.h"
#include "base/json.h"
#include "base/settings.h"
#include "batch/shard.h"
#include "cli/find_model.h"
#include "cli/replacing.h"
#include "store/hash.h"

namespace dpt::cli {

namespace fs = std::filesystem;

namespace {

/// Beside the pictures.
std::vector<fs::path> read_by(const PictureOptions& options) {
  std::vector<fs::path> files = model_files(options.model.model);
  files.emplace_back(options.input.sources.list);
  return files;
}

void check_manifest(const PictureOptions& options, const Inputs& inputs) {
  std::vector<fs::path> read = read_by(options);
  for (const InputFile& file : inputs.files) read.push_back(file.path);
  refuse_overwriting(std::array<fs::path, 1>{options.batch.manifest}, read);
}

void refuse_manifest_as_result(const BatchOptions& options, const std::vector<Job>& jobs) {
  if (options.manifest.empty() || is_stream(options.manifest)) return;
  const fs::path manifest = identity(options.manifest);
  for (const Job& job : jobs) {
    for (const fs::path& output : job.outputs) {
      if (is_stream(output) || identity(output) != manifest) continue;
      fail(ErrorKind::usage, "--manifest {}: is the name of a result of {}", shown(output),
           shown(job.input));
    }
  }
}

void check_order(const BatchOptions& options) {
  if (options.jobs > 1) {
    fail(ErrorKind::usage, "--smooth: frames are done one after the other, not with -j {}",
         options.jobs);
  }
  if (!options.shard.empty()) {
    fail(ErrorKind::usage,
         "--smooth: each frame needs the one before it, which --shard gives to another process");
  }
}

batch::MadeBy made_by_now(const PictureOptions& options, model::Task task) {
  const fs::path path = fs::absolute(model_path(options.model, task)).lexically_normal();
  const fs::path name = path.has_filename() ? path.filename() : path.parent_path().filename();
  return {name.string(), store::hash_of_model(path), options.given};
}

batch::SelectionRule selection_rule(const PictureOptions& options, const batch::MadeBy& made_by) {
  const BatchOptions& batch = options.batch;
  batch::SelectionRule rule;
  rule.shard = batch::parse_shard(batch.shard, "--shard", settings().processes);
  rule.in_order = options.in_order;
  if (batch.resume) rule.keep = batch::Keep::as_new;
  if (batch.skip_existing) rule.keep = batch::Keep::present;
  if (batch.resume && !batch.manifest.empty()) {
    rule.made_by_others = batch::made_by_others(batch.manifest, made_by);
  }
  return rule;
}

void show_selection(const batch::Selection& selection, Console& console) {
  const size_t all = selection.done + selection.jobs.size();
  if (selection.done > 0) {
    console.note(fmt::format("{} of {} pictures are done already", selection.done, all));
  }
  if (selection.again > 0) {
    console.note(
        fmt::format("{} of {} pictures are done again: another model or other options made "
                    "their results",
                    selection.again, all));
  }
}

/// What --resume and --skip-existing do not leave out they make anew, as they say.
Overwrite overwrite_rule(const BatchOptions& options) {
  const bool goes_on = options.resume || options.skip_existing;
  return goes_on && options.overwrite.empty() ? Overwrite::yes
                                              : cli::overwrite_rule(options.overwrite);
}

}  // namespace

std::string given_options(const Parser& command) {
  // What is read and written, and how the work goes.
  constexpr std::array<std::string_view, 17> without_effect = {
      "--list",       "--recursive", "--output",   "--format", "--view-format", "--no-color",
      "--no-overlay", "--model",     "--threads",  "--jobs",   "--shard",       "--skip-existing",
      "--resume",     "--overwrite", "--manifest", "--quiet",  "--json"};
  std::string given;
  for (const auto& option : command.options()) {
    const std::string& name = option->name();
    if (option->is_input() || option->count() == 0 || option->is_optional_value() ||
        std::find(without_effect.begin(), without_effect.end(), name) != without_effect.end()) {
      continue;
    }
    if (!given.empty()) given += ' ';
    given += name;
    if (option->takes_value()) given += ' ' + option->values().back();
  }
  return given;
}

void add_run_options(Parser& command, PictureOptions& options) {
  const GroupScope scope(command, group::output);
  command.add_flag("--json", options.json, "one JSON object per picture on standard output");
  add_threads(command, options.threads);
  add_batch_options(command, options.batch);
  add_quiet(command, options.quiet);
}

int run_pictures(const PictureOptions& options, const std::vector<OutputKind>& kinds,
                 model::Task task, const MakeWorker& make_worker) {
  if (options.in_order) check_order(options.batch);
  Inputs inputs = collect_inputs(options.input.sources);
  if (options.in_order) batch::put_in_natural_order(inputs);
  check_manifest(options, inputs);
  const std::vector<Job> all =
      batch::plan_outputs(inputs, kinds, options.json ? "--json" : "", read_by(options));
  refuse_manifest_as_result(options.batch, all);
  Console console(options.quiet);
  batch::MadeBy made_by;
  if (!options.batch.manifest.empty()) made_by = made_by_now(options, task);
  batch::Selection selection = batch::select_jobs(all, selection_rule(options, made_by));
  show_selection(selection, console);
  std::vector<Job>& jobs = selection.jobs;
  const size_t left_out = leave_out_existing(jobs, overwrite_rule(options.batch), console);
  if (options.in_order && left_out > 0 && !jobs.empty()) {
    console.error("each frame goes on from the one before, so none is done");
    jobs.clear();
  }
  const auto code = [&](int of_batch) { return of_batch == 0 && left_out > 0 ? 1 : of_batch; };
  if (jobs.empty() && !all.empty()) return code(run_batch(inputs, jobs, console, {}, nullptr));
  const OpenModel model = open_model(options.model, task);
  for (const std::string& note : model.notes) console.note(note);
  std::vector<Worker> workers;
  for (const int threads : share_threads(thread_count(options.threads),
                                         options.in_order ? 1 : options.batch.jobs, jobs.size())) {
    workers.push_back(make_worker(model, threads, selection.before));
  }
  make_folders(jobs);
  std::optional<Manifest> manifest;
  if (!jobs.empty() && !options.batch.manifest.empty()) {
    manifest.emplace(options.batch.manifest, made_by);
  }
  return code(run_batch(inputs, jobs, console, workers, manifest ? &*manifest : nullptr));
}

Json record_of_picture(const Job& job, const std::vector<OutputKind>& kinds, image::Size picture,
                       image::Size network, const std::string& model) {
  Json record = {{"input", job.input.string()},
                 {"output", job.outputs[0].string()},
                 {"width", picture.width},
                 {"height", picture.height},
                 {"network_width", network.width},
                 {"network_height", network.height},
                 {"model", model}};
  for (size_t i = 1; i < job.outputs.size(); ++i) {
    record[kinds[i].suffix] = job.outputs[i].string();
  }
  return record;
}

}  // namespace dpt::cli
