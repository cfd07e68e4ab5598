"""Evaluation of a model on pictures with known depth or labels (specification 4.6, "zero-shot depth")."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from .data.sample import DataSet, Sample
from .metrics import Confusion, aligned_depth, depth_metrics
from .models import Dpt
from .models.dpt import MULTIPLE


def network_size(height: int, width: int, side: int) -> tuple[int, int]:
    """The `minimal` rule (specification 3.1): keeps the aspect, brings the nearer side to `side`, multiples of 32."""
    scales = side / height, side / width
    scale = scales[1] if abs(1 - scales[1]) < abs(1 - scales[0]) else scales[0]
    return tuple(max(MULTIPLE, round(scale * x / MULTIPLE) * MULTIPLE) for x in (height, width))


def network_input(image: np.ndarray, height: int, width: int) -> torch.Tensor:
    """[H, W, 3] uint8 -> [1, 3, height, width] in [-1, 1], by PIL's bicubic filter."""
    resized = np.asarray(Image.fromarray(image).resize((width, height), Image.Resampling.BICUBIC))
    return torch.from_numpy(resized.copy()).permute(2, 0, 1)[None].float().div_(127.5).sub_(1)


@torch.no_grad()
def predict(model: Dpt, image: np.ndarray, side: int) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Depth output [H, W] at the picture's size, and labels [H, W] as annotation values."""
    h, w = image.shape[:2]
    device = next(model.parameters()).device
    x = network_input(image, *network_size(h, w, side)).to(device)
    depth = labels = None
    if model.depth_head is not None:
        found = model.predict_depth(x)[None].float()
        depth = F.interpolate(found, size=(h, w), mode="bilinear", align_corners=False)[0, 0].cpu().numpy()
    if model.segmentation_head is not None:
        logits = model.predict_logits(x).float()
        labels = F.interpolate(logits, size=(h, w), mode="bilinear", align_corners=False)[0].argmax(0).cpu().numpy() + 1
    return depth, labels


def evaluate(model: Dpt, data: DataSet, side: int, cap: float, limit: int = 0) -> dict[str, dict[str, float]]:
    """Means over the pictures: "model", and for relative depth the same alignment of two trivial predictions."""
    model.eval()
    rows: dict[str, list[dict[str, float]]] = {}
    confusion = Confusion(model.config.classes)
    for sample in _samples(data, limit):
        depth, labels = predict(model, sample.image, side)
        if depth is not None:
            for name, found in _depth_rows(depth, sample, cap, model.config.metric is not None).items():
                rows.setdefault(name, []).append(found)
        if labels is not None:
            confusion.add(labels, sample.labels)
    result = {name: {k: float(np.mean([r[k] for r in found])) for k in found[0]} for name, found in rows.items()}
    for name, found in rows.items():
        result[name]["pictures"] = len(found)
    if confusion.counts.any():
        result["labels"] = confusion.metrics()
    return result


def _samples(data: DataSet, limit: int) -> Iterable[Sample]:
    """All, or `limit` of them spread evenly."""
    n = len(data)
    count = min(limit or n, n)
    return (data[i * n // count] for i in range(count))


def _depth_rows(depth: np.ndarray, sample: Sample, cap: float, metric: bool) -> dict[str, dict[str, float]]:
    """Nothing for a picture without known depth below the cap."""
    disparity = sample.disparity
    valid = np.nan_to_num(disparity) > 1 / cap
    if not valid.any():
        return {}
    truth = 1 / disparity[valid]
    if metric:
        return {"model": depth_metrics(np.minimum(depth, cap)[valid], truth)}
    h, w = disparity.shape
    predictions = {
        "model": depth,
        "constant": np.ones((h, w)),
        "vertical_gradient": np.repeat(np.arange(h, dtype=np.float64)[:, None], w, 1),
    }
    return {
        name: depth_metrics(aligned_depth(p, disparity, valid, cap)[valid], truth) for name, p in predictions.items()
    }
