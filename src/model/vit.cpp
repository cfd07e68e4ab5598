#include <fmt/core.h>

#include "model/modules.h"

namespace dpt::model {

namespace {

using graph::Align;

/// x [N, T, D] -> [N, T, D]
Value attention(Graph& g, const Scope& w, Value x, const VitConfig& c) {
  const int64_t width = g.shape(x).back();
  const Value qkv = c.qkv_biases ? linear(g, w / "qkv", x, 3 * width)
                                 : linear_without_bias(g, w / "qkv", x, 3 * width);
  return linear(g, w / "proj", g.attention(qkv, c.heads), width);
}

/// x [N, T, D] -> [N, T, D]
Value mlp(Graph& g, const Scope& w, Value x, const VitConfig& c) {
  const int64_t width = g.shape(x).back();
  const Value hidden = activate(g, linear(g, w / "fc1", x, c.mlp_width), c.activation);
  return linear(g, w / "fc2", hidden, width);
}

/// Pre-norm transformer block (1.4). x: tokens [N, T, D] -> [N, T, D].
Value transformer_block(Graph& g, const Scope& w, Value x, const VitConfig& c) {
  x = g.add(x, attention(g, w / "attn", layer_norm(g, w / "norm1", x, c.norm_epsilon), c));
  return g.add(x, mlp(g, w / "mlp", layer_norm(g, w / "norm2", x, c.norm_epsilon), c));
}

}  // namespace

Value embed_patches(Graph& g, const Scope& w, Value image, const VitConfig& c) {
  const Scope proj = w / "patch_embed" / "proj";
  const Value map = g.conv2d(image, proj("weight", {c.width, 3, c.patch, c.patch}),
                             proj("bias", {c.width}), c.patch);
  const Shape& s = g.shape(map);
  return g.reshape(map, {s[0], s[1] * s[2], s[3]});
}

Value embed_positions(Graph& g, const Scope& w, Value patches, int64_t grid_height,
                      int64_t grid_width, const VitConfig& c) {
  const int64_t trained = c.grid * c.grid;
  const Value positions = w("pos_embed", {1, 1 + trained, c.width});
  Value grid = g.reshape(g.slice_tokens(positions, 1, trained), {1, c.grid, c.grid, c.width});
  grid = g.resize(grid, grid_height, grid_width, Align::half_pixel);
  grid = g.reshape(grid, {1, grid_height * grid_width, c.width});
  const Value all = g.prepend_token(g.slice_tokens(positions, 0, 1), grid);
  return g.add(g.prepend_token(w("cls_token", {1, 1, c.width}), patches), all);
}

std::vector<Value> transformer(Graph& g, const Scope& w, Value tokens, const VitConfig& c) {
  std::vector<Value> outputs;
  Value x = g.name(tokens, "tokens");
  for (int64_t i = 0; i < c.blocks; ++i) {
    x = g.name(transformer_block(g, w / "blocks" / i, x, c), fmt::format("block.{}", i));
    outputs.push_back(x);
  }
  return outputs;
}

}  // namespace dpt::model
