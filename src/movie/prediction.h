// What the network says of a frame.
#pragma once

#include <functional>
#include <memory>

#include "image/image.h"
#include "runtime/engine.h"
#include "task/depth.h"
#include "task/input_rule.h"

namespace dpt::movie {

/// One frame and its depth or labels, at the frame's size.
struct Prediction {
  image::Image picture;
  image::Plane depth{};
  image::Labels labels{};
  double elapsed = 0;  ///< seconds since the last frame
  bool cut = false;    ///< another scene begins
};

/// Depth or labels of a frame; `elapsed` and `cut` are left to a Smoother. Used by one thread at a
/// time.
using Predictor = std::function<Prediction(image::Image)>;

/// Of the engine's task; `depth` is for models of depth. Throws as the task's constructor does.
Predictor make_predictor(const std::shared_ptr<runtime::Engine>& engine,
                         const task::InputRule& rule, const task::DepthOptions& depth, int threads);

}  // namespace dpt::movie
