"""The published depth losses (specification 5.1, 5.3). prediction, target, mask: [N, H, W].

Each gives a sum over the batch; what it is divided by comes from `pixel_count` or `level_counts` of the same masks.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .alignment import least_squares, scale_to_unit, standardise

LEVELS = 4
KEPT = 0.8  # of the residuals, by the trimmed loss
SMALLEST_DEPTH = 1e-3  # metres
SILOG_LAMBDA = 0.5


def pixel_count(mask: Tensor) -> Tensor:
    """Valid pixels of the batch, a number."""
    return mask.sum()


def level_counts(mask: Tensor) -> Tensor:
    """Valid pixels of the batch on each level of the gradient matching -> [LEVELS]."""
    return torch.stack([mask[:, :: 2**k, :: 2**k].sum() for k in range(LEVELS)])


def aligned_by_least_squares(prediction: Tensor, target: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Alignment A onto the target scaled to [0, 1] -> prediction and target as compared."""
    shape, m = target.shape, mask.flatten(1)
    target = scale_to_unit(target.flatten(1), m)
    x = prediction.flatten(1)
    s, t = least_squares(x, target, m)
    return (s[:, None] * x + t[:, None]).view(shape), target.view(shape)


def aligned_by_median(prediction: Tensor, target: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Alignment B of both -> prediction and target as compared."""
    shape, m = target.shape, mask.flatten(1)
    target = target.masked_fill(~mask, 0).flatten(1)
    return standardise(prediction.flatten(1), m).view(shape), standardise(target, m).view(shape)


def squared(prediction: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    """L_ssimse, its sum: 1/2 sum r^2."""
    return 0.5 * (prediction - target).masked_fill(~mask, 0).square().sum()


def absolute(prediction: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    """L_ssimae, its sum: 1/2 sum |r|."""
    return 0.5 * (prediction - target).masked_fill(~mask, 0).abs().sum()


def trimmed(prediction: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    """L_ssitrim, its sum: 1/2 of the smallest 80 % of the absolute residuals of every image."""
    m = mask.flatten(1)
    residual = (prediction - target).abs().flatten(1).masked_fill(~m, float("inf"))
    ordered = residual.sort(1).values
    kept = torch.arange(m.shape[1], device=m.device)[None] < (KEPT * m.sum(1, keepdim=True)).floor()
    return 0.5 * ordered.masked_fill(~kept, 0).sum()


def gradients(residual: Tensor, mask: Tensor, level: int) -> Tensor:
    """sum |d/dx R| + |d/dy R| of every image, where both pixels are valid, on every 2^level-th pixel -> [N]."""
    r, m = residual[:, :: 2**level, :: 2**level], mask[:, :: 2**level, :: 2**level]
    x = ((r[:, :, 1:] - r[:, :, :-1]).abs() * (m[:, :, 1:] & m[:, :, :-1])).sum((1, 2))
    y = ((r[:, 1:] - r[:, :-1]).abs() * (m[:, 1:] & m[:, :-1])).sum((1, 2))
    return x + y


def gradient_sums(prediction: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    """L_reg, its sum on each level -> [LEVELS]."""
    residual = (prediction - target).masked_fill(~mask, 0)
    return torch.stack([gradients(residual, mask, level).sum() for level in range(LEVELS)])


def log_residual(disparity: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    """ln depth - ln true depth, both from disparities in 1/m; 0 where invalid."""
    depth = (1 / disparity.clamp_min(1e-8)).clamp_min(SMALLEST_DEPTH)
    truth = (1 / target.masked_fill(~mask, 1)).clamp_min(SMALLEST_DEPTH)
    return (depth.log() - truth.log()).masked_fill(~mask, 0)


def scale_invariant_log(residual: Tensor, mask: Tensor) -> Tensor:
    """SILog of Eigen et al., its sum: per image M (mean r^2 - lambda mean(r)^2). residual: `log_residual`."""
    m = mask.flatten(1).sum(1).clamp_min(1)
    r = residual.flatten(1)
    return (r.square().sum(1) - SILOG_LAMBDA * r.sum(1).square() / m).sum()
