#include "model/dpt/config.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.h"
#include "model/dpt/hf_config.h"
#include "model/shapes.h"

namespace dpt::model {

namespace {

using weights::WeightSet;

constexpr std::string_view vit_prefix = "pretrained.model.";
constexpr std::string_view stages_prefix = "pretrained.model.patch_embed.backbone.stages.";
constexpr std::string_view metric_hint =
    "the KITTI and NYU files of DPT-Hybrid have the same tensors as the relative one; the file's "
    "name or --model-type decides which it is";
constexpr int64_t head_width = 64;  // of every published model; config.json may say otherwise

void read_encoder(const Shapes& shapes, const std::string& path, DptConfig& c) {
  c.width = shapes.extent("pretrained.model.pos_embed", 3, 2);
  const int64_t positions = shapes.extent("pretrained.model.pos_embed", 3, 1) - 1;
  c.grid = std::llround(std::sqrt(static_cast<double>(positions)));
  if (positions < 1 || c.grid * c.grid != positions) {
    fail(ErrorKind::model,
         "{}: tensor pretrained.model.pos_embed has {} positions, expected one and a square number",
         path, positions + 1);
  }
  c.blocks = shapes.count(fmt::format("{}blocks.", vit_prefix), ".norm1.weight");
  if (c.blocks == 0) fail(ErrorKind::model, "{}: has no transformer block", path);
  c.mlp_width = shapes.extent("pretrained.model.blocks.0.mlp.fc1.weight", 2, 0);
  c.qkv_biases = shapes.has("pretrained.model.blocks.0.attn.qkv.bias");
  c.heads = std::max<int64_t>(c.width / head_width, 1);
  for (int64_t k = 0; k < 4; ++k) {
    c.taps[static_cast<size_t>(k)] = std::max<int64_t>((k + 1) * c.blocks / 4 - 1, 0);
  }
}

void read_patches(const Shapes& shapes, DptConfig& c) {
  c.patch = shapes.extent("pretrained.model.patch_embed.proj.weight", 4, 2);
  for (size_t k = 0; k < 4; ++k) {
    c.reassemble[k] =
        shapes.extent(fmt::format("pretrained.act_postprocess{}.3.weight", k + 1), 4, 0);
  }
}

void read_resnet(const Shapes& shapes, const std::string& path, DptConfig& c) {
  c.stem_channels = shapes.extent("pretrained.model.patch_embed.backbone.stem.conv.weight", 4, 0);
  for (int64_t s = 0;; ++s) {
    const std::string prefix = fmt::format("{}{}.blocks.", stages_prefix, s);
    const int64_t blocks = shapes.count(prefix, ".conv1.weight");
    if (blocks == 0) break;
    c.stage_blocks.push_back(blocks);
    c.stage_channels.push_back(shapes.extent(prefix + "0.conv3.weight", 4, 0));
  }
  if (c.stage_blocks.size() != 3) {
    fail(ErrorKind::model, "{}: its convolutional embedding has {} stages, expected 3", path,
         c.stage_blocks.size());
  }
  c.patch = 16;  // stem, pooling and the two strided stages: 2^4
  c.taps[0] = c.taps[1] = -1;
  c.reassemble[0] = c.stage_channels[0];
  c.reassemble[1] = c.stage_channels[1];
  c.reassemble[2] = shapes.extent("pretrained.act_postprocess3.3.weight", 4, 0);
  c.reassemble[3] = shapes.extent("pretrained.act_postprocess4.3.weight", 4, 0);
}

void read_decoder(const Shapes& shapes, DptConfig& c) {
  c.fusion = shapes.extent("scratch.layer1_rn.weight", 4, 0);
  c.readout = shapes.has("pretrained.act_postprocess4.0.project.0.weight") ? Readout::project
                                                                           : Readout::ignore;
  c.batch_norm = shapes.has("scratch.refinenet1.resConfUnit1.bn1.weight");
  c.residual_biases = shapes.has("scratch.refinenet1.resConfUnit1.conv1.bias");
  if (shapes.has("scratch.output_conv.1.running_mean")) {
    c.task = Task::segmentation;
    c.classes = shapes.extent("scratch.output_conv.4.weight", 4, 0);
  } else {
    c.head[0] = shapes.extent("scratch.output_conv.0.weight", 4, 0);
    c.head[1] = shapes.extent("scratch.output_conv.2.weight", 4, 0);
  }
}

}  // namespace

std::string DptConfig::variant() const {
  const auto has_size = [&](int64_t b, int64_t w) { return blocks == b && width == w; };
  if (backbone == Backbone::hybrid) {
    const bool published = has_size(12, 768) && stage_blocks == std::vector<int64_t>{3, 4, 9};
    return published ? "DPT-Hybrid" : "DPT (hybrid)";
  }
  if (has_size(24, 1024)) return "DPT-Large";
  if (has_size(12, 768)) return "DPT-Base";
  return "DPT";
}

std::string DptConfig::summary() const {
  return fmt::format("{} blocks of width {}, reassemble channels {}, fusion width {}", blocks,
                     width, fmt::join(reassemble, "/"), fusion);
}

namespace {

/// Heads share a token's width, norms of the ResNet a map's channels.
void require_divisible(const DptConfig& c, const std::string& path) {
  if (c.width % c.heads != 0) {
    fail(ErrorKind::model, "{}: width {} cannot be divided among {} heads (num_attention_heads)",
         path, c.width, c.heads);
  }
  std::vector<int64_t> channels;
  if (c.backbone == Backbone::hybrid) channels.push_back(c.stem_channels);
  for (const int64_t stage : c.stage_channels) {
    channels.insert(channels.end(), {stage, bottleneck_width(stage)});
  }
  for (const int64_t count : channels) {
    if (count % c.norm_groups == 0) continue;
    fail(ErrorKind::model,
         "{}: {} channels of its ResNet cannot be divided into {} groups (num_groups)", path, count,
         c.norm_groups);
  }
}

/// Specification 3.1 to 3.3: the minimal rule keeping the aspect, of published Hugging Face folders
/// without it.
void set_input(DptConfig& c) {
  const int side = c.task == Task::depth ? 384 : 480;
  c.size_multiple = 2 * c.patch;
  c.resize.width = c.resize.height = side;
  c.resize.multiple = static_cast<int>(c.size_multiple);
  c.hf_resize = {side, side, 1, image::ResizeMethod::minimal, false};
  if (c.backbone == Backbone::hybrid && c.task == Task::depth) c.metric_hint = metric_hint;
}

DptConfig read_tensors(const WeightSet& weights) {
  const std::string path = weights.path_text();
  const Shapes shapes(weights, "DPT");
  DptConfig c;
  read_encoder(shapes, path, c);
  if (shapes.has("pretrained.model.patch_embed.backbone.stem.conv.weight")) {
    c.backbone = Backbone::hybrid;
    read_resnet(shapes, path, c);
  } else {
    read_patches(shapes, c);
  }
  read_decoder(shapes, c);
  set_input(c);
  return c;
}

}  // namespace

DptConfig read_dpt_config(const WeightSet& weights) {
  const std::string path = weights.path_text();
  DptConfig c = read_tensors(weights);
  if (weights.config())
    apply_hf_config(*weights.config(), weights.place_of(weights::config_name), c);
  require_divisible(c, path);
  return c;
}

}  // namespace dpt::model
