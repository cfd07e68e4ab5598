// dpt eval depth
#include <fmt/format.h>

#include <array>

#include "base/error.h"
#include "cli/console.h"
#include "cli/eval_commands.h"
#include "cli/eval_run.h"
#include "cli/eval_setting.h"
#include "cli/paths.h"
#include "cli/predictions.h"
#include "eval/depth_metrics.h"
#include "eval/region.h"
#include "image/codec/read.h"
#include "image/resample/preprocess.h"
#include "task/depth.h"

namespace dpt::cli {

namespace {

using eval::Alignment;
using eval::PredictionKind;

constexpr std::array<std::string_view, 7> extensions = {"npy",  "npz", "pfm", "tif",
                                                        "tiff", "exr", "png"};

constexpr const char* examples = R"(Examples:
  dpt eval depth pairs photos/ -m dpt_hybrid-midas-501f0c75.pt --cap 8 --html report.html
  dpt eval depth nyu nyu_test/ -m dpt_hybrid_nyu-2ce69ec7.pt --upsample bicubic
  dpt eval depth kitti eigen_test_files_with_gt.txt --images raw/ --truth depth/ \
      -m dpt_hybrid_kitti-cb926ef4.pt --kitti-crop --upsample bicubic
  dpt eval depth list test.txt --predictions out/ --prediction-kind depth --align median
  dpt eval depth tum sequence/ --shard 1/4 --json part1.json     then dpt eval merge

Figures are averaged over pictures. Docs: docs/evaluation.md has formulas and protocols.)";

struct Options {
  EvalOptions eval;
  std::string align, crop;
  std::optional<double> cap;
  double min_depth = 1e-3;
  bool kitti_crop = false;
  std::string upsampling = "bilinear";
  std::optional<double> prediction_scale;
  std::string prediction_kind;
  std::optional<double> truth_scale;
  std::string truth_kind = "depth";
  int whdr_samples = 0;
  uint32_t seed = 0;
};

/// A prediction and what it is, by a model or from a file.
class DepthSource {
 public:
  virtual ~DepthSource() = default;
  DepthSource(const DepthSource&) = delete;
  DepthSource& operator=(const DepthSource&) = delete;
  virtual DepthPrediction predict(const eval::Sample& sample) = 0;

 protected:
  DepthSource() = default;
};

class DepthFiles : public DepthSource {
 public:
  DepthFiles(const PredictionFolder& folder, std::optional<double> scale)
      : folder_(folder), scale_(scale) {}
  DepthPrediction predict(const eval::Sample& sample) override {
    return read_prediction(folder_.expect(sample, "depth", extensions), scale_);
  }

 private:
  const PredictionFolder& folder_;
  std::optional<double> scale_;
};

image::Image read_picture(const eval::Sample& sample, const EvalOptions& options) {
  return image::read(sample.picture, {.apply_exif_orientation = !options.no_exif_orientation});
}

class DepthModel : public DepthSource {
 public:
  DepthModel(const Options& options, const OpenModel& model, int threads)
      : options_(options),
        estimator_(model.engine, rule_for(*model.engine, options.eval.rule), threads,
                   {.upsampling = options.upsampling == "bicubic" ? task::Upsampling::bicubic
                                                                  : task::Upsampling::bilinear}) {}
  DepthPrediction predict(const eval::Sample& sample) override {
    const image::Image picture = read_picture(sample, options_.eval);
    return {estimator_.run(options_.kitti_crop ? image::kitti_crop(picture) : picture.view()), {}};
  }

 private:
  const Options& options_;
  task::DepthEstimator estimator_;
};

class DepthEvaluator : public Evaluator {
 public:
  DepthEvaluator(const Options& options, const eval::DepthProtocol& protocol, PredictionKind kind,
                 std::unique_ptr<DepthSource> source)
      : options_(options), protocol_(protocol), kind_(kind), source_(std::move(source)) {}

  eval::PictureResult evaluate(const eval::Sample& sample, size_t index) override {
    const eval::DepthResult result = measured(sample, index, read_truth(sample), nullptr);
    return {.valid = result.valid,
            .scale = result.scale,
            .shift = result.shift,
            .figures = {result.figures.begin(), result.figures.end()}};
  }

  std::vector<eval::Panel> panels(const eval::Sample& sample, size_t index) override {
    eval::Depths truth = read_truth(sample);
    eval::AlignedDepth aligned;
    measured(sample, index, read_truth(sample), &aligned);
    eval::keep_region(protocol_, truth);
    if (options_.kitti_crop) eval::keep_kitti_crop(truth);
    return eval::depth_panels(read_picture(sample, options_.eval), aligned.depth, truth);
  }

 private:
  static eval::Depths read_truth(const eval::Sample& sample) {
    return sample.truth.empty() ? eval::Depths() : eval::read_depth_truth(sample);
  }

