#include "model/dpt/names.h"

#include <array>

namespace dpt::model {

namespace {

using enum weights::NameKind;
using weights::NameRule;

/// The patch embedding of a hybrid reads the features of a ResNet, and stands elsewhere.
constexpr std::string_view hybrid_stem = "pretrained.model.patch_embed.backbone.stem.conv.weight";

constexpr std::array<NameRule, 24> rules = {{
    {"pretrained.model.head.*", "", dropped},
    {"pretrained.model.cls_token", "dpt.embeddings.cls_token"},
    {"pretrained.model.pos_embed", "dpt.embeddings.position_embeddings"},
    {"pretrained.model.patch_embed.proj.*",
     "dpt.embeddings.patch_embeddings.projection.*",
     same,
     {},
     hybrid_stem},
    {"pretrained.model.patch_embed.proj.*", "dpt.embeddings.projection.*", same, hybrid_stem},
    {"pretrained.model.patch_embed.backbone.stem.conv.*",
     "dpt.embeddings.backbone.bit.embedder.convolution.*"},
    {"pretrained.model.patch_embed.backbone.stem.norm.*",
     "dpt.embeddings.backbone.bit.embedder.norm.*"},
    {"pretrained.model.patch_embed.backbone.stages.{s}.blocks.{b}.*",
     "dpt.embeddings.backbone.bit.encoder.stages.{s}.layers.{b}.*"},
    {"pretrained.model.blocks.{i}.norm1.*", "dpt.encoder.layer.{i}.layernorm_before.*"},
    {"pretrained.model.blocks.{i}.norm2.*", "dpt.encoder.layer.{i}.layernorm_after.*"},
    {"pretrained.model.blocks.{i}.attn.qkv.*", "dpt.encoder.layer.{i}.attention.attention.{part}.*",
     split_thirds},
    {"pretrained.model.blocks.{i}.attn.proj.*", "dpt.encoder.layer.{i}.attention.output.dense.*"},
    {"pretrained.model.blocks.{i}.mlp.fc1.*", "dpt.encoder.layer.{i}.intermediate.dense.*"},
    {"pretrained.model.blocks.{i}.mlp.fc2.*", "dpt.encoder.layer.{i}.output.dense.*"},
    {"pretrained.model.norm.*", "dpt.layernorm.*"},
    {"pretrained.act_postprocess{K}.0.project.0.*",
     "neck.reassemble_stage.readout_projects.{K-1}.0.*"},
    {"pretrained.act_postprocess{K}.3.*", "neck.reassemble_stage.layers.{K-1}.projection.*"},
    {"pretrained.act_postprocess{K}.4.*", "neck.reassemble_stage.layers.{K-1}.resize.*"},
    {"scratch.layer{K}_rn.*", "neck.convs.{K-1}.*"},
    {"scratch.refinenet{K}.out_conv.*", "neck.fusion_stage.layers.{4-K}.projection.*"},
    {"scratch.refinenet{K}.resConfUnit{U}.conv{C}.*",
     "neck.fusion_stage.layers.{4-K}.residual_layer{U}.convolution{C}.*"},
    {"scratch.refinenet{K}.resConfUnit{U}.bn{C}.*",
     "neck.fusion_stage.layers.{4-K}.residual_layer{U}.batch_norm{C}.*"},
    {"scratch.output_conv.*", "head.head.*"},
    {"auxlayer.*", "auxiliary_head.head.*"},
}};

}  // namespace

constinit const weights::NameTable dpt_names{"pretrained.", "scratch.", rules};

}  // namespace dpt::model
