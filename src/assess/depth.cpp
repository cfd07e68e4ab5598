#include "assess/depth.h"

#include <fmt/format.h>

#include <array>
#include <functional>
#include <utility>

#include "base/error.h"
#include "eval/depth_metrics.h"
#include "eval/region.h"
#include "image/codec/read.h"
#include "image/resample/preprocess.h"

namespace dpt::assess {

namespace {

using eval::Alignment;
using eval::PredictionKind;

constexpr std::array<std::string_view, 7> extensions = {"npy",  "npz", "pfm", "tif",
                                                        "tiff", "exr", "png"};

/// A picture's prediction and what it is, by a model or from a file.
using Predict = std::function<DepthPrediction(const eval::Sample&)>;
using MakePredict = std::function<Predict(int threads)>;

DepthPrediction read_saved(const std::filesystem::path& path, const DepthRule& rule) {
  return read_prediction(path, rule.prediction_scale, rule.names.prediction_scale);
}

image::Image read_picture(const eval::Sample& sample, const DepthRule& rule) {
  return image::read(sample.picture, {.apply_exif_orientation = rule.apply_exif_orientation});
}

Predict predict_with(const Model& model, const DepthRule& rule, int threads) {
  auto estimator = std::make_shared<task::DepthEstimator>(
      model.engine, model.rule, threads, task::DepthOptions{.upsampling = rule.upsampling});
  return [=](const eval::Sample& sample) -> DepthPrediction {
    const image::Image picture = read_picture(sample, rule);
    return {estimator->run(rule.kitti_crop ? image::kitti_crop(picture) : picture.view()), {}};
  };
}

class DepthEvaluator : public Evaluator {
 public:
  DepthEvaluator(const DepthRule& rule, const eval::DepthProtocol& protocol, PredictionKind kind,
                 Predict predict)
      : rule_(rule), protocol_(protocol), kind_(kind), predict_(std::move(predict)) {}

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
    if (rule_.kitti_crop) eval::keep_kitti_crop(truth);
    return eval::depth_panels(read_picture(sample, rule_), aligned.depth, truth);
  }

 private:
  static eval::Depths read_truth(const eval::Sample& sample) {
    return sample.truth.empty() ? eval::Depths() : eval::read_depth_truth(sample);
  }

  eval::DepthResult measured(const eval::Sample& sample, size_t index, eval::Depths truth,
                             eval::AlignedDepth* aligned) {
    DepthPrediction prediction = predict_(sample);
    if (prediction.kind && !rule_.prediction_kind && *prediction.kind != kind_) {
      fail(ErrorKind::input, "the prediction is {}, the others are {}", name_of(*prediction.kind),
           name_of(kind_));
    }
    std::vector<eval::OrdinalPair> points;
    if (!sample.pairs.empty()) points = eval::read_pairs(sample.pairs);
    if (sample.point_pair) points.push_back(*sample.point_pair);
    if (rule_.kitti_crop && !truth.empty()) {
      prediction.values = eval::kitti_uncrop(prediction.values, truth.width(), truth.height(),
                                             rule_.names.kitti_crop);
      eval::keep_kitti_crop(points, truth.width(), truth.height());
      eval::keep_kitti_crop(truth);
    }
    return eval::evaluate(prediction.values, kind_, std::move(truth), points, protocol_, index,
                          aligned);
  }