  eval::DepthResult measured(const eval::Sample& sample, size_t index, eval::Depths truth,
                             eval::AlignedDepth* aligned) {
    DepthPrediction prediction = source_->predict(sample);
    if (prediction.kind && options_.prediction_kind.empty() && *prediction.kind != kind_) {
      fail(ErrorKind::input, "the prediction is {}, the others are {}", name_of(*prediction.kind),
           name_of(kind_));
    }
    std::vector<eval::OrdinalPair> points;
    if (!sample.pairs.empty()) points = eval::read_pairs(sample.pairs);
    if (sample.point_pair) points.push_back(*sample.point_pair);
    if (options_.kitti_crop && !truth.empty()) {
      prediction.values = eval::kitti_uncrop(prediction.values, truth.width(), truth.height());
      eval::keep_kitti_crop(points, truth.width(), truth.height());
      eval::keep_kitti_crop(truth);
    }
    return eval::evaluate(prediction.values, kind_, std::move(truth), points, protocol_, index,
                          aligned);
  }

  const Options& options_;
  const eval::DepthProtocol& protocol_;
  PredictionKind kind_;
  std::unique_ptr<DepthSource> source_;
};

/// Of the files: what --prediction-kind says, else what the first one that can be read says of
/// itself, else inverse depth.
PredictionKind kind_of_files(const Options& options, const eval::Dataset& dataset,
                             const PredictionFolder& folder) {
  if (!options.prediction_kind.empty()) {
    return *parse_enum<PredictionKind>(options.prediction_kind);
  }
  for (const eval::Sample& sample : dataset.samples) {
    const auto path = folder.find(sample, "depth", extensions);
    if (!path) continue;
    try {
      return read_prediction(*path, options.prediction_scale)
          .kind.value_or(PredictionKind::inverse);
    } catch (const Error& error) {
      // Told when its turn comes.
      if (error.kind() != ErrorKind::input) throw;
    }
  }
  return PredictionKind::inverse;
}

eval::DepthProtocol protocol_of(const Options& options, const eval::Dataset& dataset,
                                PredictionKind kind) {
  eval::DepthProtocol protocol;
  protocol.alignment = kind == PredictionKind::depth ? Alignment::none : Alignment::scale_shift;
  if (!options.align.empty()) {
    protocol.alignment = *parse_enum<Alignment>(options.align);
  }
  if (protocol.alignment == Alignment::none) protocol.crop = dataset.depth.fine_tuned_crop;
  if (!options.crop.empty()) {
    protocol.crop = *parse_enum<eval::Crop>(options.crop);
  }
  protocol.cap = options.cap.value_or(dataset.depth.cap);
  protocol.min_depth = options.min_depth;
  protocol.whdr_samples = options.whdr_samples;
  protocol.seed = options.seed;
  if (!(protocol.min_depth < protocol.cap)) {
    fail(ErrorKind::usage, "--min-depth is {} and the cap {}, expected less", protocol.min_depth,
         protocol.cap);
  }
  return protocol;
}

/// `subject`: the model or the folder of predictions. What has no part in the figures of this run
/// is left out.
eval::Results empty_results(const Options& options, const eval::Setting& subject,
                            const eval::DepthProtocol& protocol, PredictionKind kind) {
  eval::Results results;
  eval::Setting& setting = results.setting;
  const auto add = [&](const char* name, const auto& value) {
    setting.emplace_back(name, fmt::format("{}", value));
  };
  add("dataset", options.eval.kind);
  setting.insert(setting.end(), subject.begin(), subject.end());
  add("prediction", name_of(kind));
  if (options.prediction_scale) add("prediction_scale", *options.prediction_scale);
  add("align", name_of(protocol.alignment));
  add("cap", protocol.cap);
  add("min_depth", protocol.min_depth);
  add("crop", name_of(protocol.crop));
  if (options.eval.predictions.empty()) add("upsample", options.upsampling);
  if (options.kitti_crop) add("kitti_crop", "yes");
  if (protocol.whdr_samples > 0) {
    add("whdr", fmt::format("{} pairs, seed {}", protocol.whdr_samples, protocol.seed));
  }
  if (options.eval.kind == "list") {
    add("truth_kind", options.truth_kind);
    add("truth_scale", options.truth_scale.value_or(1));
  }
  return results;
}

void check_options(const Options& o) {
  const bool files = !o.eval.predictions.empty();
  if (files && !o.eval.model.model.empty()) {
    fail(ErrorKind::usage, "--predictions and -m: expected one of them");
  }
  if (!files && (o.prediction_scale || !o.prediction_kind.empty())) {
    fail(ErrorKind::usage, "--prediction-scale and --prediction-kind are for --predictions");
  }
}

int run_depth(const Options& options, Interruption& interruption) {
  check_options(options);
  const eval::Dataset dataset =
      eval::open_dataset(options.eval.kind, true, options.eval.path,
                         {.images = options.eval.images,
                          .truth = options.eval.truth,
                          .truth_scale = options.truth_scale,
                          .truth_is_disparity = options.truth_kind == "disparity"});
  const auto run = [&](PredictionKind kind, const eval::Setting& subject, const auto& make_source) {
    const eval::DepthProtocol protocol = protocol_of(options, dataset, kind);
    const MakeEvaluator make = [&](int threads) {
      return std::make_unique<DepthEvaluator>(options, protocol, kind, make_source(threads));
    };
    return run_evaluation(options.eval, dataset, make,
                          empty_results(options, subject, protocol, kind), interruption);
  };
  if (!options.eval.predictions.empty()) {
    const PredictionFolder folder(options.eval.predictions, dataset);
    return run(kind_of_files(options, dataset, folder), {{"predictions", options.eval.predictions}},
               [&](int) { return std::make_unique<DepthFiles>(folder, options.prediction_scale); });
  }
  const OpenModel model = open_model(options.eval.model, model::Task::depth);
  Console console(options.eval.quiet);
  for (const std::string& note : model.notes) console.note(note);
  const bool is_metric = model.engine->config().metric.has_value();
  return run(is_metric ? PredictionKind::depth : PredictionKind::inverse,
             setting_of_model(options.eval, model),
             [&](int threads) { return std::make_unique<DepthModel>(options, model, threads); });
}

void add_protocol_options(Parser& command, Options& o) {
  const GroupScope scope(command, group::protocol);
  command
      .add_option(
          "--align", o.align,
          "none, median, or scale-shift (least squares in inverse depth); default: none for "
          "metres, else scale-shift")
      ->check(one_of(names_of<Alignment>()))
      ->type_name("HOW");
  command
      .add_option(
          "--cap", o.cap,
          "metres: truth from here on does not count, predictions end here; default: 10 for "
          "nyu, tum, pairs and middlebury, else 80")
      ->check(range(1e-6, 1e9))
      ->type_name("M");
  command.add_option("--min-depth", o.min_depth, "metres; default: 0.001")
      ->check(range(1e-9, 1e9))
      ->type_name("M");
  command
      .add_option(
          "--crop", o.crop,
          "the part that counts: none, garg, eigen-kitti or eigen-nyu; default: with --align "
          "none eigen-nyu for nyu and garg for kitti, else none")
      ->check(one_of(names_of<eval::Crop>()))
      ->type_name("CROP");
  command.add_flag(
      "--kitti-crop", o.kitti_crop,
      "predictions are of the bottom 352 rows and middle 1216 columns of each picture");
  command
      .add_option("--upsample", o.upsampling,
                  "the network's output to the picture's size: bilinear (default) or bicubic")
      ->check(one_of({"bilinear", "bicubic"}))
      ->type_name("METHOD");
  command
      .add_option("--whdr-samples", o.whdr_samples,
                  "WHDR of N pairs of points drawn from each picture's truth")
      ->check(range(1, 10'000'000))
      ->type_name("N");
  command.add_option("--seed", o.seed, "of the drawing; default: 0")->type_name("N");
}

void add_file_options(Parser& command, Options& o) {
  const GroupScope scope(command, group::files);
  command
      .add_option("--prediction-scale", o.prediction_scale,
                  "stored value / N is the prediction: 256 (KITTI), 1000 (NYU); default: as PNG's "
                  "text says, else 1")
      ->check(range(1e-9, 1e9))
      ->type_name("N");
  command
      .add_option("--prediction-kind", o.prediction_kind,
                  "depth or inverse; default: as the first file says, else inverse")
      ->check(one_of(names_of<PredictionKind>()))
      ->type_name("KIND");
  command
      .add_option("--truth-scale", o.truth_scale,
                  "list: stored value / N is in metres (or 1 / metres); default: 1")
      ->check(range(1e-9, 1e9))
      ->type_name("N");
  command.add_option("--truth-kind", o.truth_kind, "list: depth (default) or disparity")
      ->check(one_of({"depth", "disparity"}))
      ->type_name("KIND");
}

}  // namespace

void add_eval_depth(Parser& eval, Command& chosen) {
  auto options = std::make_shared<Options>();
  Parser& command = *eval.add_subcommand("depth", "Depth against measured depth");
  add_eval_options(command, options->eval, true);
  add_protocol_options(command, *options);
  add_file_options(command, *options);
  command.footer(dataset_help(true) + examples);
  command.callback([options, &chosen] {
    chosen = [options](Interruption& interruption) { return run_depth(*options, interruption); };
  });
}

}  // namespace dpt::cli
