"""The vision transformer (specification 1.3 and 1.4)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from ..compat import TORCH_2
from .config import DptConfig
from .resnetv2 import ResNetV2

NORM_EPSILON = 1e-6


class Attention(nn.Module):
    """x [N, T, D] -> [N, T, D]."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        n, t, d = x.shape
        q, k, v = self.qkv(x).view(n, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        if x.is_cuda and TORCH_2:
            y = F.scaled_dot_product_attention(q, k, v)
        else:  # on a CPU half the time of the above with its gradient, in bf16 and at 193 tokens
            y = (q * (d // self.heads) ** -0.5 @ k.transpose(-2, -1)).softmax(-1) @ v
        return self.proj(y.transpose(1, 2).reshape(n, t, d))


class Mlp(nn.Module):
    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(width, hidden)
        self.fc2 = nn.Linear(hidden, width)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(F.gelu(self.fc1(x)))


class Block(nn.Module):
    """Pre-norm transformer block. x [N, T, D] -> [N, T, D]."""

    def __init__(self, config: DptConfig) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(config.width, NORM_EPSILON)
        self.attn = Attention(config.width, config.heads)
        self.norm2 = nn.LayerNorm(config.width, NORM_EPSILON)
        self.mlp = Mlp(config.width, config.mlp_width)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class PatchEmbed(nn.Module):
    """image [N, 3, H, W] -> tokens [N, gh*gw, D], and the two feature maps that a hybrid taps."""

    def __init__(self, config: DptConfig) -> None:
        super().__init__()
        self.patch = config.patch
        if config.hybrid:
            self.backbone = ResNetV2(config)
            self.proj = nn.Conv2d(config.stage_channels[-1], config.width, 1)
        else:
            self.backbone = None
            self.proj = nn.Conv2d(3, config.width, config.patch, config.patch)

    def forward(self, image: Tensor) -> tuple[Tensor, list[Tensor]]:
        weight, bias = self.proj.weight.flatten(1), self.proj.bias
        if self.backbone is not None:
            *maps, x = self.backbone(image)
            return F.linear(x.flatten(2).transpose(1, 2), weight, bias), maps
        # The strided convolution as the matrix product that it is: its gradient is several times faster on a CPU.
        n, c, h, w = image.shape
        p = self.patch
        x = image.reshape(n, c, h // p, p, w // p, p).permute(0, 2, 4, 1, 3, 5)
        return F.linear(x.reshape(n, (h // p) * (w // p), c * p * p), weight, bias), []


class VisionTransformer(nn.Module):
    """image [N, 3, H, W] -> the tapped token sets [N, 1 + gh*gw, D], and a hybrid's first two maps."""

    def __init__(self, config: DptConfig) -> None:
        super().__init__()
        self.taps = config.block_taps
        self.grid = config.grid
        self.patch = config.patch
        self.checkpointing = False
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.width))
        self.pos_embed = nn.Parameter(torch.zeros(1, 1 + config.grid**2, config.width))
        self.patch_embed = PatchEmbed(config)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.blocks))

    def positions(self, height: int, width: int) -> Tensor:
        """pos_embed for a grid of height x width patches (1.3) -> [1, 1 + height*width, D]."""
        if (height, width) == (self.grid, self.grid):
            return self.pos_embed
        grid = self.pos_embed[:, 1:].reshape(1, self.grid, self.grid, -1).permute(0, 3, 1, 2)
        grid = F.interpolate(grid, size=(height, width), mode="bilinear", align_corners=False)
        return torch.cat([self.pos_embed[:, :1], grid.flatten(2).transpose(1, 2)], 1)

    def forward(self, image: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        n, _, height, width = image.shape
        x, maps = self.patch_embed(image)
        x = torch.cat([self.cls_token.expand(n, -1, -1), x.float()], 1)
        x = x + self.positions(height // self.patch, width // self.patch)
        outputs = {}
        for i, block in enumerate(self.blocks[: max(self.taps) + 1]):
            if self.checkpointing and torch.is_grad_enabled():
                x = checkpoint(block, x, use_reentrant=False)
            else:
                x = block(x)
            if i in self.taps:
                outputs[i] = x
        return [outputs[i] for i in self.taps], maps
