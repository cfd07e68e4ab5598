"""Models from what this package and other programs write."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import torch
from torch import Tensor

from . import checkpoint, names, safetensors
from .errors import TrainingError
from .models import Dpt, DptConfig, Metric
from .models.dpt import AUXILIARY, JOINT_HEAD
from .recognise import recognise
from .wrappers import weights_in

OFFICIAL_METRIC = {"dpt_hybrid_kitti": Metric(0.00006016, 0.00579), "dpt_hybrid_nyu": Metric(0.000305, 0.1378)}
# In official files, but no part of what is computed (specification 1.4, 1.8).
UNUSED = ("pretrained.model.norm.", "pretrained.model.head.", "scratch.refinenet4.resConfUnit1.")

UNCOUNTED = "num_batches_tracked"  # decides nothing


@dataclasses.dataclass
class Weights:
    config: DptConfig
    tensors: dict[str, Tensor]  # under the names of the model


def open_model(path: Path, averaged: bool = True) -> Dpt:
    weights = read_weights(path, averaged)
    model = Dpt(weights.config)
    fresh = fill(model, weights.tensors, str(path))
    if fresh:
        raise TrainingError(f"{path}: has no tensor {fresh[0]}")
    return model


def read_weights(path: Path, averaged: bool = True) -> Weights:
    """A run folder (its latest checkpoint), a checkpoint, a folder with config.json, an official .pt, .safetensors.

    averaged: of a run, the moving average of its weights where it has one.
    """
    if not path.exists():
        raise TrainingError(f"{path}: no such file or folder")
    if path.is_dir() and not (path / "config.json").exists():
        path = checkpoint.latest(path)
    if path.is_dir():
        return _folder(path)
    if path.suffix == ".safetensors":
        text = safetensors.metadata(path).get("config.json")  # as `dpt convert` keeps it
        tensors = weights_in(safetensors.read(path), str(path), averaged)
        return _official(tensors, None if text is None else _config(text, f"{path}: metadata "), path)
    state = checkpoint.load_tensors(path)
    if "header" in state:
        config = DptConfig.from_dict(checkpoint.with_header(state, path)["header"]["config"])
        return Weights(config, state["average"] if averaged and state["average"] else state["model"])
    return _official(weights_in(state, str(path), averaged), None, path)


def _folder(path: Path) -> Weights:
    hf = _config((path / "config.json").read_text(encoding="utf-8", errors="replace"), f"{path}/")
    tensors: dict[str, Tensor] = {}
    for file in _files(path):
        found = safetensors.read(file) if file.suffix == ".safetensors" else checkpoint.load_tensors(file)
        for name in tensors.keys() & found.keys():
            raise TrainingError(f"{file}: tensor {name} is in another file of the folder, too")
        tensors |= found
    return _official(weights_in(tensors, str(path)), hf, path)


def _files(folder: Path) -> list[Path]:
    """In transformers' order: one safetensors file, its shards, one .bin, its shards."""
    for name in ("model.safetensors", "pytorch_model.bin"):
        if (folder / name).exists():
            return [folder / name]
        index = folder / f"{name}.index.json"
        if not index.exists():
            continue
        try:
            found = set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise TrainingError(f"{index}: names no files of tensors: {error}") from None
        for file in found:
            if not isinstance(file, str) or Path(file).name != file or not (folder / file).exists():
                raise TrainingError(f"{index}: {file} is no file of this folder")
        return [folder / file for file in sorted(found)]
    raise TrainingError(f"{folder}: holds neither model.safetensors nor pytorch_model.bin, nor an index of shards")


def _config(text: str, where: str) -> dict:
    try:
        return json.loads(text)
    except ValueError as error:
        raise TrainingError(f"{where}config.json: is no JSON: {error}") from None


def _official(tensors: dict[str, Tensor], hf: dict | None, path: Path) -> Weights:
    tensors = names.to_official(tensors)
    config = recognise(tensors, hf, str(path))
    if hf is not None:
        return Weights(config, tensors)
    for name, metric in OFFICIAL_METRIC.items():
        if path.name.startswith(name) and "depth" in config.tasks:
            config = dataclasses.replace(config, metric=metric)
    return Weights(config, tensors)


def fill(model: Dpt, tensors: dict[str, Tensor], where: str) -> list[str]:
    """Copies what fits by name; gives the names of the model's tensors that were not there."""
    state = model.state_dict()
    for name in tensors:
        if name not in state and not name.startswith((*UNUSED, AUXILIARY)):
            raise TrainingError(f"{where}: tensor {name} has no place in this network")
    with torch.no_grad():
        for name, value in state.items():
            if name not in tensors or name.endswith(UNCOUNTED):
                continue
            if tensors[name].shape != value.shape:
                expected, given = list(value.shape), list(tensors[name].shape)
                raise TrainingError(f"{where}: tensor {name} has shape {given}, expected {expected}")
            value.copy_(tensors[name])
    return [name for name in state if name not in tensors and not name.endswith(UNCOUNTED)]


def of_task(tensors: dict[str, Tensor], config: DptConfig, task: str) -> dict[str, Tensor]:
    """A joint model's tensors as those of a model with one head."""
    if len(config.tasks) == 1:
        return tensors
    if task == "depth":
        return {k: v for k, v in tensors.items() if not k.startswith((JOINT_HEAD, AUXILIARY))}
    kept = {k: v for k, v in tensors.items() if not k.startswith("scratch.output_conv.")}
    return {k.replace(JOINT_HEAD, "scratch.output_conv."): v for k, v in kept.items()}
