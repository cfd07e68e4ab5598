#include "task/network_pass.h"

namespace dpt::task {

NetworkPass::Result NetworkPass::run(runtime::Session& session, const InputRule& rule,
                                     const image::ImageView& picture) {
  const image::Size size =
      input_size(rule, picture.width, picture.height, session.engine().size_multiple());
  // Compiled before anything is computed, so that a size which the network refuses costs nothing.
  session.prepare(1, size.height, size.width);
  const size_t values = 3 * static_cast<size_t>(size.width) * static_cast<size_t>(size.height);
  if (input_.size() != values) input_ = Buffer<float>(values, "the network's input");
  make_input(rule, picture, size, input_.data());
  const backend::FloatView output = session.run(input_.data(), 1, size.height, size.width);
  return {output.data,
          {static_cast<int>(output.shape[2]), static_cast<int>(output.shape[1])},
          static_cast<int>(output.shape[3])};
}

}  // namespace dpt::task
