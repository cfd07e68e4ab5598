#include "task/segmentation.h"

#include <fmt/core.h>

#include "base/error.h"
#include "image/draw/palette.h"
#include "task/label_map.h"

namespace dpt::task {

Segmenter::Segmenter(std::shared_ptr<runtime::Engine> engine, const InputRule& rule, int threads)
    : rule_(rule), session_(std::move(engine), threads, model::Ending::before_upsampling) {
  if (session_.engine().config().task != model::Task::segmentation) {
    fail(ErrorKind::model, "{}: is a depth model, expected a segmentation model",
         session_.engine().weights().path_text());
  }
}

Segmentation Segmenter::run(const image::ImageView& picture, bool with_scores) {
  const auto [maps, size, classes] = network_.run(session_, rule_, picture);
  const auto filter = rule_.convention == Convention::official ? image::PlaneFilter::bicubic
                                                               : image::PlaneFilter::bilinear;
  Segmentation result;
  result.labels = image::Labels(picture.width, picture.height);
  if (with_scores) result.scores = image::Plane(picture.width, picture.height);
  label_map(session_.pool(),
            {.data = maps,
             .width = size.width,
             .height = size.height,
             .classes = classes,
             .logits = {2 * size.width, 2 * size.height}},  // the upsampling that was left out
            filter, result.labels, with_scores ? &result.scores : nullptr);
  result.pixels.assign(static_cast<size_t>(classes), 0);
  for (const uint16_t label : result.labels.span()) ++result.pixels[label - 1U];
  return result;
}

std::vector<std::string> class_names(const model::ModelConfig& config) {
  if (!config.labels.empty()) return config.labels;
  const auto ade20k = image::ade20k_names();
  if (config.classes == static_cast<int64_t>(ade20k.size())) {
    return {ade20k.begin(), ade20k.end()};
  }
  std::vector<std::string> names;
  for (int64_t i = 0; i < config.classes; ++i) names.push_back(fmt::format("class {}", i));
  return names;
}

}  // namespace dpt::task
