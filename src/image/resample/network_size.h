// The size that a picture is given before it enters the network (specification 3.1).
#pragma once

#include "base/enum_names.h"

namespace dpt::image {

enum class ResizeMethod {
  minimal,      ///< the scale closest to 1, sides rounded to the nearest multiple
  upper_bound,  ///< both sides at most the wanted ones
  lower_bound,  ///< both sides at least the wanted ones
};

struct ResizeRule {
  int width = 384;
  int height = 384;
  int multiple = 32;
  ResizeMethod method = ResizeMethod::minimal;
  bool keep_aspect = true;
};

struct Size {
  int width = 0;
  int height = 0;
  bool operator==(const Size&) const = default;
};

/// Network size of a width x height picture. Ties round to even, as numpy and Python do. Throws
/// Error(input) when a side rounds to 0 or exceeds image::max_side.
Size network_size(int width, int height, const ResizeRule& rule);

/// The same as Hugging Face's DPTImageProcessor: the minimal rule with aspect, otherwise the
/// wanted size rounded to the multiple.
Size hf_network_size(int width, int height, const ResizeRule& rule);

}  // namespace dpt::image

namespace dpt {

template <>
struct EnumNames<image::ResizeMethod> {
  static constexpr EnumTable<image::ResizeMethod, 3> table = {
      {{image::ResizeMethod::minimal, "minimal"},
       {image::ResizeMethod::upper_bound, "upper bound"},
       {image::ResizeMethod::lower_bound, "lower bound"}}};
};

}  // namespace dpt
