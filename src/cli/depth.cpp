// dpt depth
#include "task/depth.h"

#include <CLI/CLI.hpp>
#include <array>
#include <chrono>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/batch.h"
#include "cli/command.h"
#include "cli/depth_file.h"
#include "cli/json_output.h"
#include "cli/options.h"
#include "cli/parse.h"
#include "cli/paths.h"
#include "cli/selection.h"
#include "image/colormap.h"
#include "image/preprocess.h"
#include "image/read.h"

namespace dpt::cli {

namespace {

constexpr std::array<std::string_view, 5> formats = {"png", "npy", "pfm", "tif", "tiff"};
constexpr std::array<std::string_view, 1> color_formats = {"png"};

constexpr const char* examples = R"(Examples:
  dpt depth photo.jpg                            photo.depth.png and photo.color.png
  dpt depth photo.jpg -o depth.npy               float32 values, larger is nearer
  dpt depth photos/ -o out/ --format pfm -t 4    every picture of a folder
  dpt depth -r photos/ -o out/ --resume --manifest done.jsonl     goes on where it was killed
  find . -name "*.jpg" -print0 | dpt depth --list - -o out/
  dpt depth photo.jpg -m dpt_hybrid-midas-501f0c75.pt --colormap spectral_r
  dpt depth road.png -m dpt_hybrid_kitti-cb926ef4.pt --kitti-crop --absolute-depth
  dpt depth photo.jpg -o - --format npy | ...    to standard output

Values: relative inverse depth (larger is nearer; scale and shift differ from picture to picture),
or metres for metric models. In .png and .pfm, metric models carry the official scripts' unit
(KITTI: metres x 256, NYU: metres x 1000); .png is spread over 0..65535 unless --absolute-depth is
given, and its text chunks scale, offset and unit say how to get the values back.)";

struct Options {
  InputOptions input;
  ModelOptions model;
  std::string output;
  std::string format;
  std::string colormap;
  Extra color;
  bool no_color = false;
  bool absolute_depth = false;
  bool kitti_crop = false;
  bool json = false;
  bool quiet = false;
  std::optional<int> threads;
  std::string upsampling = "bicubic";
  std::optional<int> tile;
  BatchOptions batch;
};

task::DepthOptions depth_options(const Options& o) {
  task::DepthOptions options;
  if (o.upsampling == "bilinear") options.upsampling = task::Upsampling::bilinear;
  if (o.upsampling == "nearest") options.upsampling = task::Upsampling::nearest;
  if (o.upsampling == "guided") options.upsampling = task::Upsampling::guided;
  if (o.tile) options.tile = *o.tile;
  return options;
}

/// Asked for, or by default where no single file was named.
bool wants_color(const Options& o) {
  if (o.no_color) return false;
  return o.color.wanted || !o.colormap.empty() || o.output.empty() || names_folder(o.output);
}

std::vector<OutputKind> output_kinds(const Options& o) {
  const std::string format = choose_format("-o", o.output, o.format, formats);
  if (o.absolute_depth && format != "png") {
    fail(ErrorKind::usage, "--absolute-depth is for .png, not .{}", format);
  }
  std::vector<OutputKind> kinds = {{"-o", "depth", format, o.output}};
  if (wants_color(o)) {
    kinds.push_back({"--color", "color", choose_format("--color", o.color.path, "", color_formats),
                     o.color.path});
  }
  return kinds;
}

class DepthCommand {
 public:
  DepthCommand(const Options& options, const OpenModel& model, int threads,
               Interruption& interruption)
      : options_(options),
        interruption_(interruption),
        model_(model.name),
        config_(model.engine->config()),
        estimator_(model.engine, rule_for(*model.engine, options.input.rule), threads,
                   depth_options(options)) {
    if (!options.colormap.empty()) colormap_ = *image::find_colormap(options.colormap);
  }

  /// Returns the JSON record, if one is wanted.
  std::string run(const Job& job, const std::string& format) {
    const image::Image picture =
        image::read(job.input, {.apply_exif_orientation = !options_.input.no_exif_orientation});
    const image::ImageView view = options_.kitti_crop ? image::kitti_crop(picture) : picture.view();
    const auto start = std::chrono::steady_clock::now();
    image::Plane depth = estimator_.run(view);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;

    const image::Range range = image::finite_range(depth);
    image::Bytes color;
    if (job.outputs.size() > 1) color = image::encode_png(image::colorize(depth, colormap_, range));
    const DepthFileOptions file{format, options_.absolute_depth, model_, config_.metric};
    interruption_.write_file(job.outputs[0], encode_depth(std::move(depth), file));
    if (!color.empty()) interruption_.write_file(job.outputs[1], color);
    return options_.json ? record_of(job, view, range, elapsed.count()) : std::string();
  }

