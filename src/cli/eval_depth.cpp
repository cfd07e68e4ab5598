// dpt eval depth
#include "assess/depth.h"
#include "base/enum_names.h"
#include "base/error.h"
#include "cli/eval_commands.h"
#include "cli/eval_run.h"

namespace dpt::cli {

namespace {

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

assess::DepthRule rule_of(const Options& o) {
  assess::DepthRule rule;
  rule.alignment = parse_enum<eval::Alignment>(o.align);
  rule.crop = parse_enum<eval::Crop>(o.crop);
  rule.cap = o.cap;
  rule.min_depth = o.min_depth;
  rule.whdr_samples = o.whdr_samples;
  rule.seed = o.seed;
  rule.kitti_crop = o.kitti_crop;
  if (o.upsampling == "bicubic") rule.upsampling = task::Upsampling::bicubic;
  rule.apply_exif_orientation = !o.eval.no_exif_orientation;
  rule.prediction_scale = o.prediction_scale;
  rule.prediction_kind = parse_enum<eval::PredictionKind>(o.prediction_kind);
  rule.names = {.crop = "--crop",
                .min_depth = "--min-depth",
                .kitti_crop = "--kitti-crop",
                .prediction_scale = "--prediction-scale"};
  return rule;
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
                         dataset_options(options.eval, options.truth_scale,
                                         *parse_enum<eval::TruthKind>(options.truth_kind)));
  const assess::DepthRule rule = rule_of(options);
  if (!options.eval.predictions.empty()) {
    const assess::PredictionFolder folder = predictions_of(options.eval, dataset);
    return run_evaluation(options.eval, dataset,
                          assess::plan_depth(dataset, rule, folder, options.eval.predictions),
                          interruption);
  }
  const assess::Model model = model_of(options.eval, model::Task::depth);
  return run_evaluation(options.eval, dataset, assess::plan_depth(dataset, rule, model),
                        interruption);
}

void add_protocol_options(Parser& command, Options& o) {
  const GroupScope scope(command, group::protocol);
  command
      .add_option(
          "--align", o.align,
          "none, median, or scale-shift (least squares in inverse depth); default: none for "
          "metres, else scale-shift")
      ->check(one_of(names_of<eval::Alignment>()))
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
      ->check(one_of(names_of<eval::PredictionKind>()))
      ->type_name("KIND");
  command
      .add_option("--truth-scale", o.truth_scale,
                  "list: stored value / N is in metres (or 1 / metres); default: 1")
      ->check(range(1e-9, 1e9))
      ->type_name("N");
  command.add_option("--truth-kind", o.truth_kind, "list: depth (default) or disparity")
      ->check(one_of(names_of<eval::TruthKind>()))
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
