#include <fmt/core.h>

#include "model/modules.h"

namespace dpt::model {

namespace {

/// One of a unit's two convolutions, with its batch norm if the model has them.
Value residual_conv(Graph& g, const Scope& w, const char* conv_name, const char* norm_name, Value x,
                    const FusionConfig& c) {
  const Scope place = w / conv_name;
  x = c.residual_biases ? conv(g, place, x, c.fusion, 3)
                        : conv_without_bias(g, place, x, c.fusion, 3);
  return c.batch_norm ? batch_norm(g, w / norm_name, x) : x;
}

/// x + conv2(relu(conv1(relu(x)))); the sum takes x itself, not relu(x).
Value residual_conv_unit(Graph& g, const Scope& w, Value x, const FusionConfig& c) {
  const Value inner = residual_conv(g, w, "conv1", "bn1", g.relu(x), c);
  return g.add(x, residual_conv(g, w, "conv2", "bn2", g.relu(inner), c));
}

}  // namespace

Value fusion_block(Graph& g, const Scope& w, Value path, std::optional<Value> skip,
                   const FusionConfig& c) {
  if (skip) {
    const Shape s = g.shape(path);
    if (g.shape(*skip) != s) skip = g.resize(*skip, s[1], s[2], graph::Align::half_pixel);
    path = g.add(path, residual_conv_unit(g, w / "resConfUnit1", *skip, c));
  }
  path = residual_conv_unit(g, w / "resConfUnit2", path, c);
  return conv(g, w / "out_conv", g.upsample2x(path, graph::Align::corners), c.fusion, 1);
}

Value fuse(Graph& g, const Scope& w, const std::array<Value, 4>& maps, const FusionConfig& c) {
  std::optional<Value> path;
  for (int64_t k = 4; k >= 4 - c.head_input; --k) {
    const Value map = maps[static_cast<size_t>(k - 1)];
    const Value skip =
        g.name(conv_without_bias(g, w / fmt::format("layer{}_rn", k), map, c.fusion, 3),
               fmt::format("layer_rn.{}", k));
    const Scope block = w / fmt::format("refinenet{}", k);
    path = path ? fusion_block(g, block, *path, skip, c)
                : fusion_block(g, block, skip, std::nullopt, c);
    path = g.name(*path, fmt::format("fusion.{}", k));
  }
  return *path;
}

}  // namespace dpt::model
