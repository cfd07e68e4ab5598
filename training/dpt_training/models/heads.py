"""The two heads (specification 1.9)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..batch_norm import BatchNorm
from .config import DptConfig
from .decoder import double

DROPOUT = 0.1


class ReluDot(torch.autograd.Function):
    """relu and a 1x1 convolution to one channel, on rows. x [M, C], weight [C], bias [1] -> [M].

    Written out because the framework's 1x1 convolution to one channel and its gradient take as long on a CPU as
    the 3x3 convolution before it.
    """

    @staticmethod
    def forward(ctx, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        x = x.clamp_min(0)
        ctx.save_for_backward(x, weight)
        return (x @ weight.to(x.dtype)[:, None]).squeeze(1).float() + bias

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        x, weight = ctx.saved_tensors
        g = gradient.to(x.dtype)
        of_x = torch.ops.aten.threshold_backward(g[:, None] * weight.to(x.dtype)[None, :], x, 0)
        return of_x, (g[None, :] @ x).squeeze(0).float(), gradient.sum()[None]


class DepthHead(nn.Sequential):
    """Official name: scratch.output_conv. [N, F, H/2, W/2] -> [N, H, W], before the last ReLU."""

    def __init__(self, config: DptConfig) -> None:
        first, second = config.head
        super().__init__(
            nn.Conv2d(config.fusion, first, 3, 1, 1),
            nn.Identity(),  # doubles the size
            nn.Conv2d(first, second, 3, 1, 1),
            nn.Identity(),  # ReLU
            nn.Conv2d(second, 1, 1),
        )

    def forward(self, path: Tensor) -> Tensor:
        x = self[2](double(self[0](path)))
        n, c, h, w = x.shape
        rows = x.permute(0, 2, 3, 1).reshape(n * h * w, c)
        return ReluDot.apply(rows, self[4].weight.view(c), self[4].bias).view(n, h, w)


class SegmentationHead(nn.Sequential):
    """Official names: scratch.output_conv and auxlayer. [N, F, h, w] -> logits; not enlarged."""

    def __init__(self, config: DptConfig) -> None:
        super().__init__(
            nn.Conv2d(config.fusion, config.fusion, 3, 1, 1, bias=False),
            BatchNorm(config.fusion),
            nn.ReLU(),
            nn.Dropout(DROPOUT),
            nn.Conv2d(config.fusion, config.classes, 1),
        )

    def features(self, path: Tensor) -> Tensor:
        """[N, F, h, w] -> [N, h, w, F]: what the last 1x1 convolution sees."""
        return F.relu(self[1](self[0](path))).permute(0, 2, 3, 1)

    def classify(self, features: Tensor) -> Tensor:
        """[..., F] -> logits [..., classes]."""
        return F.linear(self[3](features), self[4].weight.flatten(1), self[4].bias)

    def forward(self, path: Tensor) -> Tensor:
        """[N, F, h, w] -> [N, classes, h, w]."""
        return self.classify(self.features(path)).permute(0, 3, 1, 2)
