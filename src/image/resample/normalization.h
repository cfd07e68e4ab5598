// How colours in [0, 1] are shifted and scaled before they enter a network.
#pragma once

#include <array>

namespace dpt::image {

/// Per channel, R G B: (x - mean) / std.
struct Normalization {
  std::array<double, 3> mean{0.5, 0.5, 0.5};
  std::array<double, 3> std{0.5, 0.5, 0.5};
};

/// mean 0 and std 1: values pass unchanged.
inline constexpr Normalization no_normalization{{0.0, 0.0, 0.0}, {1.0, 1.0, 1.0}};

}  // namespace dpt::image
