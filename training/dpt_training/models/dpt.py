"""The whole network, with a head for depth, for segmentation, or both."""

from __future__ import annotations

from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor, nn

from ..errors import TrainingError
from .config import DEPTH, SEGMENTATION, DptConfig
from .decoder import Fusion, Reassemble, double
from .heads import DepthHead, SegmentationHead
from .vit import VisionTransformer

JOINT_HEAD = "scratch.segmentation_conv."  # where a joint model keeps what is output_conv in the exported one
AUXILIARY = "auxlayer."  # the auxiliary head's
MULTIPLE = 32  # of the sides of a picture


@dataclass
class Outputs:
    """What a training step needs; a part is None when the model or the call leaves it out."""

    depth: Tensor | None = None  # [N, H, W] before the last ReLU
    features: Tensor | None = None  # [N, H/2, W/2, F]: what `SegmentationHead.classify` takes
    auxiliary: Tensor | None = None  # [N, H/4, W/4, F]: the same of auxlayer


class Dpt(nn.Module):
    """image [N, 3, H, W], scaled to [-1, 1], sides multiples of 32."""

    def __init__(self, config: DptConfig) -> None:
        super().__init__()
        self.config = config
        self.pretrained = nn.Module()
        self.pretrained.model = VisionTransformer(config)
        first = 2 if config.hybrid else 0
        for k in range(first, 4):
            self.pretrained.add_module(f"act_postprocess{k + 1}", Reassemble(config, k))
        self.scratch = nn.Module()
        for k in range(4):
            conv = nn.Conv2d(config.reassemble[k], config.fusion, 3, 1, 1, bias=False)
            self.scratch.add_module(f"layer{k + 1}_rn", conv)
            self.scratch.add_module(f"refinenet{k + 1}", Fusion(config, has_skip=k < 3))
        if DEPTH in config.tasks:
            self.scratch.output_conv = DepthHead(config)
        if SEGMENTATION in config.tasks:
            name = "segmentation_conv" if DEPTH in config.tasks else "output_conv"
            self.scratch.add_module(name, SegmentationHead(config))
            if config.auxiliary:
                self.auxlayer = SegmentationHead(config)

    @property
    def depth_head(self) -> DepthHead | None:
        return self.scratch.output_conv if DEPTH in self.config.tasks else None

    @property
    def segmentation_head(self) -> SegmentationHead | None:
        if SEGMENTATION not in self.config.tasks:
            return None
        return self.scratch.segmentation_conv if DEPTH in self.config.tasks else self.scratch.output_conv

    def encoder_parameters(self) -> list[nn.Parameter]:
        return list(self.pretrained.model.parameters())

    def maps(self, image: Tensor) -> list[Tensor]:
        """The four feature maps at strides 4, 8, 16, 32 (1.7)."""
        height, width = image.shape[-2:]
        if height % MULTIPLE or width % MULTIPLE:
            raise TrainingError(f"picture of {width}x{height}: sides must be multiples of {MULTIPLE}")
        model = self.pretrained.model
        tokens, maps = model(image)
        for k, t in zip(range(len(maps), 4), tokens):
            part = getattr(self.pretrained, f"act_postprocess{k + 1}")
            maps.append(part(t, height // model.patch, width // model.patch))
        return maps

    def fuse(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """The last two fusion outputs: [N, F, H/4, W/4] and [N, F, H/2, W/2]."""
        s = self.scratch
        skips = [getattr(s, f"layer{k + 1}_rn")(x) for k, x in enumerate(self.maps(image))]
        path = s.refinenet4(skips[3])
        path = s.refinenet3(path, skips[2])
        path2 = s.refinenet2(path, skips[1])
        return path2, s.refinenet1(path2, skips[0])

    def forward(self, image: Tensor) -> Outputs:
        path2, path1 = self.fuse(image)
        out = Outputs()
        if self.depth_head is not None:
            out.depth = self.depth_head(path1)
        if self.segmentation_head is not None:
            out.features = self.segmentation_head.features(path1)
            if self.config.auxiliary and self.training:
                out.auxiliary = self.auxlayer.features(path2)
        return out

    def predict_depth(self, image: Tensor) -> Tensor:
        """[N, H, W]: relative inverse depth, or metres for a metric model (1.9)."""
        x = F.relu(self.forward(image).depth)
        return to_metres(x, self.config) if self.config.metric else x

    def predict_logits(self, image: Tensor) -> Tensor:
        """[N, classes, H, W]."""
        logits = self.segmentation_head.classify(self.forward(image).features)
        return double(logits.permute(0, 3, 1, 2))


def to_metres(output: Tensor, config: DptConfig) -> Tensor:
    return 1 / (config.metric.scale * output + config.metric.shift).clamp_min(1e-8)
