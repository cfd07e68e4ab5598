#include "task/depth.h"

#include <algorithm>

#include "base/error.h"
#include "image/resample/guided_upsample.h"
#include "task/tiles.h"

namespace dpt::task {

namespace {

/// Edges of the network's output are blurred over about so many of its pixels.
constexpr int edge_blur = 8;

image::Plane enlarged_nearest(const float* low, image::Size size, int width, int height) {
  image::Plane depth(width, height);
  for (int y = 0; y < height; ++y) {
    const float* row = low + int64_t{y} * size.height / height * size.width;
    for (int x = 0; x < width; ++x) depth.at(x, y) = row[int64_t{x} * size.width / width];
  }
  return depth;
}

}  // namespace

DepthEstimator::DepthEstimator(std::shared_ptr<runtime::Engine> engine, const InputRule& rule,
                               int threads, const DepthOptions& options)
    : rule_(rule), options_(options), session_(std::move(engine), threads) {
  if (session_.engine().config().task != model::Task::depth) {
    fail(ErrorKind::model, "{}: is a segmentation model, expected a depth model",
         session_.engine().weights().path_text());
  }
}

image::Plane DepthEstimator::in_one_piece(const image::ImageView& picture) {
  const NetworkPass::Result output = network_.run(session_, rule_, picture);
  const image::Size size = output.size;
  if (options_.upsampling == Upsampling::nearest) {
    return enlarged_nearest(output.data, size, picture.width, picture.height);
  }
  if (options_.upsampling == Upsampling::guided) {
    image::Plane low(size.width, size.height);
    std::copy(output.data, output.data + low.size(), low.data());
    return image::guided_upsample(session_.pool(), low, picture);
  }
  image::Plane depth(picture.width, picture.height);
  image::resize_plane(output.data, size.width, size.height, 1, depth.data(), picture.width,
                      picture.height,
                      options_.upsampling == Upsampling::bilinear ? image::PlaneFilter::bilinear
                                                                  : image::PlaneFilter::bicubic);
  return depth;
}

image::Plane DepthEstimator::run(const image::ImageView& picture) {
  if (options_.tile == 0 || std::max(picture.width, picture.height) <= options_.tile) {
    return in_one_piece(picture);
  }
  const image::Plane overview = in_one_piece(picture);
  const image::Size network =
      input_size(rule_, picture.width, picture.height, session_.engine().size_multiple());
  const int radius = edge_blur * std::max(picture.width / network.width, 1);
  const TileGrid grid = tile_grid(picture.width, picture.height, options_.tile);
  return merge_tiles(picture, overview, grid, radius,
                     [this](const image::ImageView& view) { return in_one_piece(view); });
}

}  // namespace dpt::task
