"""The same network in transformers: its configuration and the names of its tensors."""

import re

import numpy as np
import torch
from transformers import BitConfig, DPTConfig, DPTForDepthEstimation, DPTForSemanticSegmentation

# Official name -> transformers' name, first match wins. Blocks' attn.qkv is split in `rename`.
RULES = [
    (r"pretrained\.model\.cls_token", "dpt.embeddings.cls_token"),
    (r"pretrained\.model\.pos_embed", "dpt.embeddings.position_embeddings"),
    (r"pretrained\.model\.patch_embed\.backbone\.stem\.conv\.", "dpt.embeddings.backbone.bit.embedder.convolution."),
    (r"pretrained\.model\.patch_embed\.backbone\.stem\.norm\.", "dpt.embeddings.backbone.bit.embedder.norm."),
    (
        r"pretrained\.model\.patch_embed\.backbone\.stages\.(\d+)\.blocks\.(\d+)\.",
        r"dpt.embeddings.backbone.bit.encoder.stages.\1.layers.\2.",
    ),
    (r"pretrained\.model\.blocks\.(\d+)\.norm1\.", r"dpt.encoder.layer.\1.layernorm_before."),
    (r"pretrained\.model\.blocks\.(\d+)\.norm2\.", r"dpt.encoder.layer.\1.layernorm_after."),
    (r"pretrained\.model\.blocks\.(\d+)\.attn\.proj\.", r"dpt.encoder.layer.\1.attention.output.dense."),
    (r"pretrained\.model\.blocks\.(\d+)\.mlp\.fc1\.", r"dpt.encoder.layer.\1.intermediate.dense."),
    (r"pretrained\.model\.blocks\.(\d+)\.mlp\.fc2\.", r"dpt.encoder.layer.\1.output.dense."),
    (r"pretrained\.model\.norm\.", "dpt.layernorm."),
    (
        r"pretrained\.act_postprocess(\d)\.0\.project\.0\.",
        lambda m: f"neck.reassemble_stage.readout_projects.{int(m[1]) - 1}.0.",
    ),
    (r"pretrained\.act_postprocess(\d)\.3\.", lambda m: f"neck.reassemble_stage.layers.{int(m[1]) - 1}.projection."),
    (r"pretrained\.act_postprocess(\d)\.4\.", lambda m: f"neck.reassemble_stage.layers.{int(m[1]) - 1}.resize."),
    (r"scratch\.layer(\d)_rn\.", lambda m: f"neck.convs.{int(m[1]) - 1}."),
    (r"scratch\.refinenet(\d)\.out_conv\.", lambda m: f"neck.fusion_stage.layers.{4 - int(m[1])}.projection."),
    (
        r"scratch\.refinenet(\d)\.resConfUnit(\d)\.conv(\d)\.",
        lambda m: f"neck.fusion_stage.layers.{4 - int(m[1])}.residual_layer{m[2]}.convolution{m[3]}.",
    ),
    (
        r"scratch\.refinenet(\d)\.resConfUnit(\d)\.bn(\d)\.",
        lambda m: f"neck.fusion_stage.layers.{4 - int(m[1])}.residual_layer{m[2]}.batch_norm{m[3]}.",
    ),
    (r"scratch\.output_conv\.", "head.head."),
    (r"auxlayer\.", "auxiliary_head.head."),
]
# The hybrid's patch embedding is a 1x1 convolution outside `patch_embeddings`.
PATCH_EMBEDDING = {"hybrid": "dpt.embeddings.projection.", "large": "dpt.embeddings.patch_embeddings.projection."}


def rename(weights, variant):
    """Official state dict (numpy) -> transformers' state dict (torch, sharing memory)."""
    renamed = {}
    for key, value in weights.items():
        value = torch.from_numpy(np.ascontiguousarray(value))
        if key.startswith("pretrained.model.head."):
            continue  # ImageNet classifier, not part of DPT
        if key.startswith("pretrained.model.patch_embed.proj."):
            renamed[PATCH_EMBEDDING[variant] + key.rsplit(".", 1)[1]] = value
            continue
        qkv = re.fullmatch(r"pretrained\.model\.blocks\.(\d+)\.attn\.qkv\.(\w+)", key)
        if qkv:
            for name, part in zip(("query", "key", "value"), value.chunk(3)):
                renamed[f"dpt.encoder.layer.{qkv[1]}.attention.attention.{name}.{qkv[2]}"] = part.contiguous()
            continue
        for pattern, replacement in RULES:
            new_key, count = re.subn("^" + pattern, replacement, key)
            if count:
                renamed[new_key] = value
                break
        else:
            raise KeyError(f"no transformers name is known for {key}")
    return renamed


def configuration(task, variant):
    """As the published repositories state it, but with the official layer norm epsilon, 1e-6."""
    common = dict(image_size=384, layer_norm_eps=1e-6, readout_type="project", fusion_hidden_size=256)
    if task == "segmentation":
        common.update(num_labels=150, use_batch_norm_in_fusion_residual=True, use_auxiliary_head=True)
    if variant == "large":
        return DPTConfig(
            hidden_size=1024,
            num_hidden_layers=24,
            num_attention_heads=16,
            intermediate_size=4096,
            backbone_out_indices=[5, 11, 17, 23],
            neck_hidden_sizes=[256, 512, 1024, 1024],
            **common,
        )
    backbone = BitConfig(
        depths=[3, 4, 9],
        hidden_sizes=[256, 512, 1024],
        layer_type="bottleneck",
        global_padding="SAME",
        embedding_dynamic_padding=True,
        embedding_size=64,
        out_features=["stage1", "stage2", "stage3"],
    )
    return DPTConfig(
        is_hybrid=True,
        backbone_config=backbone,
        backbone_featmap_shape=[1, 1024, 24, 24],
        hidden_size=768,
        num_hidden_layers=12,
        num_attention_heads=12,
        intermediate_size=3072,
        backbone_out_indices=[2, 5, 8, 11],
        neck_hidden_sizes=[256, 512, 768, 768],
        reassemble_factors=[1, 1, 1, 0.5],
        neck_ignore_stages=[0, 1],
        **common,
    )


class Network(torch.nn.Module):
    """pixels [N, 3, H, W] -> depth [N, H, W] or logits [N, C, H, W]."""

    def __init__(self, task, variant, height, width, weights):
        super().__init__()
        kind = DPTForSemanticSegmentation if task == "segmentation" else DPTForDepthEstimation
        with torch.device("meta"):
            self.model = kind(configuration(task, variant))
        self.model.load_state_dict(rename(weights, variant), strict=True, assign=True)
        self.eval().requires_grad_(False)
        if variant == "hybrid":
            # transformers refuses every size but the configured one, although its position
            # embedding is interpolated: state the size here, after the weights are in place.
            self.model.dpt.embeddings.image_size = (height, width)
        self.task = task

    def forward(self, pixels):
        output = self.model(pixels)
        return output.logits if self.task == "segmentation" else output.predicted_depth
