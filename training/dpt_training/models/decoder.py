"""Tokens to maps (specification 1.6, 1.7) and the fusion of the maps (1.8)."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from ..batch_norm import BatchNorm
from .config import DptConfig


class Readout(nn.Module):
    """Official name: act_postprocessK.0. tokens [N, 1 + n, D] -> [N, n, D] (1.6)."""

    def __init__(self, mode: str, width: int) -> None:
        super().__init__()
        self.mode = mode
        if mode == "project":
            self.project = nn.Sequential(nn.Linear(2 * width, width), nn.GELU())

    def forward(self, tokens: Tensor) -> Tensor:
        class_token, patches = tokens[:, :1], tokens[:, 1:]
        if self.mode == "ignore":
            return patches
        if self.mode == "add":
            return patches + class_token
        # W [patch; class] + b in two products: the class token's share is the same for all patches (1.11).
        linear, width = self.project[0], patches.shape[-1]
        x = F.linear(patches, linear.weight[:, :width])
        return F.gelu(x + F.linear(class_token, linear.weight[:, width:], linear.bias))


class Enlarge(nn.ConvTranspose2d):
    """Transposed convolution whose kernel is its stride: a 1x1 convolution and a shuffle of pixels."""

    def __init__(self, channels: int, factor: int) -> None:
        super().__init__(channels, channels, factor, factor)

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        n, c, h, w = x.shape
        s = self.stride[0]
        x = F.linear(x.permute(0, 2, 3, 1), self.weight.permute(2, 3, 1, 0).reshape(s * s * c, c))
        x = x.view(n, h, w, s, s, c).permute(0, 1, 3, 2, 4, 5).reshape(n, h * s, w * s, c)
        return (x + self.bias.to(x.dtype)).permute(0, 3, 1, 2)


class Reassemble(nn.Module):
    """Official name: act_postprocessK. tokens [N, 1 + gh*gw, D] -> map [N, fK, ...] at stride 4, 8, 16 or 32 (1.7)."""

    def __init__(self, config: DptConfig, k: int) -> None:
        super().__init__()
        channels = config.reassemble[k]
        self.add_module("0", Readout(config.readout, config.width))
        self.add_module("3", nn.Conv2d(config.width, channels, 1))
        if k < 2:
            self.add_module("4", Enlarge(channels, 4 if k == 0 else 2))
        elif k == 3:
            self.add_module("4", nn.Conv2d(channels, channels, 3, 2, 1))

    def forward(self, tokens: Tensor, height: int, width: int) -> Tensor:
        parts = self._modules
        x = parts["0"](tokens)
        x = F.linear(x, parts["3"].weight.flatten(1), parts["3"].bias)
        x = x.view(x.shape[0], height, width, -1).permute(0, 3, 1, 2)  # channels_last in memory
        return parts["4"](x) if "4" in parts else x


class ResidualConvUnit(nn.Module):
    """x + conv2(relu(conv1(relu(x)))); the sum takes x itself, not relu(x)."""

    def __init__(self, config: DptConfig) -> None:
        super().__init__()
        c = config.fusion
        self.conv1 = nn.Conv2d(c, c, 3, 1, 1, bias=config.residual_biases)
        self.conv2 = nn.Conv2d(c, c, 3, 1, 1, bias=config.residual_biases)
        self.bn1 = BatchNorm(c) if config.batch_norm else None
        self.bn2 = BatchNorm(c) if config.batch_norm else None

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv1(F.relu(x))
        y = self.bn1(y) if self.bn1 is not None else y
        y = self.conv2(F.relu(y))
        y = self.bn2(y) if self.bn2 is not None else y
        return x + y


def double(x: Tensor) -> Tensor:
    """Twice the size, bilinear, corners aligned."""
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True)


class Fusion(nn.Module):
    """Official name: refinenetK. path, skip [N, F, h, w] -> [N, F, 2h, 2w]. The first block has no skip."""

    def __init__(self, config: DptConfig, has_skip: bool) -> None:
        super().__init__()
        if has_skip:
            self.resConfUnit1 = ResidualConvUnit(config)
        self.resConfUnit2 = ResidualConvUnit(config)
        self.out_conv = nn.Conv2d(config.fusion, config.fusion, 1)

    def forward(self, path: Tensor, skip: Tensor | None = None) -> Tensor:
        if skip is not None:
            path = path + self.resConfUnit1(skip)
        # The 1x1 convolution commutes with the interpolation, whose weights sum to 1 (1.11): a quarter of the work.
        return double(self.out_conv(self.resConfUnit2(path)))
