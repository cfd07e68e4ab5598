#include "task/depth.h"

#include "base/error.h"

namespace dpt::task {

DepthEstimator::DepthEstimator(std::shared_ptr<runtime::Engine> engine, const InputRule& rule,
                               int threads)
    : rule_(rule), session_(std::move(engine), threads) {
  if (session_.engine().config().task != model::Task::depth) {
    fail(ErrorKind::usage, "{}: is a segmentation model, expected a depth model",
         session_.engine().weights().path_text());
  }
}

image::Plane DepthEstimator::run(const image::ImageView& picture) {
  const auto [result, size] = network_.run(session_, rule_, picture);

  image::Plane depth(picture.width, picture.height);
  image::resize_plane(result.data, size.width, size.height, 1, depth.data(), picture.width,
                      picture.height, image::PlaneFilter::bicubic);
  return depth;
}

}  // namespace dpt::task
