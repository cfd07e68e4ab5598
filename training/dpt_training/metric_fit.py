"""How a relative model's output becomes metres on new data (specification 5.3)."""

from __future__ import annotations

import torch

from .data import Mixture
from .data.mixture import collate
from .errors import TrainingError
from .losses import alignment
from .models import Dpt, Metric

PICTURES = 64
SMALLEST_SHIFT = 0.01  # 1/m: nothing is farther than 100 m


@torch.no_grad()
def fit_metric(model: Dpt, mixture: Mixture, height: int, width: int) -> Metric:
    """Each picture's output and true inverse depth are brought together by median and mean deviation (alignment B);
    the scales and shifts are averaged."""
    model.eval()
    scales, shifts = [], []
    for index in range(PICTURES):
        batch = collate([mixture.sample(0, index, PICTURES, height, width)])
        mask = (batch.disparity > 0).flatten(1)  # false for NaN
        if not mask.any():
            continue
        output, truth = model.predict_depth(batch.image).float().flatten(1), batch.disparity.flatten(1)
        middle, true_middle = alignment.median(output, mask), alignment.median(truth, mask)
        spread = alignment.mean((output - middle[:, None]).abs(), mask)
        if float(spread) < alignment.SMALLEST_SPREAD:
            continue
        scale = alignment.mean((truth - true_middle[:, None]).abs(), mask) / spread
        scales.append(float(scale))
        shifts.append(float(true_middle - scale * middle))
    if not scales or sum(scales) <= 0:
        raise TrainingError("metric auto: no picture of the data has known depth that the model's output varies with")
    return Metric(sum(scales) / len(scales), max(sum(shifts) / len(shifts), SMALLEST_SHIFT))
