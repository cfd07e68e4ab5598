// dpt eval segment
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "cli/console.h"
#include "cli/eval_commands.h"
#include "cli/eval_run.h"
#include "cli/eval_setting.h"
#include "cli/predictions.h"
#include "eval/datasets/text_file.h"
#include "image/codec/read.h"
#include "image/draw/palette.h"
#include "task/multi_scale.h"
#include "task/segmentation.h"

namespace dpt::cli {

namespace {

constexpr std::array<std::string_view, 2> extensions = {"png", "npy"};

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

/// Class + 1 of a picture's pixels.
using Segment = std::function<image::Labels(const eval::Sample&)>;

class LabelEvaluator : public Evaluator {
 public:
  LabelEvaluator(const EvalOptions& options, eval::LabelEncoding encoding, Segment segment)
      : options_(options),
        encoding_(encoding),
        segment_(std::move(segment)),
        total_(encoding.classes) {}

  eval::PictureResult evaluate(const eval::Sample& sample, size_t /*index*/) override {
    const image::Labels truth = read_truth(sample);
    eval::Confusion counts(encoding_.classes);
    counts.add(truth, fitting_labels(sample, truth));
    const eval::LabelFigures figures = counts.figures();
    total_.add(counts);
    return {.valid = counts.pixels(),
            .figures = {figures.pixel_accuracy, figures.mean_accuracy, figures.mean_iou}};
  }

  std::vector<eval::Panel> panels(const eval::Sample& sample, size_t /*index*/) override {
    const image::Labels truth = read_truth(sample);
    const image::Image photo =
        image::read(sample.picture, {.apply_exif_orientation = !options_.no_exif_orientation});
    return eval::label_panels(photo, fitting_labels(sample, truth), truth);
  }

  const eval::Confusion* confusion() const override { return &total_; }

 private:
  image::Labels read_truth(const eval::Sample& sample) const {
    if (sample.truth.empty()) fail(ErrorKind::input, "the list names no truth");
    return eval::read_label_truth(sample.truth, encoding_, encoding_.classes);
  }

  image::Labels fitting_labels(const eval::Sample& sample, const image::Labels& truth) {
    image::Labels labels = segment_(sample);
    if (labels.width() != truth.width() || labels.height() != truth.height()) {
      fail(ErrorKind::input, "the labels are {}x{}, the truth {}x{}", labels.width(),
           labels.height(), truth.width(), truth.height());
    }
    return labels;
  }

