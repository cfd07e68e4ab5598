"""Batch normalisation over the batches of all processes: several processes train as one would."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from . import distributed


class BatchNorm(nn.BatchNorm2d):
    """nn.BatchNorm2d; its statistics in training are those of every process's pictures together."""

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or distributed.size() == 1:
            return super().forward(x)
        y = x.float()
        count = distributed.sum_of(torch.tensor(float(y.numel() // y.shape[1]), device=y.device))
        # The mean first: E[y^2] - E[y]^2 would lose every digit of a variance that is small beside the mean.
        mean = distributed.differentiable_sum(y.sum((0, 2, 3))) / count
        centred = y - mean[:, None, None]
        var = distributed.differentiable_sum(centred.square().sum((0, 2, 3))) / count
        with torch.no_grad():
            self.num_batches_tracked.add_(1)
            self.running_mean.lerp_(mean.detach(), self.momentum)
            self.running_var.lerp_(var.detach() * (count / (count - 1)), self.momentum)
        scale = self.weight * torch.rsqrt(var + self.eps)
        return (centred * scale[:, None, None] + self.bias[:, None, None]).to(x.dtype)
