#include "cli/ailia.h"

#include <algorithm>
#include <chrono>
#include <set>

#include "base/error.h"
#include "base/file/file.h"
#include "base/file/paths.h"
#include "cli/batch.h"
#include "cli/console.h"
#include "cli/depth_file.h"
#include "cli/find_model.h"
#include "cli/parse.h"
#include "cli/program.h"
#include "image/codec/origin.h"
#include "image/codec/read.h"
#include "image/draw/blend.h"
#include "image/draw/palette.h"
#include "task/depth.h"
#include "task/segmentation.h"

namespace dpt::cli {

namespace fs = std::filesystem;

namespace {

constexpr const char* input_size = "384x576";  // height x width

constexpr const char* notes =
    R"(As ailia's dense_prediction_transformers.py: the picture is stretched to 576x384; segmentation
writes the labels blended over the picture, monodepth a 16-bit PNG and beside it OUTPUT.png.pfm.
Several pictures or a folder: STEM_res.png in the folder that -s names. Own to this program: -m, -t,
exit codes, and that results are always PNG. -v keeps the video's frame rate and opens no window.)";

struct Unused {
  int environment = 0;
  bool list_environments = false;
  bool benchmark = false;
  int benchmark_count = 5;
  std::string file_type = "image";
  bool debug = false, profile = false, onnx = false;
  std::string video;
};

void add_options(Parser& app, AiliaCommand& command, Unused& unused) {
  app.add_option("-i,--input", command.inputs, "pictures or a folder; default: input.jpg")
      ->check(refuse_empty)
      ->type_name("IMAGE...");
  app.add_option("-v,--video", unused.video, "a video, or the number of a camera")
      ->check(refuse_empty)
      ->type_name("VIDEO");
  app.add_option("-s,--savepath", command.save_path, "file or folder; default: output.png")
      ->check(refuse_empty)
      ->type_name("PATH");
  app.add_option("--task", command.task, "monodepth or segmentation (default)")
      ->check(one_of({"monodepth", "segmentation"}))
      ->type_name("TASK");
  app.add_option("-e,--env_id", unused.environment, "0: this processor")->type_name("N");
  app.add_flag("--env_list", unused.list_environments, "show the environments");
  app.add_flag("-b,--benchmark", unused.benchmark, "time several runs of each picture");
  app.add_option("--benchmark_count", unused.benchmark_count, "(or -bc) how many; default: 5")
      ->check(range(1, 1000000))
      ->type_name("N");
  app.add_option("--ftype", unused.file_type, "image")->type_name("TYPE");
  app.add_flag("--debug", unused.debug, "accepted, without effect");
  app.add_flag("--profile", unused.profile, "accepted, without effect (dpt bench --profile)");
  app.add_flag("--onnx", unused.onnx, "accepted, without effect: no other engine is used");
  add_model_options(app, command.model);
  add_threads(app, command.threads);
  app.footer(notes);
}

/// What dpt-video is to be told for -v.
std::vector<std::string> video_arguments(const AiliaCommand& command, const Unused& unused) {
  if (!command.save_path_given) {
    fail(ErrorKind::usage, "-v {}: -s must name the video to be written (no window is shown)",
         printable(unused.video));
  }
  const bool depth = command.task == "monodepth";
  std::vector<std::string> arguments = {"--output=" + command.save_path,
                                        "--task",
                                        depth ? "depth" : "segmentation",
                                        "--input-size",
                                        input_size,
                                        "--no-keep-aspect"};
  const auto add = [&](std::initializer_list<std::string> more) {
    arguments.insert(arguments.end(), more);
  };
  if (depth) add({"--range", "frame", "--colormap", "gray"});
  if (!depth) add({"--view", "overlay"});
  const ModelOptions& model = command.model;
  for (const auto& [option, value] : {std::pair{"-m", model.model},
                                      {"--model-type", model.model_type},
                                      {"--weight-standardization", model.standardization},
                                      {"--device", model.device},
                                      {"--precision", model.precision}}) {
    if (!value.empty()) add({option, value});
  }
  if (command.threads) add({"-t", std::to_string(*command.threads)});
  add({"--", unused.video});
  return arguments;
}

bool is_file_name(const std::string& path) {
  return !names_folder(path) && fs::path(path).has_extension();
}

struct Planned {
  Inputs inputs;
  std::vector<Job> jobs;
};

/// STEM_res.png in `folder`, keeping the source's extension where two would be the same.
std::vector<Job> jobs_in(const fs::path& folder, const std::vector<InputFile>& inputs) {
  std::multiset<std::string> stems;
  for (const InputFile& input : inputs) stems.insert(name_for_results(input.path).stem().string());
  std::vector<Job> jobs;
  for (const auto& [path, below] : inputs) {
    const fs::path name = name_for_results(path);
    const bool alone = stems.count(name.stem().string()) == 1;
    const std::string stem = alone ? name.stem().string() : name.string();
    jobs.push_back({path, {folder / (stem + "_res.png")}});
  }
  return jobs;
}

Planned plan(const AiliaCommand& command) {
  Planned planned{collect_inputs({command.inputs, "", false}), {}};
  const std::vector<InputFile>& files = planned.inputs.files;
  std::string folder = command.save_path;
  if (is_file_name(command.save_path)) {
    if (!planned.inputs.several) {
      const fs::path target = fs::path(command.save_path).replace_extension(".png");
      for (const InputFile& file : files) planned.jobs.push_back({file.path, {target}});
      return planned;
    }
    if (command.save_path_given) {
      fail(ErrorKind::usage, "-s {}: one file for several inputs; name a folder",
           printable(command.save_path));
    }
    std::string source = command.inputs[0];
    while (source.ends_with('/')) source.pop_back();
    folder = names_folder(source) ? source + "_results" : ".";
  }
  planned.jobs = jobs_in(folder, files);
  return planned;
}

/// monodepth writes OUTPUT.png.pfm as well.
void add_float_files(std::vector<Job>& jobs) {
  for (Job& job : jobs) job.outputs.emplace_back(job.outputs[0].string() + ".pfm");
}

/// One picture: reads, computes, writes.
class AiliaRun {
  template <typename F>
  auto timed(const F& compute) {
    for (int i = 0; i < command_.benchmark_runs; ++i) {
      const auto start = std::chrono::steady_clock::now();
      compute();
      const std::chrono::duration<double, std::milli> elapsed =
          std::chrono::steady_clock::now() - start;
      console_.note(fmt::format("processing time {:.0f} ms", elapsed.count()));
    }
    return compute();
  }

