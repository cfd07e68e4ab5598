// Source positions and weights of PyTorch's CPU interpolate for float32 (specification, section 0):
// scale, coordinates and weights in float32, no antialias.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace dpt::image {

/// Where one output position reads from: N source positions and their weights.
template <size_t N>
struct Tap {
  std::array<int, N> index;
  std::array<float, N> weight;
};

/// One tap per output position; BL-F of the specification: align_corners false.
std::vector<Tap<2>> linear_taps(int in, int out);
/// BL-T: align_corners true.
std::vector<Tap<2>> corner_taps(int in, int out);
/// BC-F, A = -0.75, indices clamped to the border.
std::vector<Tap<4>> cubic_taps(int in, int out);

}  // namespace dpt::image