  const EvalOptions& options_;
  eval::LabelEncoding encoding_;
  Segment segment_;
  eval::Confusion total_;
};

Segment segment_with_model(const Options& options, const OpenModel& model, int threads,
                           const std::optional<task::MultiScaleOptions>& views) {
  const task::InputRule rule = rule_for(*model.engine, options.eval.rule);
  const image::ReadOptions reading{.apply_exif_orientation = !options.eval.no_exif_orientation};
  if (views) {
    auto segmenter =
        std::make_shared<task::MultiScaleSegmenter>(model.engine, rule, threads, *views);
    return [=](const eval::Sample& sample) {
      return segmenter->run(image::read(sample.picture, reading));
    };
  }
  auto segmenter = std::make_shared<task::Segmenter>(model.engine, rule, threads);
  return [=](const eval::Sample& sample) {
    return segmenter->run(image::read(sample.picture, reading)).labels;
  };
}

/// The data set's encoding with what the options change of a list's. `model_classes`: 0 without a
/// model. Throws Error(usage) where the classes are not known or not the same.
eval::LabelEncoding encoding_of(const Options& o, const eval::Dataset& dataset, int model_classes) {
  eval::LabelEncoding encoding = dataset.labels;
  if (dataset.kind != "list") {
    if (o.truth_zero_based || o.ignored || o.classes) {
      fail(ErrorKind::usage,
           "--truth-zero-based, --ignore-label and --classes are for list, not {}", dataset.kind);
    }
  } else {
    encoding.first = o.truth_zero_based ? 0 : 1;
    encoding.ignored = o.ignored.value_or(o.truth_zero_based ? 255 : 0);
    encoding.classes = o.classes.value_or(model_classes);
  }
  if (encoding.classes == 0) {
    fail(ErrorKind::usage, "--classes must say how many classes the list has");
  }
  if (model_classes != 0 && model_classes != encoding.classes) {
    fail(ErrorKind::usage, "the model has {} classes, the data set {}", model_classes,
         encoding.classes);
  }
  if (encoding.classes > eval::most_classes) {
    fail(ErrorKind::usage, "{} classes, expected at most {}", encoding.classes, eval::most_classes);
  }
  return encoding;
}

/// `subject`: the model or the folder of predictions. What has no part in the figures of this run
/// is left out.
eval::Results empty_results(const Options& options, const eval::Setting& subject,
                            const eval::LabelEncoding& encoding,
                            const std::optional<task::MultiScaleOptions>& views) {
  eval::Results results;
  results.task = eval::EvalTask::segmentation;
  eval::Setting& setting = results.setting;
  const auto add = [&](const char* name, const auto& value) {
    setting.emplace_back(name, fmt::format("{}", value));
  };
  add("dataset", options.eval.kind);
  setting.insert(setting.end(), subject.begin(), subject.end());
  add("classes", encoding.classes);
  add("ignored", encoding.ignored);
  if (options.truth_zero_based) add("truth_zero_based", "yes");
  if (options.zero_based) add("zero_based", "yes");
  if (views) {
    add("scales",
        fmt::format("{}{}", fmt::join(views->scales, " "), views->flip ? ", mirrored too" : ""));
  }
  if (views && views->window > 0) {
    add("window", views->window);
    add("stride", views->stride);
  }
  results.confusion = eval::Confusion(encoding.classes);
  return results;
}

/// Where no model names them.
std::vector<std::string> standard_names(const eval::Dataset& dataset, int classes) {
  if (dataset.kind == "ade20k") {
    const auto names = image::ade20k_names();
    return {names.begin(), names.end()};
  }
  std::vector<std::string> names;
  names.reserve(static_cast<size_t>(classes));
  for (int i = 0; i < classes; ++i) names.push_back(fmt::format("class {}", i));
  return names;
}

int run_segment(const Options& options, Interruption& interruption) {
  const bool files = !options.eval.predictions.empty();
  if (files && !options.eval.model.model.empty()) {
    fail(ErrorKind::usage, "--predictions and -m: expected one of them");
  }
  if (!files && options.zero_based) {
    fail(ErrorKind::usage, "--zero-based is for --predictions");
  }
  const auto views = views_of(options);
  const eval::Dataset dataset =
      eval::open_dataset(options.eval.kind, false, options.eval.path,
                         {.images = options.eval.images, .truth = options.eval.truth});
  const auto run = [&](const eval::LabelEncoding& encoding, const eval::Setting& subject,
                       std::vector<std::string> names, const auto& make_segment) {
    eval::Results results = empty_results(options, subject, encoding, views);
    results.classes = std::move(names);
    const MakeEvaluator make = [&](int threads) {
      return std::make_unique<LabelEvaluator>(options.eval, encoding, make_segment(threads));
    };
    return run_evaluation(options.eval, dataset, make, std::move(results), interruption);
  };
  if (files) {
    const eval::LabelEncoding encoding = encoding_of(options, dataset, 0);
    const PredictionFolder folder(options.eval.predictions, dataset);
    const int first = options.zero_based ? 0 : 1;
    return run(encoding, {{"predictions", options.eval.predictions}},
               standard_names(dataset, encoding.classes), [&](int) -> Segment {
                 return [&folder, first](const eval::Sample& sample) {
                   return read_label_prediction(folder.expect(sample, "labels", extensions), first);
                 };
               });
  }
  const OpenModel model = open_model(options.eval.model, model::Task::segmentation);
  Console console(options.eval.quiet);
  for (const std::string& note : model.notes) console.note(note);
  const model::DptConfig& config = model.engine->config();
  return run(encoding_of(options, dataset, static_cast<int>(config.classes)),
             setting_of_model(options.eval, model), task::class_names(config),
             [&](int threads) { return segment_with_model(options, model, threads, views); });
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