 public:
  AiliaRun(const AiliaCommand& command, const OpenModel& model, Console& console,
           Interruption& interruption)
      : command_(command),
        console_(console),
        interruption_(interruption),
        model_(model.name),
        metric_(model.engine->config().metric),
        classes_(static_cast<int>(model.engine->config().classes)) {
    RuleOptions rule;
    rule.convention = "official";
    rule.input_size = input_size;
    rule.keep_aspect = false;
    const task::InputRule input = rule_for(*model.engine, rule);
    const int threads = thread_count(command.threads);
    if (command.task == "monodepth") {
      estimator_.emplace(model.engine, input, threads);
    } else {
      segmenter_.emplace(model.engine, input, threads);
    }
  }

  void run(const Job& job) {
    const image::Photograph photograph = image::read_photograph(job.input);
    for (const std::string& note : photograph.notes) console_.note(note);
    const image::Image& picture = photograph.image;
    const fs::path& target = job.outputs[0];
    if (estimator_) {
      image::Plane depth = timed([&] { return estimator_->run(picture); });
      interruption_.write_file(job.outputs[1], image::encode_pfm(depth));
      interruption_.write_file(target,
                               encode_depth(std::move(depth), {"png", false, model_, metric_}));
    } else {
      const image::Labels labels =
          timed([&] { return std::move(segmenter_->run(picture).labels); });
      const image::Image blended =
          image::overlay(picture, labels, image::make_palette(classes_ + 1));
      const image::TextChunks text = image::content_text(image::Content::label_view, model_);
      interruption_.write_file(target,
                               image::encode_png(blended, {.text = text, .add_alpha = true}));
    }
    if (!console_.is_watched()) console_.note(fmt::format("saved at : {}", shown(target)));
  }

 private:
  const AiliaCommand& command_;
  Console& console_;
  Interruption& interruption_;
  std::string model_;
  std::optional<model::MetricDepth> metric_;
  int classes_;
  std::optional<task::DepthEstimator> estimator_;
  std::optional<task::Segmenter> segmenter_;
};

}  // namespace

AiliaCommand parse_ailia(std::vector<std::string> arguments) {
  AiliaCommand command;
  Unused unused;
  Parser app("ailia's command lines of Dense Prediction Transformers", "dpt-ailia");
  app.set_version_flag("--version", version_text, "version and instruction set");
  add_options(app, command, unused);
  std::replace(arguments.begin(), arguments.end(), std::string("-bc"),
               std::string("--benchmark_count"));
  command.exit_code = parse(app, std::move(arguments));
  if (command.exit_code) return command;
  command.save_path_given = app.count("--savepath") > 0;
  if (unused.benchmark) command.benchmark_runs = unused.benchmark_count;
  Console console(false);
  if (unused.list_environments) console.note(fmt::format("env[0]: {}", version_text()));
  if (unused.environment > 0) {
    console.note(fmt::format("-e {}: there is no such environment; using 0", unused.environment));
  }
  if (!unused.video.empty()) {
    command.video = video_arguments(command, unused);
  } else if (unused.file_type != "image") {
    fail(ErrorKind::usage, "--ftype {}: expected image (-v names videos)",
         printable(unused.file_type));
  }
  return command;
}

int run_ailia(const AiliaCommand& command) {
  Interruption interruption;
  Console console(false);
  auto [inputs, jobs] = plan(command);
  const bool depth = command.task == "monodepth";
  if (depth) add_float_files(jobs);
  if (jobs.empty()) return run_batch(inputs, jobs, console, {}, nullptr);
  std::vector<fs::path> read = model_files(command.model.model);
  for (const Job& job : jobs) read.push_back(job.input);
  for (const Job& job : jobs) refuse_overwriting(job.outputs, read);
  const OpenModel model =
      open_model(command.model, depth ? model::Task::depth : model::Task::segmentation);
  for (const std::string& note : model.notes) console.note(note);
  make_folders(jobs);
  AiliaRun run(command, model, console, interruption);
  const Worker worker = [&run](const Job& job) {
    run.run(job);
    return std::string();
  };
  return run_batch(inputs, jobs, console, {worker}, nullptr);
}

}  // namespace dpt::cli
