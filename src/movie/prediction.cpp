#include "movie/prediction.h"

#include <utility>

#include "task/segmentation.h"

namespace dpt::movie {

Predictor make_predictor(const std::shared_ptr<runtime::Engine>& engine,
                         const task::InputRule& rule, const task::DepthOptions& depth,
                         int threads) {
  if (engine->config().task == model::Task::depth) {
    auto estimator = std::make_shared<task::DepthEstimator>(engine, rule, threads, depth);
    return [estimator](image::Image picture) {
      image::Plane values = estimator->run(picture);
      return Prediction{.picture = std::move(picture), .depth = std::move(values)};
    };
  }
  auto segmenter = std::make_shared<task::Segmenter>(engine, rule, threads);
  return [segmenter](image::Image picture) {
    image::Labels labels = segmenter->run(picture).labels;
    return Prediction{.picture = std::move(picture), .labels = std::move(labels)};
  };
}

}  // namespace dpt::movie
