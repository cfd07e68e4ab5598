"""What a training step minimises: the weighted terms of both tasks, and what their sums are divided by."""

from __future__ import annotations

from dataclasses import dataclass, fields

import torch
import torch.nn.functional as F
from torch import Tensor

from ..errors import TrainingError
from ..models import Dpt, Outputs
from . import depth as d
from . import labels as lb
from . import robust

DEPTH_LOSSES = ("robust", "ssitrim", "ssimae", "ssimse", "silog")
ALIVE = 0.1  # slope below 0 in training, so that no pixel is lost to the last ReLU


@dataclass
class Batch:
    image: Tensor  # [N, 3, H, W] in [-1, 1]
    disparity: Tensor  # [N, H, W], 1/m; 0 infinitely far, NaN unknown
    labels: Tensor  # [N, H, W], uint8 annotation values: 0 none, class + 1

    def to(self, device: torch.device) -> Batch:
        return Batch(*(getattr(self, f.name).to(device, non_blocking=True) for f in fields(self)))


@dataclass(frozen=True)
class Weights:
    """depth loss + gradient * gradient matching + anchor * anchor + labels * (cross-entropy + auxiliary * aux)."""

    gradient: float = 0.5
    anchor: float = 2.0
    labels: float = 0.5
    auxiliary: float = 0.2


class Objective:
    """The terms of a step for one model."""

    def __init__(self, model: Dpt, depth_loss: str, weights: Weights, label_step: int = 2) -> None:
        if depth_loss not in DEPTH_LOSSES:
            raise TrainingError(f"depth loss '{depth_loss}': expected one of {', '.join(DEPTH_LOSSES)}")
        if (depth_loss == "silog") != (model.config.metric is not None) and model.depth_head is not None:
            raise TrainingError(f"depth loss {depth_loss}: silog is for metric models, and they take no other")
        self.model = model
        self.depth_loss = depth_loss
        self.weights = weights
        self.label_step = label_step

    def _mask(self, batch: Batch) -> Tensor:
        known = ~torch.isnan(batch.disparity)
        return known & (batch.disparity > 0) if self.depth_loss == "silog" else known

    def counts(self, batch: Batch, start: tuple[int, int]) -> Tensor:
        """What this batch adds to the divisors: a vector, summed over micro-batches and processes."""
        found = []
        if self.model.depth_head is not None:
            mask = self._mask(batch)
            if self.depth_loss == "robust":
                found.append(robust.prepare(batch.disparity, mask).weight.sum()[None])
            else:
                found += [d.pixel_count(mask)[None], d.level_counts(mask)]
        if self.model.segmentation_head is not None:
            n, h, w = batch.labels.shape
            for factor in (2, 4) if self.model.config.auxiliary else (2,):
                grid = torch.empty((1, h // factor, w // factor, 0), device=batch.labels.device)
                found.append(lb.label_count(lb.sample(grid, batch.labels, start, self.label_step)[1])[None])
        return torch.cat([f.float() for f in found])

    def terms(self, outputs: Outputs, batch: Batch, counts: Tensor, start: tuple[int, int]) -> dict[str, Tensor]:
        """The weighted terms, whose sum is minimised. counts: of the whole step; start: of the label grid."""
        divisors = list(counts.clamp_min(1))
        terms = {}
        if outputs.depth is not None:
            x = outputs.depth.float()
            terms.update(self._robust(x, batch, divisors) if self.depth_loss == "robust" else
                         self._published(x, batch, divisors))  # fmt: skip
        if outputs.features is not None:
            terms["labels"] = self.weights.labels * self._labels(
                self.model.segmentation_head, outputs.features, batch, divisors.pop(0), start
            )
        if outputs.auxiliary is not None:
            terms["auxiliary"] = (self.weights.labels * self.weights.auxiliary) * self._labels(
                self.model.auxlayer, outputs.auxiliary, batch, divisors.pop(0), start
            )
        return terms

    def _robust(self, x: Tensor, batch: Batch, divisors: list[Tensor]) -> dict[str, Tensor]:
        found = robust.robust_terms(x, robust.prepare(batch.disparity, self._mask(batch)))
        images = divisors.pop(0)
        weights = {"ssi": 1.0, "anchor": self.weights.anchor, "gradient": self.weights.gradient}
        return {name: weights[name] * value / images for name, value in found.items()}

    def _published(self, x: Tensor, batch: Batch, divisors: list[Tensor]) -> dict[str, Tensor]:
        mask, target = self._mask(batch), batch.disparity
        x = F.leaky_relu(x, ALIVE)
        if self.depth_loss == "silog":
            metric = self.model.config.metric
            prediction = d.log_residual(metric.scale * x + metric.shift, target, mask)
            target, total = torch.zeros_like(prediction), d.scale_invariant_log(prediction, mask)
        elif self.depth_loss == "ssitrim":
            prediction, target = d.aligned_by_median(x, target, mask)
            total = d.trimmed(prediction, target, mask)
        else:
            prediction, target = d.aligned_by_least_squares(x, target, mask)
            total = (d.squared if self.depth_loss == "ssimse" else d.absolute)(prediction, target, mask)
        pixels, levels = divisors.pop(0), torch.stack([divisors.pop(0) for _ in range(d.LEVELS)])
        terms = {self.depth_loss: total / pixels}
        if self.weights.gradient:
            matching = (d.gradient_sums(prediction, target, mask) / levels).sum()
            terms["gradient"] = self.weights.gradient * matching
        return terms

    def _labels(
        self, head: torch.nn.Module, features: Tensor, batch: Batch, divisor: Tensor, start: tuple[int, int]
    ) -> Tensor:
        features, labels = lb.sample(features, batch.labels, start, self.label_step)
        return lb.label_loss(head.classify(features), labels) / divisor
