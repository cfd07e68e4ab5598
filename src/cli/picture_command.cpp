#include "cli/picture_command.h"

#include <CLI/CLI.hpp>
#include <array>
#include <nlohmann/json.hpp>

#include "cli/paths.h"
#include "cli/selection.h"

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

}  // namespace

void add_run_options(CLI::App& command, PictureOptions& options) {
  command.add_flag("--json", options.json, "one JSON object per picture on standard output");
  add_threads(command, options.threads);
  add_batch_options(command, options.batch);
  add_quiet(command, options.quiet);
}

int run_pictures(const PictureOptions& options, const std::vector<OutputKind>& kinds,
                 model::Task task, const MakeWorker& make_worker) {
  const Inputs inputs = collect_inputs(options.input.sources);
  check_manifest(options, inputs);
  const std::vector<Job> all = plan_outputs(inputs, kinds, options.json, read_by(options));
  Console console(options.quiet);
  const std::vector<Job> jobs = select_jobs(all, options.batch, console);
  const auto manifest = open_manifest(options.batch);
  if (jobs.empty() && !all.empty()) return run_batch(inputs, jobs, console, {}, nullptr);
  const OpenModel model = open_model(options.model, task);
  for (const std::string& note : model.notes) console.note(note);
  std::vector<Worker> workers;
  for (const int threads :
       share_threads(thread_count(options.threads), options.batch.jobs, jobs.size())) {
    workers.push_back(make_worker(model, threads));
  }
  return run_batch(inputs, jobs, console, workers, manifest.get());
}

nlohmann::ordered_json record_of_picture(const Job& job, const std::vector<OutputKind>& kinds,
                                         image::Size picture, image::Size network,
                                         const std::string& model) {
  nlohmann::ordered_json record = {{"input", job.input.string()},
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
