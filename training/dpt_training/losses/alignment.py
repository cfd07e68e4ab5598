"""Scale and shift between prediction and truth (specification 5.1). Images are rows: x, mask [N, M]."""

from __future__ import annotations

import torch
from torch import Tensor

SMALLEST_SPREAD = 1e-6


def count(mask: Tensor) -> Tensor:
    """Valid pixels per image, at least 1 -> [N]."""
    return mask.sum(1).clamp_min(1)


def mean(x: Tensor, mask: Tensor) -> Tensor:
    """[N]; 0 for an image without valid pixels."""
    return x.masked_fill(~mask, 0).sum(1) / count(mask)


def median(x: Tensor, mask: Tensor) -> Tensor:
    """The lower of two middle values, as torch.median -> [N]; 0 for an image without valid pixels."""
    ordered = x.masked_fill(~mask, float("inf")).sort(1).values
    middle = ordered.gather(1, (mask.sum(1, keepdim=True) - 1).clamp_min(0) // 2).squeeze(1)
    return middle.masked_fill(~mask.any(1), 0)


def least_squares(x: Tensor, target: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Alignment A: s, t [N] that minimise sum (s x + t - target)^2; both 0 where that has no single solution."""
    x, target = x.masked_fill(~mask, 0).double(), target.masked_fill(~mask, 0).double()
    n, sx, st = mask.sum(1).double(), x.sum(1), target.sum(1)
    sxx, sxt = (x * x).sum(1), (x * target).sum(1)
    determinant = n * sxx - sx * sx
    solvable = determinant > 1e-12 * n * sxx
    divisor = torch.where(solvable, determinant, torch.ones_like(determinant))
    zero = torch.zeros_like(divisor)
    s = torch.where(solvable, (n * sxt - sx * st) / divisor, zero)
    t = torch.where(solvable, (sxx * st - sx * sxt) / divisor, zero)
    return s.float(), t.float()


def standardise(x: Tensor, mask: Tensor) -> Tensor:
    """Alignment B: (x - median) / mean absolute deviation from it."""
    centred = x - median(x, mask)[:, None]
    return centred / mean(centred.abs(), mask).clamp_min(SMALLEST_SPREAD)[:, None]


def scale_to_unit(x: Tensor, mask: Tensor) -> Tensor:
    """Valid values to [0, 1] per image."""
    low = x.masked_fill(~mask, float("inf")).amin(1, keepdim=True)
    high = x.masked_fill(~mask, float("-inf")).amax(1, keepdim=True)
    unit = (x - low) / (high - low).clamp_min(SMALLEST_SPREAD)
    return unit.masked_fill(~mask, 0)
