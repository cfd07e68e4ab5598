"""The network that a file of weights belongs to (specification 2.2), and config.json of a Hugging Face folder."""

from __future__ import annotations

import math
import re

from torch import Tensor

from .errors import TrainingError
from .hf_fields import refuse_others
from .models.config import DEPTH, SEGMENTATION, DptConfig, Metric
from .models.dpt import AUXILIARY

HEAD_WIDTH = 64  # of every published model
POST = "pretrained.act_postprocess"
# What transformers takes where config.json says nothing and shapes cannot tell.
ABSENT = {"num_attention_heads": 12, "backbone_out_indices": [2, 5, 8, 11], "readout_type": "project"}
STAGES = "pretrained.model.patch_embed.backbone.stages."


def recognise(tensors: dict[str, Tensor], hf: dict | None, where: str) -> DptConfig:
    """tensors under official names; hf: config.json, for what shapes cannot tell. Fails where it asks for more."""
    if hf is None:
        return _of_tensors(tensors, {}, where)
    config = _of_tensors(tensors, {**ABSENT, **hf}, where)
    refuse_others(hf, config, f"{where}: config.json")
    return config


def _of_tensors(tensors: dict[str, Tensor], hf: dict, where: str) -> DptConfig:

    def shape(name: str) -> tuple[int, ...]:
        if name not in tensors:
            raise TrainingError(f"{where}: is no DPT of a known kind: it has no tensor {name}")
        return tuple(tensors[name].shape)

    def count(prefix: str, suffix: str) -> int:
        n = 0
        while f"{prefix}{n}{suffix}" in tensors:
            n += 1
        return n

    width, positions = shape("pretrained.model.pos_embed")[2], shape("pretrained.model.pos_embed")[1] - 1
    grid = math.isqrt(positions)
    if grid * grid != positions:
        raise TrainingError(f"{where}: {positions} positions are no square, which this version does not train")
    blocks = count("pretrained.model.blocks.", ".norm1.weight")
    hybrid = f"{STAGES}0.blocks.0.conv1.weight" in tensors
    patch = 16 if hybrid else shape("pretrained.model.patch_embed.proj.weight")[2]
    segmentation = "scratch.output_conv.1.running_mean" in tensors
    stages = tuple(count(f"{STAGES}{s}.blocks.", ".conv1.weight") for s in range(3)) if hybrid else ()
    channels = tuple(shape(f"{STAGES}{s}.blocks.0.conv3.weight")[0] for s in range(3)) if hybrid else ()
    reassemble = tuple(
        channels[k] if hybrid and k < 2 else shape(f"{POST}{k + 1}.3.weight")[0] for k in range(4)
    )  # fmt: skip
    depth = {} if segmentation else {
        "head": (shape("scratch.output_conv.0.weight")[0], shape("scratch.output_conv.2.weight")[0])
    }  # fmt: skip
    return DptConfig(
        width=width,
        blocks=blocks,
        heads=hf.get("num_attention_heads") or max(width // HEAD_WIDTH, 1),
        mlp_width=shape("pretrained.model.blocks.0.mlp.fc1.weight")[0],
        patch=patch,
        image_size=grid * patch,
        taps=_taps(hf, blocks),
        stem=shape("pretrained.model.patch_embed.backbone.stem.conv.weight")[0] if hybrid else 0,
        stages=stages,
        stage_channels=channels,
        readout=_readout(tensors, hf),
        reassemble=reassemble,
        fusion=shape("scratch.layer1_rn.weight")[0],
        batch_norm="scratch.refinenet1.resConfUnit1.bn1.weight" in tensors,
        residual_biases="scratch.refinenet1.resConfUnit1.conv1.bias" in tensors,
        classes=shape("scratch.output_conv.4.weight")[0] if segmentation else DptConfig.classes,
        auxiliary=any(name.startswith(AUXILIARY) for name in tensors),
        tasks=(SEGMENTATION,) if segmentation else (DEPTH,),
        metric=None if segmentation else metric_of(hf),
        **depth,
    )


def _taps(hf: dict, blocks: int) -> tuple[int, ...]:
    found = hf.get("backbone_out_indices")
    # transformers takes the blocks' outputs in the blocks' order; a hybrid's first two are its ResNet's.
    if found:
        return (0, 1, *sorted(found[2:])) if hf.get("is_hybrid") else tuple(sorted(found))
    return tuple(max(k * blocks // 4 - 1, 0) for k in range(1, 5))


def _readout(tensors: dict[str, Tensor], hf: dict) -> str:
    projects = any(re.fullmatch(rf"{POST}\d\.0\.project\.0\.weight", name) for name in tensors)
    return hf.get("readout_type") or ("project" if projects else "ignore")


def metric_of(hf: dict) -> Metric | None:
    """metric_depth: {"scale": S, "shift": T} in config.json."""
    found = hf.get("metric_depth")
    return Metric(float(found["scale"]), float(found["shift"])) if found else None
