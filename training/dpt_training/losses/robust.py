"""The depth loss for training from scratch.

The published losses divide by the prediction's own spread, which gives wild gradients as long as a fresh network
predicts nearly a constant. Here the target is standardised, the prediction is laid onto it by a least-squares scale
that no gradient passes, and an anchor keeps the prediction in a range above 0, so that the last ReLU stays alive.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from . import alignment
from .depth import LEVELS, gradients

LARGEST_TARGET = 8.0  # mean absolute deviations from the median
SMALLEST_SHARE = 0.1  # of valid pixels: images with fewer are left out
SMALLEST_SPREAD = 1e-5  # 1/m, mean absolute deviation of the disparity: flatter images are left out
SCALES = (0.2, 8.0)
DAMPING = 2e-3  # added to the prediction's variance
ANCHOR_FROM, ANCHOR_RANGE = 0.1, 1.6  # the nearest percent lies at their sum's beginning


@dataclass
class RobustTarget:
    standard: Tensor  # [N, H, W], median 0, mean absolute deviation 1
    anchor: Tensor  # [N, H, W], 0.1 = farthest percent, 1.1 = nearest two percent
    mask: Tensor  # [N, H, W]
    weight: Tensor  # [N]: 1, or 0 for an image that is left out


def _quantile(x: Tensor, mask: Tensor, q: float) -> Tensor:
    """[N]: the order statistic at q of the valid values, 0 for an image without any."""
    ordered = x.masked_fill(~mask, float("inf")).sort(1).values
    place = ((mask.sum(1, keepdim=True) - 1).clamp_min(0) * q).round().long()
    return ordered.gather(1, place).squeeze(1).masked_fill(~mask.any(1), 0)


@torch.no_grad()
def prepare(disparity: Tensor, mask: Tensor) -> RobustTarget:
    """disparity in any unit, mask: [N, H, W]. Medians and percentiles are those of every second pixel."""
    disparity = disparity.masked_fill(~mask, 0)
    sample, sample_mask = disparity[:, ::2, ::2].flatten(1), mask[:, ::2, ::2].flatten(1)
    rows, rows_mask = disparity.flatten(1), mask.flatten(1)
    middle = alignment.median(sample, sample_mask)[:, None]
    spread = alignment.mean((rows - middle).abs(), rows_mask)
    standard = ((rows - middle) / spread.clamp_min(SMALLEST_SPREAD)[:, None]).clamp(-LARGEST_TARGET, LARGEST_TARGET)
    far, near = _quantile(sample, sample_mask, 0.01), _quantile(sample, sample_mask, 0.98)
    unit = (rows - far[:, None]) / (near - far).clamp_min(SMALLEST_SPREAD)[:, None]
    anchor = ANCHOR_FROM + unit.clamp(0, ANCHOR_RANGE)
    usable = (spread > SMALLEST_SPREAD) & (rows_mask.float().mean(1) > SMALLEST_SHARE)
    shape = disparity.shape
    return RobustTarget(standard.view(shape), anchor.view(shape), mask, usable.float())


def robust_terms(x: Tensor, target: RobustTarget) -> dict[str, Tensor]:
    """x: the network's output before the last ReLU, [N, H, W]. Sums over the images of `weight` 1; each image's
    own terms are means over its pixels."""
    mask = target.mask.flatten(1)
    m = mask.float()
    n = alignment.count(mask)
    t, rows = target.standard.flatten(1), x.flatten(1)
    mean_x = (rows * m).sum(1) / n
    with torch.no_grad():
        mean_t = (t * m).sum(1) / n
        centred = (rows - mean_x[:, None]) * m
        scale = (centred * t).sum(1) / (centred.square().sum(1) + DAMPING * n)
        scale = scale.clamp(*SCALES)
    residual = ((rows - mean_x[:, None]) * scale[:, None] + mean_t[:, None] - t) * m
    away = (rows - target.anchor.flatten(1)).abs() * m
    w = target.weight
    maps = residual.view_as(x)
    gradient = x.new_zeros(())
    for level in range(LEVELS):
        pixels = alignment.count(target.mask[:, :: 2**level, :: 2**level].flatten(1))
        gradient = gradient + (gradients(maps, target.mask, level) / pixels * w).sum()
    return {
        "ssi": (residual.abs().sum(1) / n * w).sum(),
        "anchor": (away.sum(1) / n * w).sum(),
        "gradient": gradient,
    }
