"""Cross-entropy on labels (specification 5.4)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

IGNORED = -100


def targets(labels: Tensor) -> Tensor:
    """Annotation values (0 none, class + 1) to classes, IGNORED where there is none."""
    labels = labels.long()
    return torch.where(labels == 0, torch.full_like(labels, IGNORED), labels - 1)


def label_count(labels: Tensor) -> Tensor:
    return (labels != 0).sum()


def label_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """The sum of the cross-entropies; logits [..., classes], labels [...] as annotation values."""
    return F.cross_entropy(logits.reshape(-1, logits.shape[-1]).float(), targets(labels).reshape(-1), reduction="sum")


def places(size: int, full: int, start: int, step: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Every `step`-th of `size` points from `start` on, and the pixels of a `full`-sized side that they lie on when
    the map is enlarged with its corners aligned."""
    points = torch.arange(start, size, step, device=device)
    return points, (points * ((full - 1) / max(size - 1, 1))).round().long()


def sample(features: Tensor, labels: Tensor, start: tuple[int, int], step: int) -> tuple[Tensor, Tensor]:
    """A grid of points of a map [N, h, w, F] and their labels from [N, H, W].

    A quarter of the points costs a quarter of the class maps, which would else be the largest thing in memory.
    """
    _, ly = places(features.shape[1], labels.shape[1], start[0], step, labels.device)
    _, lx = places(features.shape[2], labels.shape[2], start[1], step, labels.device)
    return features[:, start[0] :: step, start[1] :: step], labels[:, ly][:, :, lx]
