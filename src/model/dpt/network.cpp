#include "model/dpt/network.h"

#include <fmt/ranges.h>

#include <array>

#include "model/dpt/hf_config_text.h"
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
    maps[k] =
        g.name(reassemble(g, w, tap, static_cast<int>(k), grid_height, grid_width, c.activation, c),
               fmt::format("reassemble.{}", k + 1));
  }
  return maps;
}

std::string resnet_of(const DptConfig& c) {
  if (c.stage_blocks == std::vector<int64_t>{3, 4, 9}) return "ResNet-50";
  return fmt::format("ResNet of {} bottlenecks", fmt::join(c.stage_blocks, ", "));
}

std::string_view standardization_of(const DptConfig& c) {
  const bool deviation = c.standardization == graph::WeightStandardization::deviation;
  return deviation ? "deviation" : "variance";
}

}  // namespace

graph::Value DptNetwork::build(Graph& g, const Scope& weights, Value image, Ending ending) const {
  const DptConfig& c = config_;
  const Scope scratch = weights / "scratch";
  const Value path = fuse(g, scratch, features(g, weights / "pretrained", image, c), c);
  const Scope head = scratch / "output_conv";
  return c.task == Task::depth ? depth_head(g, head, path, c.head, c.metric)
                               : segmentation_head(g, head, path, c.classes, ending);
}

/// 1.4, 1.8, 1.9; the last fusions, too, where the head reads an earlier one.
bool DptNetwork::is_known_unused(std::string_view key) const {
  std::vector<std::string> prefixes = {"pretrained.model.norm.", "pretrained.model.head.",
                                       "scratch.refinenet4.resConfUnit1.", "auxlayer."};
  for (int k = 3 - config_.head_input; k >= 1; --k) {
    prefixes.push_back(fmt::format("scratch.refinenet{}.", k));
    prefixes.push_back(fmt::format("scratch.layer{}_rn.", k));
  }
  for (const std::string& prefix : prefixes) {
    if (key.starts_with(prefix)) return true;
  }
  return key.ends_with(".num_batches_tracked");
}

bool DptNetwork::can_be(const ModelType& type) const {
  return type.name.starts_with("dpt_hybrid") == (config_.backbone == Backbone::hybrid);
}

Json DptNetwork::facts() const {
  const DptConfig& c = config_;
  const bool is_hybrid = c.backbone == Backbone::hybrid;
  Json facts = {{"backbone", is_hybrid ? resnet_of(c) + " and ViT" : "ViT"},
                {"patch", c.patch},
                {"blocks", c.blocks},
                {"width", c.width},
                {"heads", c.heads},
                {"mlp_width", c.mlp_width},
                {"taps", c.taps},
                {"readout", name_of(c.readout)},
                {"reassemble", c.reassemble},
                {"fusion", c.fusion},
                {"batch_norm", c.batch_norm}};
  if (is_hybrid) {
    facts["stage_blocks"] = c.stage_blocks;
    facts["weight_standardization"] = standardization_of(c);
  }
  return facts;
}

std::vector<std::pair<std::string, std::string>> DptNetwork::settings() const {
  if (config_.backbone != Backbone::hybrid) return {};
  return {{"weight_standardization", std::string(standardization_of(config_))}};
}

std::optional<HfConfigTexts> DptNetwork::hf_config_texts() const {
  return HfConfigTexts{hf_config_text(config_), hf_preprocessor_text(config_)};
}

}  // namespace dpt::model
