#include "assess/labels.h"

#include <fmt/format.h>

#include <array>
#include <functional>
#include <memory>
#include <utility>

#include "base/error.h"
#include "image/codec/read.h"
#include "image/draw/palette.h"
#include "task/segmentation.h"

namespace dpt::assess {

namespace {

constexpr std::array<std::string_view, 2> extensions = {"png", "npy"};

/// Class + 1 of a picture's pixels.
using Segment = std::function<image::Labels(const eval::Sample&)>;
using MakeSegment = std::function<Segment(int threads)>;

class LabelEvaluator : public Evaluator {
 public:
  LabelEvaluator(image::ReadOptions reading, eval::LabelEncoding encoding, Segment segment)
      : reading_(reading),
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
    const image::Image photo = image::read(sample.picture, reading_);
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

  image::ReadOptions reading_;
  eval::LabelEncoding encoding_;
  Segment segment_;
  eval::Confusion total_;
};

image::ReadOptions reading_of(const LabelRule& rule) {
  return {.apply_exif_orientation = rule.apply_exif_orientation};
}

Segment segment_with(const Model& model, const LabelRule& rule, int threads) {
  const image::ReadOptions reading = reading_of(rule);
  if (rule.views) {
    auto segmenter =
        std::make_shared<task::MultiScaleSegmenter>(model.engine, model.rule, threads, *rule.views);
    return [=](const eval::Sample& sample) {
      return segmenter->run(image::read(sample.picture, reading));
    };
  }
  auto segmenter = std::make_shared<task::Segmenter>(model.engine, model.rule, threads);
  return [=](const eval::Sample& sample) {
    return segmenter->run(image::read(sample.picture, reading)).labels;
  };
}

/// The data set's encoding with what the rule changes of a list's. `model_classes`: 0 without a
/// model.
eval::LabelEncoding encoding_of(const LabelRule& rule, const eval::Dataset& dataset,
                                int model_classes) {
  eval::LabelEncoding encoding = dataset.labels;
  encoding.zero_based_name = rule.names.truth_zero_based;
  if (dataset.kind != "list") {
    if (rule.truth_zero_based || rule.ignored || rule.classes) {
      fail(ErrorKind::usage, "{}, {} and {} are for list, not {}", rule.names.truth_zero_based,
           rule.names.ignored, rule.names.classes, dataset.kind);
    }
  } else {
    encoding.first = rule.truth_zero_based ? 0 : 1;
    encoding.ignored = rule.ignored.value_or(rule.truth_zero_based ? 255 : 0);
    encoding.classes = rule.classes.value_or(model_classes);
  }
  if (encoding.classes == 0) {
    fail(ErrorKind::usage, "{} must say how many classes the list has", rule.names.classes);
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
eval::Setting setting_of_run(const LabelRule& rule, const eval::Dataset& dataset,
                             const eval::Setting& subject, const eval::LabelEncoding& encoding) {
  eval::Setting setting;
  const auto add = [&](const char* name, const auto& value) {
    setting.emplace_back(name, fmt::format("{}", value));
  };
  add("dataset", dataset.kind);
  setting.insert(setting.end(), subject.begin(), subject.end());
  add("classes", encoding.classes);
  add("ignored", encoding.ignored);
  if (rule.truth_zero_based) add("truth_zero_based", "yes");
  if (rule.zero_based) add("zero_based", "yes");
  const auto& views = rule.views;
  if (views) {
    add("scales",
        fmt::format("{}{}", fmt::join(views->scales, " "), views->flip ? ", mirrored too" : ""));
  }
  if (views && views->window > 0) {
    add("window", views->window);
    add("stride", views->stride);
  }
  return setting;
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

Plan plan_of(const LabelRule& rule, const eval::Dataset& dataset, const eval::Setting& subject,
             const eval::LabelEncoding& encoding, std::vector<std::string> names,
             MakeSegment make_segment) {
  Plan plan;
  plan.results.task = eval::EvalTask::segmentation;
  plan.results.setting = setting_of_run(rule, dataset, subject, encoding);
  plan.results.confusion = eval::Confusion(encoding.classes);
  plan.results.classes = std::move(names);
  plan.make = [encoding, reading = reading_of(rule),
               make_segment = std::move(make_segment)](int threads) {
    return std::make_unique<LabelEvaluator>(reading, encoding, make_segment(threads));
  };
  return plan;
}

}  // namespace

Plan plan_labels(const eval::Dataset& dataset, const LabelRule& rule, const Model& model) {
  const model::ModelConfig& config = model.engine->config();
  const eval::LabelEncoding encoding = encoding_of(rule, dataset, static_cast<int>(config.classes));
  return plan_of(rule, dataset, setting_of(model, rule.apply_exif_orientation), encoding,
                 task::class_names(config),
                 [=](int threads) { return segment_with(model, rule, threads); });
}

Plan plan_labels(const eval::Dataset& dataset, const LabelRule& rule,
                 const PredictionFolder& folder, const std::string& name) {
  const eval::LabelEncoding encoding = encoding_of(rule, dataset, 0);
  const int first = rule.zero_based ? 0 : 1;
  const std::string_view option = rule.names.zero_based;
  return plan_of(rule, dataset, {{"predictions", name}}, encoding,
                 standard_names(dataset, encoding.classes), [=, &folder](int) -> Segment {
                   return [=, &folder](const eval::Sample& sample) {
                     return read_label_prediction(folder.expect(sample, "labels", extensions),
                                                  first, option);
                   };
                 });
}

}  // namespace dpt::assess
