// dpt eval segment
#include <algorithm>

#include "assess/labels.h"
#include "base/error.h"
#include "cli/eval_commands.h"
#include "cli/eval_run.h"
#include "eval/datasets/text_file.h"
#include "task/multi_scale.h"

namespace dpt::cli {

namespace {

constexpr const char* examples = R"(Examples:
  dpt eval segment ade20k ADEChallengeData2016/ -m dpt_hybrid-ade20k-53898607.pt
  dpt eval segment ade20k ADEChallengeData2016/ -m dpt_hybrid-ade20k-53898607.pt \
      --protocol ade20k-multiscale
  dpt eval segment list val.txt --predictions out/ --classes 19 --truth-zero-based \
      --ignore-label 255

Figures are of one confusion matrix of the whole data set. docs/evaluation.md has the protocols.)";

struct Options {
  EvalOptions eval;
  bool flip = false;
  std::string scales;
  int window = 0, stride = 0;
  std::string protocol;
  bool zero_based = false, truth_zero_based = false;
  std::optional<int> ignored;
  std::optional<int> classes;
};

/// Numbers separated by commas.
std::vector<double> parse_scales(const std::string& text) {
  std::vector<double> scales;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find(',', at), text.size());
    const std::optional<double> scale = eval::to_real(text.substr(at, end - at));
    if (!scale || *scale < 0.1 || *scale > 10) {
      fail(ErrorKind::usage, "--scales {}: expected numbers from 0.1 to 10, as 0.5,1,1.5",
           printable(text));
    }
    scales.push_back(*scale);
    at = end + 1;
  }
  return scales;
}

/// Nothing where the plain segmenter will do.
std::optional<task::MultiScaleOptions> views_of(const Options& o) {
  const bool asked = o.flip || !o.scales.empty() || o.window > 0 || o.stride > 0;
  if (!o.eval.predictions.empty() && (asked || !o.protocol.empty())) {
    fail(ErrorKind::usage,
         "--flip, --scales, --window, --stride and --protocol are for a model, not --predictions");
  }
  if (!o.protocol.empty()) {
    if (asked) {
      fail(ErrorKind::usage,
           "--protocol has its own --flip, --scales, --window and --stride; leave them out");
    }
    return task::ade20k_multi_scale();
  }
  if (o.stride > 0 && o.window == 0) fail(ErrorKind::usage, "--stride needs --window");
  if (!asked) return std::nullopt;
  task::MultiScaleOptions views;
  views.flip = o.flip;
  if (!o.scales.empty()) views.scales = parse_scales(o.scales);
  views.window = o.window;
  views.stride = o.stride > 0 ? o.stride : std::max(o.window * 2 / 3, 1);
  if (views.window > 0 && views.stride > views.window) {
    fail(ErrorKind::usage, "--stride {} leaves gaps between windows of {}", views.stride,
         views.window);
  }
  return views;
}

assess::LabelRule rule_of(const Options& o) {
  assess::LabelRule rule;
  rule.views = views_of(o);
  rule.apply_exif_orientation = !o.eval.no_exif_orientation;
  rule.zero_based = o.zero_based;
  rule.truth_zero_based = o.truth_zero_based;
  rule.ignored = o.ignored;
  rule.classes = o.classes;
  rule.names = {.zero_based = "--zero-based",
                .truth_zero_based = "--truth-zero-based",
                .ignored = "--ignore-label",
                .classes = "--classes"};
  return rule;
}

int run_segment(const Options& options, Interruption& interruption) {
  const bool files = !options.eval.predictions.empty();
  if (files && !options.eval.model.model.empty()) {
    fail(ErrorKind::usage, "--predictions and -m: expected one of them");
  }
  if (!files && options.zero_based) {
    fail(ErrorKind::usage, "--zero-based is for --predictions");
  }
  const assess::LabelRule rule = rule_of(options);
  const eval::Dataset dataset = eval::open_dataset(options.eval.kind, false, options.eval.path,
                                                   dataset_options(options.eval));
  if (files) {
    const assess::PredictionFolder folder = predictions_of(options.eval, dataset);
    return run_evaluation(options.eval, dataset,
                          assess::plan_labels(dataset, rule, folder, options.eval.predictions),
                          interruption);
  }
  const assess::Model model = model_of(options.eval, model::Task::segmentation);
  return run_evaluation(options.eval, dataset, assess::plan_labels(dataset, rule, model),
                        interruption);
}

void add_view_options(Parser& command, Options& o) {
  const GroupScope scope(command, group::protocol);
  command.add_flag("--flip", o.flip, "the mirrored picture too");
  command.add_option("--scales", o.scales, "sizes that are added, as 0.5,1,1.5; default: 1 alone")
      ->check(refuse_empty)
      ->type_name("LIST");
  command
      .add_option("--window", o.window,
                  "windows of N x N pixels of the picture, whose longer side is 520 x scale")
      ->check(range(32, 4096))
      ->type_name("N");
  command.add_option("--stride", o.stride, "from window to window; default: two thirds")
      ->check(range(1, 4096))
      ->type_name("N");
  command
      .add_option(
          "--protocol", o.protocol,
          "ade20k-multiscale: the paper's, --scales 0.5,0.75,1,1.25,1.5,1.75 --flip --window "
          "480 --stride 320")
      ->check(one_of({"ade20k-multiscale"}))
      ->type_name("NAME");
}

void add_label_options(Parser& command, Options& o) {
  const GroupScope scope(command, group::files);
  command.add_flag("--zero-based", o.zero_based,
                   "predictions store the class, not class + 1 with 0 for none");
  command.add_flag("--truth-zero-based", o.truth_zero_based, "list: so does the truth");
  command
      .add_option("--ignore-label", o.ignored,
                  "list: stored value that does not count; default: 0, or 255 with "
                  "--truth-zero-based")
      ->check(range(0, 65535))
      ->type_name("N");
  command.add_option("--classes", o.classes, "list: how many; default: the model's")
      ->check(range(1, eval::most_classes))
      ->type_name("N");
}

}  // namespace

void add_eval_segment(Parser& eval, Command& chosen) {
  auto options = std::make_shared<Options>();
  Parser& command = *eval.add_subcommand("segment", "Labels against annotated labels");
  add_eval_options(command, options->eval, false);
  add_view_options(command, *options);
  add_label_options(command, *options);
  command.footer(dataset_help(false) + examples);
  command.callback([options, &chosen] {
    chosen = [options](Interruption& interruption) { return run_segment(*options, interruption); };
  });
}

}  // namespace dpt::cli
