// dpt compare: what several models make of the same picture.
#include <array>
#include <chrono>

#include "base/error.h"
#include "base/file/file.h"
#include "base/json.h"
#include "cli/batch.h"
#include "cli/command.h"
#include "cli/completions.h"
#include "cli/console.h"
#include "cli/find_model.h"
#include "cli/layout.h"
#include "cli/options.h"
#include "cli/output_kinds.h"
#include "cli/parse.h"
#include "cli/replacing.h"
#include "image/codec/encode_picture.h"
#include "image/codec/origin.h"
#include "image/codec/read.h"
#include "image/draw/annotate.h"
#include "image/draw/blend.h"
#include "image/draw/colormap.h"
#include "image/draw/palette.h"
#include "image/draw/panels.h"
#include "task/depth.h"
#include "task/segmentation.h"

namespace dpt::cli {

namespace {

constexpr const char* examples = R"(Examples:
  dpt compare starter-depth dpt_hybrid-midas-501f0c75.pt -i photo.jpg     photo.compare.png
  dpt compare a.pt b.pt c.pt -i photos/ -o out/

From left to right: the picture, and for each model its depth or its labels over the picture, with the
model's name and the time of one run (the second: the first one also prepares the weights).)";

struct Options {
  std::vector<std::string> models;
  InputOptions input;
  ModelOptions model;
  std::string output, format, overwrite;
  std::string colormap = "inferno";
  bool json = false;
  bool quiet = false;
  std::optional<int> threads;
};

/// One model, ready for pictures.
class Contender {
  template <typename F>
  auto timed(const F& compute) {
    if (!warm_) compute();
    warm_ = true;
    const auto start = std::chrono::steady_clock::now();
    auto result = compute();
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    return std::pair{std::move(result), elapsed.count()};
  }

 public:
  Contender(const Options& options, const std::string& name, int threads, Console& console) {
    ModelOptions wanted = options.model;
    wanted.model = name;
    const OpenModel model = open_model(wanted);
    for (const std::string& note : model.notes) console.note(note);
    name_ = model.name;
    const model::ModelConfig& config = model.engine->config();
    const task::InputRule rule = rule_for(*model.engine, options.input.rule);
    if (config.task == model::Task::depth) {
      is_metric_ = config.metric.has_value();
      depth_ = std::make_unique<task::DepthEstimator>(model.engine, rule, threads);
    } else {
      palette_ = image::make_palette(static_cast<int>(config.classes) + 1);
      segmenter_ = std::make_unique<task::Segmenter>(model.engine, rule, threads);
    }
  }

  const std::string& name() const { return name_; }

  struct Result {
    image::Image view;
    double seconds = 0;
  };
  Result run(const image::Image& picture, image::Colormap colormap) {
    if (!segmenter_) {
      const auto [depth, seconds] = timed([&] { return depth_->run(picture); });
      return {shown(depth, colormap), seconds};
    }
    const auto [result, seconds] = timed([&] { return segmenter_->run(picture); });
    return {image::overlay(picture, result.labels, palette_), seconds};
  }

 private:
  /// Nearer is brighter, for metric models as well.
  image::Image shown(const image::Plane& depth, image::Colormap colormap) const {
    const image::Range range = image::finite_range(depth);
    return image::colorize(depth, colormap,
                           is_metric_ ? image::Range{range.max, range.min} : range);
  }

