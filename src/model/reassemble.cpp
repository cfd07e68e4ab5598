#include <fmt/core.h>

#include "model/modules.h"

namespace dpt::model {

namespace {

/// tokens [N, 1 + n, D] -> [N, n, D] (1.6)
Value read_out(Graph& g, const Scope& w, Value tokens, graph::Activation activation,
               Readout readout) {
  const int64_t n = g.shape(tokens)[1] - 1;
  const Value patches = g.slice_tokens(tokens, 1, n);
  if (readout == Readout::ignore) return patches;
  const Value class_token = g.slice_tokens(tokens, 0, 1);
  if (readout == Readout::add) return g.add(patches, class_token);
  const Value pairs = g.append_token(patches, class_token);  // patch features first
  return activate(g, linear(g, w / "0" / "project" / "0", pairs, g.shape(patches).back()),
                  activation);
}

/// Enlarged `stride` times, or thinned out to every -stride-th position (1.7).
Value resample(Graph& g, const Scope& w, Value x, int64_t stride) {
  const int64_t channels = g.shape(x).back();
  if (stride == 1) return x;
  if (stride < 0) return conv(g, w, x, channels, 3, -stride);
  return g.conv_transpose(x, w("weight", {channels, channels, stride, stride}),
                          w("bias", {channels}), stride);
}

}  // namespace

Value reassemble(Graph& g, const Scope& w, Value tokens, int k, int64_t grid_height,
                 int64_t grid_width, graph::Activation activation, const ReassembleConfig& c) {
  Value x = read_out(g, w, tokens, activation, c.readout);
  const Shape s = g.shape(x);
  x = g.reshape(x, {s[0], grid_height, grid_width, s[2]});
  x = conv(g, w / "3", x, c.reassemble[static_cast<size_t>(k)], 1);
  return resample(g, w / "4", x, c.resampling[static_cast<size_t>(k)]);
}

}  // namespace dpt::model
