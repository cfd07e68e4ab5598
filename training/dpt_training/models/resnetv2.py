"""The hybrid's convolutional front end: weight-standardised ResNetV2, post-activation (specification 1.5)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .config import DptConfig
from .group_norm import GroupNorm

STANDARDISATION_EPSILON = 1e-8  # sqrt(var + 1e-8): MiDaS, transformers, the engine's default


def pad_same(x: Tensor, kernel: int, stride: int) -> Tensor:
    """TensorFlow's SAME rule: zeros, the extra row and column behind."""
    pads = []
    for size in (x.shape[-1], x.shape[-2]):
        total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
        pads += [total // 2, total - total // 2]
    return F.pad(x, pads) if any(pads) else x


class StandardisedConv(nn.Conv2d):
    """Convolution whose filters have mean 0 and variance 1, SAME padding, no bias."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1) -> None:
        super().__init__(inputs, outputs, kernel, stride, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        with torch.autocast(x.device.type, enabled=False):
            var, mean = torch.var_mean(self.weight, (1, 2, 3), unbiased=False, keepdim=True)
            weight = (self.weight - mean) * torch.rsqrt(var + STANDARDISATION_EPSILON)
        kernel, stride = self.kernel_size[0], self.stride[0]
        if stride == 1 or kernel == 1:
            return F.conv2d(x, weight, None, stride, (kernel - 1) // 2)
        return F.conv2d(pad_same(x, kernel, stride), weight, None, stride)


class Downsample(nn.Module):
    """Shortcut of a stage's first bottleneck."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv = StandardisedConv(inputs, outputs, 1, stride)
        self.norm = GroupNorm(outputs)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(self.conv(x))


class Bottleneck(nn.Module):
    """The 3x3 convolution carries the stride."""

    def __init__(self, inputs: int, outputs: int, stride: int, first: bool) -> None:
        super().__init__()
        inner = outputs // 4
        self.downsample = Downsample(inputs, outputs, stride) if first else None
        self.conv1 = StandardisedConv(inputs, inner, 1)
        self.norm1 = GroupNorm(inner)
        self.conv2 = StandardisedConv(inner, inner, 3, stride)
        self.norm2 = GroupNorm(inner)
        self.conv3 = StandardisedConv(inner, outputs, 1)
        self.norm3 = GroupNorm(outputs)

    def forward(self, x: Tensor) -> Tensor:
        shortcut = x if self.downsample is None else self.downsample(x)
        x = F.relu(self.norm1(self.conv1(x)))
        x = F.relu(self.norm2(self.conv2(x)))
        return F.relu(self.norm3(self.conv3(x)) + shortcut)


class Stem(nn.Module):
    """[N, 3, H, W] -> [N, C, H/4, W/4]."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = StandardisedConv(3, channels, 7, 2)
        self.norm = GroupNorm(channels)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.norm(self.conv(x)))
        return F.max_pool2d(pad_same(x, 3, 2), 3, 2)  # zeros pad as well as -inf: nothing is negative


class Stage(nn.Module):
    def __init__(self, inputs: int, outputs: int, blocks: int, stride: int) -> None:
        super().__init__()
        self.blocks = nn.Sequential(
            *(Bottleneck(outputs if b else inputs, outputs, 1 if b else stride, b == 0) for b in range(blocks))
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.blocks(x)


class ResNetV2(nn.Module):
    """image [N, 3, H, W] -> the outputs of three stages, at strides 4, 8 and 16."""

    def __init__(self, config: DptConfig) -> None:
        super().__init__()
        self.stem = Stem(config.stem)
        widths = (config.stem, *config.stage_channels)
        self.stages = nn.ModuleList(
            Stage(widths[s], widths[s + 1], blocks, 2 if s else 1) for s, blocks in enumerate(config.stages)
        )

    def forward(self, image: Tensor) -> list[Tensor]:
        x = self.stem(image)
        outputs = []
        for stage in self.stages:
            x = stage(x)
            outputs.append(x)
        return outputs
