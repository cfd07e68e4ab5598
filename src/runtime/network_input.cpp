#include "runtime/network_input.h"

#include "base/error.h"

namespace dpt::runtime {

namespace {

/// [n, c, plane] -> [n, plane, c].
void channels_last(const float* in, int64_t batch, int64_t channels, int64_t plane, float* out) {
  for (int64_t n = 0; n < batch; ++n) {
    for (int64_t c = 0; c < channels; ++c) {
      for (int64_t i = 0; i < plane; ++i) {
        out[(n * plane + i) * channels + c] = in[(n * channels + c) * plane + i];
      }
    }
  }
}

}  // namespace

NetworkInput made_up_input(int64_t height, int64_t width) {
  NetworkInput input{1, height, width,
                     Buffer<float>(static_cast<size_t>(3 * height * width), "the network's input")};
  uint32_t state = 1;
  for (float& value : input.values) {
    state = state * 1664525U + 1013904223U;  // Numerical Recipes' generator
    value = static_cast<float>(state >> 8) / static_cast<float>(1 << 23) - 1.0F;
  }
  return input;
}

NetworkInput input_of_planes(const Shape& shape, std::span<const float> values) {
  const bool fits =
      shape.rank() == 4 && shape[1] == 3 && static_cast<size_t>(shape.elements()) == values.size();
  if (!fits) {
    fail(ErrorKind::usage, "{} values of shape {}, expected [N, 3, H, W]", values.size(),
         shape.text());
  }
  NetworkInput input{shape[0], shape[2], shape[3],
                     Buffer<float>(values.size(), "the network's input")};
  channels_last(values.data(), shape[0], 3, shape[2] * shape[3], input.values.data());
  return input;
}

Buffer<float> planes_of_output(const backend::FloatView& output) {
  const Shape& s = output.shape;
  Buffer<float> planes(static_cast<size_t>(s.elements()), "the network's output");
  // The transpose of channels_last, which is channels_last with the two axes exchanged.
  channels_last(output.data, s[0], s[1] * s[2], s[3], planes.data());
  return planes;
}

}  // namespace dpt::runtime