  DepthRule rule_;
  eval::DepthProtocol protocol_;
  PredictionKind kind_;
  Predict predict_;
};

/// Of the files: what the rule says, else what the first one that can be read says of itself, else
/// inverse depth.
PredictionKind kind_of_files(const DepthRule& rule, const eval::Dataset& dataset,
                             const PredictionFolder& folder) {
  if (rule.prediction_kind) return *rule.prediction_kind;
  for (const eval::Sample& sample : dataset.samples) {
    const auto path = folder.find(sample, "depth", extensions);
    if (!path) continue;
    try {
      return read_saved(*path, rule).kind.value_or(PredictionKind::inverse);
    } catch (const Error& error) {
      // Told when its turn comes.
      if (error.kind() != ErrorKind::input) throw;
    }
  }
  return PredictionKind::inverse;
}

eval::DepthProtocol protocol_of(const DepthRule& rule, const eval::Dataset& dataset,
                                PredictionKind kind) {
  eval::DepthProtocol protocol;
  protocol.alignment = rule.alignment.value_or(
      kind == PredictionKind::depth ? Alignment::none : Alignment::scale_shift);
  if (protocol.alignment == Alignment::none) protocol.crop = dataset.depth.fine_tuned_crop;
  if (rule.crop) protocol.crop = *rule.crop;
  protocol.cap = rule.cap.value_or(dataset.depth.cap);
  protocol.min_depth = rule.min_depth;
  protocol.whdr_samples = rule.whdr_samples;
  protocol.seed = rule.seed;
  protocol.crop_name = rule.names.crop;
  if (!(protocol.min_depth < protocol.cap)) {
    fail(ErrorKind::usage, "{} is {} and the cap {}, expected less", rule.names.min_depth,
         protocol.min_depth, protocol.cap);
  }
  return protocol;
}

/// `subject`: the model or the folder of predictions. What has no part in the figures of this run
/// is left out.
eval::Setting setting_of_run(const DepthRule& rule, const eval::Dataset& dataset,
                             const eval::Setting& subject, const eval::DepthProtocol& protocol,
                             PredictionKind kind, bool is_model) {
  eval::Setting setting;
  const auto add = [&](const char* name, const auto& value) {
    setting.emplace_back(name, fmt::format("{}", value));
  };
  add("dataset", dataset.kind);
  setting.insert(setting.end(), subject.begin(), subject.end());
  add("prediction", name_of(kind));
  if (rule.prediction_scale) add("prediction_scale", *rule.prediction_scale);
  add("align", name_of(protocol.alignment));
  add("cap", protocol.cap);
  add("min_depth", protocol.min_depth);
  add("crop", name_of(protocol.crop));
  if (is_model) {
    add("upsample", rule.upsampling == task::Upsampling::bicubic ? "bicubic" : "bilinear");
  }
  if (rule.kitti_crop) add("kitti_crop", "yes");
  if (protocol.whdr_samples > 0) {
    add("whdr", fmt::format("{} pairs, seed {}", protocol.whdr_samples, protocol.seed));
  }
  if (dataset.kind == "list") {
    add("truth_kind", name_of(dataset.options.truth_kind));
    add("truth_scale", dataset.options.truth_scale.value_or(1));
  }
  return setting;
}

Plan plan_of(const DepthRule& rule, const eval::Dataset& dataset, const eval::Setting& subject,
             PredictionKind kind, bool is_model, MakePredict make_predict) {
  const eval::DepthProtocol protocol = protocol_of(rule, dataset, kind);
  Plan plan;
  plan.results.setting = setting_of_run(rule, dataset, subject, protocol, kind, is_model);
  plan.make = [=, make_predict = std::move(make_predict)](int threads) {
    return std::make_unique<DepthEvaluator>(rule, protocol, kind, make_predict(threads));
  };
  return plan;
}

}  // namespace

Plan plan_depth(const eval::Dataset& dataset, const DepthRule& rule, const Model& model) {
  const bool is_metric = model.engine->config().metric.has_value();
  return plan_of(rule, dataset, setting_of(model, rule.apply_exif_orientation),
                 is_metric ? PredictionKind::depth : PredictionKind::inverse, true,
                 [=](int threads) { return predict_with(model, rule, threads); });
}

Plan plan_depth(const eval::Dataset& dataset, const DepthRule& rule, const PredictionFolder& folder,
                const std::string& name) {
  return plan_of(rule, dataset, {{"predictions", name}}, kind_of_files(rule, dataset, folder),
                 false, [&folder, rule](int) -> Predict {
                   return [&folder, rule](const eval::Sample& sample) {
                     return read_saved(folder.expect(sample, "depth", extensions), rule);
                   };
                 });
}

}  // namespace dpt::assess
