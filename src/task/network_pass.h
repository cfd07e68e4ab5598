// The step that all tasks share: a picture through the network.
#pragma once

#include "base/buffer.h"
#include "runtime/session.h"
#include "task/input_rule.h"

namespace dpt::task {

/// Keeps the input's memory from picture to picture.
class NetworkPass {
 public:
  struct Result {
    const float* data;  ///< [size.height, size.width, channels]; stays until the session's next run
    image::Size size;   ///< not always the input's: a patch of 8 pixels doubles it
    int channels;
  };
  Result run(runtime::Session& session, const InputRule& rule, const image::ImageView& picture);

 private:
  Buffer<float> input_;
};

}  // namespace dpt::task
