#include "model/dpt.h"

#include <fmt/core.h>

#include <array>

#include "model/modules.h"

namespace dpt::model {

namespace {

/// The four feature maps, at strides 4, 8, 16, 32 (1.2).
std::array<Value, 4> features(Graph& g, const Scope& pretrained, Value image, const DptConfig& c) {
  const int64_t grid_height = g.shape(image)[1] / c.patch;
  const int64_t grid_width = g.shape(image)[2] / c.patch;
  const Scope model = pretrained / "model";

  std::array<Value, 4> maps;
  Value patches;
  size_t first_tap = 0;
  if (c.backbone == Backbone::hybrid) {
    const std::vector<Value> stages = resnetv2(g, model / "patch_embed" / "backbone", image, c);
    maps[0] = stages[0];
    maps[1] = stages[1];
    first_tap = 2;
    const Value map = conv(g, model / "patch_embed" / "proj", stages.back(), c.width, 1);
    std::get<graph::Conv2d>(g.node(map).op).sensitive = true;  // all tokens come from it
    patches = g.reshape(map, {g.shape(map)[0], grid_height * grid_width, c.width});
  } else {
    patches = embed_patches(g, model, image, c);
  }
  const Value tokens = embed_positions(g, model, patches, grid_height, grid_width, c);
  const std::vector<Value> blocks = transformer(g, model, tokens, c);
  for (size_t k = first_tap; k < 4; ++k) {
    const Scope w = pretrained / fmt::format("act_postprocess{}", k + 1);
    const Value tap = blocks[static_cast<size_t>(c.taps[k])];
    maps[k] = g.name(reassemble(g, w, tap, static_cast<int>(k), grid_height, grid_width, c),
                     fmt::format("reassemble.{}", k + 1));
  }
  return maps;
}

/// Feature maps -> the map that the head reads, usually the last one, at stride 2 (1.8).
Value fuse(Graph& g, const Scope& scratch, const std::array<Value, 4>& maps, const DptConfig& c) {
  std::optional<Value> path;
  for (int64_t k = 4; k >= 4 - c.head_input; --k) {
    const Value map = maps[static_cast<size_t>(k - 1)];
    const Value skip =
        g.name(conv_without_bias(g, scratch / fmt::format("layer{}_rn", k), map, c.fusion, 3),
               fmt::format("layer_rn.{}", k));
    const Scope w = scratch / fmt::format("refinenet{}", k);
    path = path ? fusion_block(g, w, *path, skip, c) : fusion_block(g, w, skip, std::nullopt, c);
    path = g.name(*path, fmt::format("fusion.{}", k));
  }
  return *path;
}

/// Tensors that belong to DPT but have no part in inference (1.4, 1.8, 1.9); the last fusions, too,
/// where the head reads an earlier one.
bool is_known_unused(std::string_view key, const DptConfig& c) {
  std::vector<std::string> prefixes = {"pretrained.model.norm.", "pretrained.model.head.",
                                       "scratch.refinenet4.resConfUnit1.", "auxlayer."};
  for (int k = 3 - c.head_input; k >= 1; --k) {
    prefixes.push_back(fmt::format("scratch.refinenet{}.", k));
    prefixes.push_back(fmt::format("scratch.layer{}_rn.", k));
  }
  for (const std::string& prefix : prefixes) {
    if (key.starts_with(prefix)) return true;
  }
  return key.ends_with(".num_batches_tracked");
}

}  // namespace

graph::Graph build(const DptConfig& config, std::shared_ptr<const weights::WeightSet> weights,
                   int64_t batch, int64_t height, int64_t width, WeightReport& report,
                   Ending ending) {
  Graph g;
  const Scope root(g, std::move(weights), report);
  const Value image = g.input({batch, height, width, 3});
  const Scope scratch = root / "scratch";
  const Value path = fuse(g, scratch, features(g, root / "pretrained", image, config), config);
  const Scope head = scratch / "output_conv";
  g.set_output(config.task == Task::depth ? depth_head(g, head, path, config)
                                          : segmentation_head(g, head, path, config, ending));
  return g;
}

WeightCheck check_weights(const DptConfig& config,
                          const std::shared_ptr<const weights::WeightSet>& weights) {
  WeightReport report;
  const int64_t side = 2 * config.patch;
  build(config, weights, 1, side, side, report);
  WeightCheck check;
  check.problems = std::move(report.problems);
  for (const std::string& key : weights->keys()) {
    if (report.used.contains(key)) {
      check.parameters += weights->shape(key).elements();
    } else {
      (is_known_unused(key, config) ? check.unused : check.unexpected).push_back(key);
    }
  }
  return check;
}

}  // namespace dpt::model