  std::string name_;
  bool is_metric_ = false;
  bool warm_ = false;
  std::vector<image::Rgb> palette_;
  std::unique_ptr<task::DepthEstimator> depth_;
  std::unique_ptr<task::Segmenter> segmenter_;
};

JobResult compare_one(const Options& options, const Job& job, const std::string& format,
                      std::vector<Contender>& contenders, Interruption& interruption) {
  const image::Photograph photograph = image::read_photograph(
      job.input, {.apply_exif_orientation = !options.input.no_exif_orientation});
  const image::Image& picture = photograph.image;
  std::vector<image::Image> panels;
  panels.push_back(image::captioned(picture, name_for_results(job.input).string()));
  Json record = {
      {"input", job.input.string()}, {"output", job.outputs[0].string()}, {"models", Json::list()}};
  for (Contender& contender : contenders) {
    const auto [view, seconds] = contender.run(picture, *image::find_colormap(options.colormap));
    const std::string caption = fmt::format("{}  {:.0f} ms", contender.name(), 1000 * seconds);
    panels.push_back(image::captioned(view, caption));
    record["models"].push_back({{"model", contender.name()}, {"seconds", seconds}});
  }
  const std::vector<image::ImageView> views(panels.begin(), panels.end());
  interruption.write_file(
      job.outputs[0],
      image::encode_picture(image::beside(views), format,
                            {.text = image::content_text(image::Content::comparison, {})}));
  JobResult result(options.json ? record.dump() + "\n" : std::string());
  result.notes = photograph.notes;
  return result;
}

int run_compare(const Options& options, Interruption& interruption) {
  const std::array<OutputKind, 1> kinds = {
      {{"-o", "compare",
        choose_format("-o", options.output, options.format, image::picture_formats),
        options.output}}};
  Inputs inputs = collect_inputs(options.input.sources);
  std::vector<std::filesystem::path> weights;
  for (const std::string& model : options.models) {
    for (const std::filesystem::path& file : model_files(model)) weights.push_back(file);
  }
  std::vector<Job> jobs =
      batch::plan_outputs(inputs, kinds, options.json ? "--json" : "", std::move(weights));
  Console console(options.quiet);
  const size_t left_out = leave_out_existing(jobs, overwrite_rule(options.overwrite), console);
  const auto code = [&](int of_batch) { return of_batch == 0 && left_out > 0 ? 1 : of_batch; };
  if (jobs.empty()) return code(run_batch(inputs, jobs, console, {}, nullptr));
  std::vector<Contender> contenders;
  for (const std::string& model : options.models) {
    contenders.emplace_back(options, model, thread_count(options.threads), console);
  }
  make_folders(jobs);
  const Worker compare = [&](const Job& job) {
    return compare_one(options, job, kinds[0].extension, contenders, interruption);
  };
  return code(run_batch(inputs, jobs, console, {compare}, nullptr));
}

}  // namespace

void add_compare(Parser& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  Parser& command = *app.add_subcommand("compare", "Several models side by side");
  completes_model(command
                      .add_option("MODEL", options->models,
                                  "weight files, Hugging Face folders or names, in order")
                      ->required()
                      ->check(refuse_empty)
                      ->type_name("")
                      ->group(group::input));
  completes_pictures(command
                         .add_option("-i,--input", options->input.sources.arguments,
                                     "pictures, folders of pictures, or patterns")
                         ->required()
                         ->check(refuse_empty)
                         ->type_name("PICTURE...")
                         ->group(group::input));
  command
      .add_option("-o,--output", options->output,
                  "file (.png, .jpg, .webp), folder (existing, ending in a slash or without an "
                  "extension) or - for standard output; default: STEM.compare.png")
      ->check(refuse_empty)
      ->type_name("PATH")
      ->group(group::output);
  command
      .add_option("--format", options->format,
                  "for a folder, standard output and the default name: png (default), jpg (small, "
                  "of quality 90) or webp (without loss)")
      ->check(one_of({"png", "jpg", "webp"}))
      ->type_name("FORMAT")
      ->group(group::output);
  add_rule_options(command, options->input.rule);
  add_precision(command, options->model.precision);
  add_colormap_option(command, options->colormap, "of depth; default: inferno");
  command.add_flag("--json", options->json, "one JSON object per picture on standard output")
      ->group(group::output);
  add_threads(command, options->threads);
  add_overwrite_option(command, options->overwrite);
  add_quiet(command, options->quiet);
  command.footer(examples);
  command.callback([options, &chosen] {
    chosen = [options](Interruption& interruption) { return run_compare(*options, interruption); };
  });
}

}  // namespace dpt::cli