 private:
  std::string record_of(const Job& job, const image::ImageView& view, image::Range range,
                        double seconds) {
    const image::Size network = task::input_size(estimator_.rule(), view.width, view.height,
                                                 estimator_.session().engine().size_multiple());
    nlohmann::ordered_json record = {{"input", job.input.string()},
                                     {"output", job.outputs[0].string()},
                                     {"width", view.width},
                                     {"height", view.height},
                                     {"network_width", network.width},
                                     {"network_height", network.height},
                                     {"model", model_},
                                     {"min", range.min},
                                     {"max", range.max},
                                     {"unit", unit_name(config_.metric)},
                                     {"seconds", seconds}};
    if (job.outputs.size() > 1) record["color"] = job.outputs[1].string();
    return json_text(record) + "\n";
  }

  const Options& options_;
  Interruption& interruption_;
  std::string model_;
  model::DptConfig config_;
  image::Colormap colormap_ = image::Colormap::inferno;
  task::DepthEstimator estimator_;
};

int run_depth(const Options& options, Interruption& interruption) {
  const std::vector<OutputKind> kinds = output_kinds(options);
  const Inputs inputs = collect_inputs(options.input.sources);
  const std::vector<Job> all = plan_outputs(inputs, kinds, options.json);
  Console console(options.quiet);
  const std::vector<Job> jobs = select_jobs(all, options.batch, console);
  const auto manifest = open_manifest(options.batch);
  if (jobs.empty() && !all.empty()) return run_batch(inputs, jobs, console, {}, nullptr);
  const OpenModel model = open_model(options.model, model::Task::depth);
  for (const std::string& note : model.notes) console.note(note);
  std::vector<Worker> workers;
  for (const int threads :
       share_threads(thread_count(options.threads), options.batch.jobs, jobs.size())) {
    auto command = std::make_shared<DepthCommand>(options, model, threads, interruption);
    workers.emplace_back([=](const Job& job) { return command->run(job, kinds[0].extension); });
  }
  return run_batch(inputs, jobs, console, workers, manifest.get());
}

}  // namespace

void add_depth(CLI::App& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App& command = *app.add_subcommand("depth", "Depth of pictures");
  add_input_options(command, options->input);
  add_output_options(command, {".png, .npy, .pfm, .tif", "depth", formats}, options->output,
                     options->format);
  add_model_options(command, options->model);
  add_extra(command, "--color", options->color,
            "coloured view; written by default unless -o names a file. Default: STEM.color.png");
  command.add_flag("--no-color", options->no_color, "no coloured view");
  const auto names = image::colormap_names();
  command.add_option("--colormap", options->colormap, "of the coloured view; default: inferno")
      ->check(CLI::IsMember(std::vector<std::string>(names.begin(), names.end())))
      ->type_name("NAME");
  command.add_flag("--absolute-depth", options->absolute_depth,
                   "PNG values as they are (truncated, at most 65535) instead of min-max");
  command.add_flag("--kitti-crop", options->kitti_crop,
                   "the bottom 352 rows and middle 1216 columns of each picture");
  command
      .add_option(
          "--upsample", options->upsampling,
          "to the picture's size: bicubic (default), bilinear, nearest, or guided (along the "
          "picture's edges, so that fewer points lie between near and far)")
      ->check(CLI::IsMember({"bicubic", "bilinear", "nearest", "guided"}))
      ->type_name("METHOD");
  command
      .add_option(
          "--tile", options->tile,
          "add detail from overlapping tiles of N x N pixels, for pictures much larger than "
          "the network's input; try a third of the longer side")
      ->check(CLI::Range(64, 65500))
      ->type_name("N");
  command.add_flag("--json", options->json, "one JSON object per picture on standard output");
  add_threads(command, options->threads);
  add_batch_options(command, options->batch);
  add_quiet(command, options->quiet);
  command.footer(examples);
  command.callback([options, &chosen] {
    chosen = [options](Interruption& interruption) { return run_depth(*options, interruption); };
  });
}

}  // namespace dpt::cli
