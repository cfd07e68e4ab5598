#include "model/dpt/resnetv2.h"

#include <fmt/core.h>

#include <algorithm>

namespace dpt::model {

namespace {

constexpr float norm_epsilon = 1e-5F;

int64_t same_size(int64_t size, int64_t stride) { return (size + stride - 1) / stride; }

/// TensorFlow's SAME rule: the extra pixel of an odd total goes after.
int64_t same_padding_before(int64_t size, int64_t kernel, int64_t stride) {
  return std::max<int64_t>((same_size(size, stride) - 1) * stride + kernel - size, 0) / 2;
}

/// Convolution with standardised weights and SAME padding, no bias.
Value standardized_conv(Graph& g, const Scope& w, Value x, int64_t out, int64_t kernel,
                        int64_t stride, const ResnetConfig& c) {
  const Shape in = g.shape(x);
  const Value weight = g.constant(
      graph::standardize(w.constant("weight", {out, in[3], kernel, kernel}), c.standardization));
  const graph::Padding padding{same_padding_before(in[1], kernel, stride),
                               same_padding_before(in[2], kernel, stride)};
  const Value y = g.conv2d(x, weight, std::nullopt, stride, padding, same_size(in[1], stride),
                           same_size(in[2], stride));
  // Sums of standardised filters cancel, and the norm behind them scales up what is left: an error
  // of one product grows some hundred times until the output (docs/kernels.md).
  std::get<graph::Conv2d>(g.node(y).op).sensitive = true;
  return y;
}

Value group_norm(Graph& g, const Scope& w, Value x, const ResnetConfig& config) {
  const int64_t c = g.shape(x).back();
  return g.group_norm(x, w("weight", {c}), w("bias", {c}), config.norm_groups, norm_epsilon);
}

/// Post-activation bottleneck; the 3x3 convolution carries the stride.
Value bottleneck(Graph& g, const Scope& w, Value x, int64_t out, int64_t stride, bool projects,
                 const ResnetConfig& c) {
  const int64_t inner = bottleneck_width(out);
  Value shortcut = x;
  if (projects) {
    const Scope d = w / "downsample";
    shortcut = standardized_conv(g, d / "conv", x, out, 1, stride, c);
    shortcut = group_norm(g, d / "norm", shortcut, c);
  }
  x = standardized_conv(g, w / "conv1", x, inner, 1, 1, c);
  x = g.relu(group_norm(g, w / "norm1", x, c));
  x = standardized_conv(g, w / "conv2", x, inner, 3, stride, c);
  x = g.relu(group_norm(g, w / "norm2", x, c));
  x = standardized_conv(g, w / "conv3", x, out, 1, 1, c);
  x = group_norm(g, w / "norm3", x, c);
  return g.relu(g.add(x, shortcut));
}

Value stem(Graph& g, const Scope& w, Value image, const ResnetConfig& c) {
  Value x = standardized_conv(g, w / "conv", image, c.stem_channels, 7, 2, c);
  x = g.relu(group_norm(g, w / "norm", x, c));
  const Shape s = g.shape(x);
  if (!c.pool_padding) return g.max_pool(x, 3, 2, {}, (s[1] - 3) / 2 + 1, (s[2] - 3) / 2 + 1);
  const graph::Padding padding{same_padding_before(s[1], 3, 2), same_padding_before(s[2], 3, 2)};
  return g.max_pool(x, 3, 2, padding, same_size(s[1], 2), same_size(s[2], 2));
}

}  // namespace

int64_t bottleneck_width(int64_t out) {
  constexpr int64_t unit = 8;
  const int64_t rounded = std::max(unit, (out / 4 + unit / 2) / unit * unit);
  return 10 * rounded < 9 * out / 4 ? rounded + unit : rounded;
}

std::vector<Value> resnetv2(Graph& g, const Scope& w, Value image, const ResnetConfig& c) {
  Value x = g.name(stem(g, w / "stem", image, c), "backbone.stem");
  std::vector<Value> stages;
  for (size_t s = 0; s < c.stage_blocks.size(); ++s) {
    const auto stage_index = static_cast<int64_t>(s);
    const Scope stage = w / "stages" / stage_index / "blocks";
    for (int64_t b = 0; b < c.stage_blocks[s]; ++b) {
      const int64_t stride = (s > 0 && b == 0) ? 2 : 1;
      x = bottleneck(g, stage / b, x, c.stage_channels[s], stride, b == 0, c);
    }
    stages.push_back(g.name(x, fmt::format("backbone.stage.{}", s)));
  }
  return stages;
}

}  // namespace dpt::model
