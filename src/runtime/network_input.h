// A network's input and output as other programs have them: channels first.
#pragma once

#include <cstdint>
#include <span>

#include "backend/backend.h"
#include "base/buffer.h"

namespace dpt::runtime {

/// Input of one run.
struct NetworkInput {
  int64_t batch = 1, height = 0, width = 0;
  Buffer<float> values;  ///< [batch, height, width, 3]
};

/// Values from -1 to 1 of a picture without structure, always the same: the amount of a network's
/// work does not depend on them. Throws Error(resource).
NetworkInput made_up_input(int64_t height, int64_t width);

/// `values`: [batch, 3, height, width]. Throws Error(usage) for another shape, Error(resource).
NetworkInput input_of_planes(const Shape& shape, std::span<const float> values);

/// [batch, height, width, channels] as [batch, channels, height, width]. Throws Error(resource).
Buffer<float> planes_of_output(const backend::FloatView& output);

}  // namespace dpt::runtime
