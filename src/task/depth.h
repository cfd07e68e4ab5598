// Monocular depth of a picture.
#pragma once

#include <memory>

#include "image/image.h"
#include "runtime/session.h"
#include "task/input_rule.h"
#include "task/network_pass.h"

namespace dpt::task {

/// How the network's output comes to the picture's size.
enum class Upsampling : uint8_t {
  bicubic,   ///< as the official scripts; overshoots at edges
  bilinear,  ///< no overshoot
  nearest,   ///< only values that the network gave
  guided,    ///< along the picture's edges (image/resample/guided_upsample.h)
};

struct DepthOptions {
  Upsampling upsampling = Upsampling::bicubic;
  /// Detail from tiles of so many pixels a side (task/tiles.h); 0: none. Pictures that are not
  /// larger are computed in one piece; below 0, others are an
  /// Error(usage).
  int tile = 0;
};

/// One thread's depth estimator. Shares the Engine with others.
class DepthEstimator {
 public:
  /// Throws Error(model) when the engine's model is not a depth model. `threads` >= 1.
  DepthEstimator(std::shared_ptr<runtime::Engine> engine, const InputRule& rule, int threads,
                 const DepthOptions& options = {});

  /// Depth at the picture's size: relative inverse depth (larger is nearer; scale and shift differ
  /// from picture to picture), or metres for a metric model. Bicubic overshoot is not clamped.
  /// Throws Error(input) for a picture that cannot be brought to a network size.
  image::Plane run(const image::ImageView& picture);

  const InputRule& rule() const { return rule_; }
  runtime::Session& session() { return session_; }

 private:
  image::Plane in_one_piece(const image::ImageView& picture);

  InputRule rule_;
  DepthOptions options_;
  runtime::Session session_;
  NetworkPass network_;
};

}  // namespace dpt::task
