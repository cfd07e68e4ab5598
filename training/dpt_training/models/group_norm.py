"""Group normalisation (specification 1.5) with a gradient that is fast in bf16 on a CPU."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..compat import TORCH_2
from .config import NORM_GROUPS

EPSILON = 1e-5
# Where PyTorch (2.15) normalises channels_last maps group by group, a few channels at a time: 3 to 14 times as long as
# on rows of pixels, the two copies included. Larger maps and wider groups it does well.
SLOW_PIXELS, SLOW_CHANNELS = 1024, 512


class _GroupNorm(torch.autograd.Function):
    """The framework's own gradient takes eight times as long for channels_last maps in bf16."""

    @staticmethod
    def forward(ctx, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        n, c, h, w = x.shape
        slow = h * w < SLOW_PIXELS and c < SLOW_CHANNELS
        maps = x.contiguous() if slow else x
        y, mean, rstd = torch.native_group_norm(maps, weight, bias, n, c, h * w, NORM_GROUPS, EPSILON)
        ctx.save_for_backward(x, weight, mean, rstd)
        return y.contiguous(memory_format=torch.channels_last) if slow else y

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        x, weight, mean, rstd = ctx.saved_tensors
        n, c, h, w = x.shape
        rows = x.permute(0, 2, 3, 1).reshape(n, h * w, c)
        g = gradient.permute(0, 2, 3, 1).reshape(n, h * w, c)
        mean, rstd = mean.float().view(n, NORM_GROUPS, 1), rstd.float().view(n, NORM_GROUPS, 1)
        sum_g = g.sum(1, dtype=torch.float32).view(n, NORM_GROUPS, -1)
        sum_gx = (g * rows).sum(1, dtype=torch.float32).view(n, NORM_GROUPS, -1)
        scale = weight.view(1, NORM_GROUPS, -1)
        # gradient of x = a * g + b * x + d, where b and d are one number per group.
        count = h * w * c // NORM_GROUPS
        group_g, group_gx = ((s * scale).sum(2, keepdim=True) for s in (sum_g, sum_gx))
        b = (group_g * mean - group_gx) * rstd**3 / count
        d = -b * mean - group_g * rstd / count
        a, b, d = (
            k.expand(n, NORM_GROUPS, c // NORM_GROUPS).reshape(n, 1, c).to(x.dtype) for k in (rstd * scale, b, d)
        )
        of_x = torch.addcmul(torch.addcmul(d, rows, b), g, a)
        of_weight = ((sum_gx - sum_g * mean) * rstd).sum(0).view(c)
        return of_x.view(n, h, w, c).permute(0, 3, 1, 2), of_weight, sum_g.sum(0).view(c)


class GroupNorm(nn.GroupNorm):
    def __init__(self, channels: int) -> None:
        super().__init__(NORM_GROUPS, channels, EPSILON)

    def forward(self, x: Tensor) -> Tensor:
        if x.dtype == torch.bfloat16 and not x.is_cuda:
            if TORCH_2:
                return _GroupNorm.apply(x, self.weight, self.bias)
            return F.group_norm(x.float(), NORM_GROUPS, self.weight, self.bias, EPSILON).to(x.dtype)
        return F.group_norm(x, NORM_GROUPS, self.weight, self.bias, EPSILON)
