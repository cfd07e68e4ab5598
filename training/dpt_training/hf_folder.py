"""A model as a Hugging Face folder, which the engine loads: weights, config.json, preprocessor_config.json, README."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from torch import Tensor

from . import names, safetensors
from .errors import TrainingError
from .models.config import DEPTH, DptConfig
from .models.dpt import MULTIPLE
from .text import read_lines

LABELS = Path(__file__).with_name("ade20k_labels.txt")


def write_folder(
    folder: Path, config: DptConfig, tensors: dict[str, Tensor], half: bool, labels: list[str], card: str
) -> None:
    """tensors: official names, of one task."""
    folder.mkdir(parents=True, exist_ok=True)
    kind = torch.float16 if half else torch.float32
    converted = {}
    for name, value in names.to_hugging_face(tensors, config.hybrid).items():
        converted[name] = value.to(kind) if value.is_floating_point() else value
        if value.is_floating_point() and not torch.isfinite(converted[name]).all():
            raise TrainingError(f"tensor {name}: has values that {kind} cannot hold")
    safetensors.write(folder / "model.safetensors", converted, {"format": "pt"})
    _write_json(folder / "config.json", hf_config(config, half, labels))
    _write_json(folder / "preprocessor_config.json", preprocessor(config))
    (folder / "README.md").write_text(card, encoding="utf-8")


def _write_json(path: Path, value: dict) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


def hf_config(config: DptConfig, half: bool, labels: list[str]) -> dict:
    """config.json of transformers' DPTConfig; metric models add depth_estimation_type and metric_depth."""
    depth = config.tasks == (DEPTH,)
    found = {
        "model_type": "dpt",
        "architectures": ["DPTForDepthEstimation" if depth else "DPTForSemanticSegmentation"],
        "hidden_size": config.width,
        "num_hidden_layers": config.blocks,
        "num_attention_heads": config.heads,
        "intermediate_size": config.mlp_width,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.0,
        "attention_probs_dropout_prob": 0.0,
        "layer_norm_eps": 1e-6,
        "image_size": config.image_size,
        "patch_size": config.patch,
        "num_channels": 3,
        "qkv_bias": True,
        "is_hybrid": config.hybrid,
        "readout_type": config.readout,
        "backbone_out_indices": list(config.taps),
        "neck_hidden_sizes": list(config.reassemble),
        "neck_ignore_stages": [0, 1] if config.hybrid else [],
        "reassemble_factors": [1, 1, 1, 0.5] if config.hybrid else [4, 2, 1, 0.5],
        "fusion_hidden_size": config.fusion,
        "head_in_index": -1,
        "add_projection": False,
        "use_batch_norm_in_fusion_residual": config.batch_norm,
        "use_bias_in_fusion_residual": config.residual_biases,
        "use_auxiliary_head": config.auxiliary,
        "dtype": "float16" if half else "float32",
    }
    if config.hybrid:
        found["backbone_config"] = _bit(config)
        found["backbone_featmap_shape"] = [1, config.stage_channels[-1], config.grid, config.grid]
    if not depth:
        found["id2label"] = {str(i): name for i, name in enumerate(labels)}
        found["label2id"] = {name: i for i, name in enumerate(labels)}
    if config.metric:
        found["depth_estimation_type"] = "metric"
        found["metric_depth"] = {"scale": config.metric.scale, "shift": config.metric.shift}
    return found


def _bit(config: DptConfig) -> dict:
    """The ResNet of a hybrid, as transformers names it."""
    stages = [f"stage{s}" for s in (1, 2, 3)]
    return {
        "model_type": "bit",
        "depths": list(config.stages),
        "hidden_sizes": list(config.stage_channels),
        "embedding_size": config.stem,
        "embedding_dynamic_padding": True,
        "global_padding": "SAME",
        "layer_type": "bottleneck",
        "hidden_act": "relu",
        "num_channels": 3,
        "num_groups": 32,
        "stage_names": ["stem", *stages],
        "out_features": stages,
    }


def preprocessor(config: DptConfig) -> dict:
    return {
        "image_processor_type": "DPTImageProcessor",
        "do_resize": True,
        "size": {"height": config.image_size, "width": config.image_size},
        "keep_aspect_ratio": True,
        "ensure_multiple_of": MULTIPLE,
        "resample": 3,
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5],
        "do_pad": False,
    }


def label_names(classes: int, path: Path | None) -> list[str]:
    """One name per line of the file; without one ADE20K's for 150 classes, else numbers."""
    if path is None and classes != 150:
        return [f"class {i}" for i in range(classes)]
    found = read_lines(path or LABELS)
    if len(found) != classes:
        raise TrainingError(f"{path}: has {len(found)} names, but the model has {classes} classes")
    return found
