"""What a DPT looks like: sizes, parts, presets (specification 1.1)."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from ..errors import TrainingError

DEPTH, SEGMENTATION = "depth", "segmentation"
TASKS = {"depth": (DEPTH,), "segmentation": (SEGMENTATION,), "joint": (DEPTH, SEGMENTATION)}
READOUTS = ("ignore", "add", "project")
NORM_GROUPS = 32  # of every group norm of the ResNet (1.5)


@dataclass(frozen=True)
class Metric:
    """depth = 1 / max(scale * output + shift, 1e-8) in metres (specification 1.9)."""

    scale: float
    shift: float

    def __post_init__(self) -> None:
        if not (self.scale > 0 and self.shift > 0):
            raise TrainingError(f"metric scale {self.scale} and shift {self.shift}: both must be above 0")


@dataclass(frozen=True)
class DptConfig:
    """Sizes are in channels unless said otherwise. `stages` non-empty makes a hybrid."""

    width: int = 768
    blocks: int = 12
    heads: int = 12
    mlp_width: int = 3072
    patch: int = 16  # pixels; the stride of a hybrid's features
    image_size: int = 384  # pixels along the side of the square for which pos_embed is stored
    taps: tuple[int, ...] = (2, 5, 8, 11)  # block outputs; a hybrid's first two come from its ResNet
    stem: int = 0
    stages: tuple[int, ...] = ()  # bottlenecks of the ResNet's three stages
    stage_channels: tuple[int, ...] = ()
    readout: str = "project"
    reassemble: tuple[int, ...] = (96, 192, 384, 768)  # a hybrid's first two are those of its stages
    fusion: int = 256
    batch_norm: bool = False  # in the residual units of the fusion
    residual_biases: bool = True
    head: tuple[int, int] = (128, 32)  # depth head: channels after output_conv.0 and .2
    classes: int = 150
    auxiliary: bool = False  # segmentation: auxlayer on the penultimate fusion output
    tasks: tuple[str, ...] = (DEPTH,)
    metric: Metric | None = None

    def __post_init__(self) -> None:
        if self.readout not in READOUTS:
            raise TrainingError(f"readout '{self.readout}': expected one of {', '.join(READOUTS)}")
        if self.tasks not in TASKS.values():
            raise TrainingError(f"tasks {self.tasks}: expected depth, segmentation or both")
        if self.width % self.heads:
            raise TrainingError(f"width {self.width} cannot be divided among {self.heads} heads")
        if self.patch != 16:
            raise TrainingError(f"patches of {self.patch} pixels: expected 16, whose output has the input's size")
        rising = list(self.block_taps) == sorted(set(self.block_taps))
        if len(self.taps) != 4 or not rising or any(not 0 <= t < self.blocks for t in self.block_taps):
            raise TrainingError(f"taps {self.taps}: expected four rising numbers below {self.blocks}")
        if self.hybrid:
            self._check_resnet()

    def _check_resnet(self) -> None:
        if len(self.stages) != 3 or len(self.stage_channels) != 3:
            raise TrainingError(f"stages {self.stages}, channels {self.stage_channels}: expected three of each")
        if any(c % (4 * NORM_GROUPS) for c in self.stage_channels) or self.stem % NORM_GROUPS:
            raise TrainingError(
                f"stem {self.stem}, stages {self.stage_channels}: expected multiples of {NORM_GROUPS} and "
                f"{4 * NORM_GROUPS}, for {NORM_GROUPS} groups fit no others"
            )
        if self.reassemble[:2] != self.stage_channels[:2]:
            raise TrainingError(f"reassemble {self.reassemble}: must begin with the stages' {self.stage_channels[:2]}")

    @property
    def hybrid(self) -> bool:
        return bool(self.stages)

    @property
    def block_taps(self) -> tuple[int, ...]:
        """The taps that are block outputs: all four, or a hybrid's last two."""
        return self.taps[2:] if self.hybrid else self.taps

    @property
    def grid(self) -> int:
        """Patches along one side of the stored position embedding."""
        return self.image_size // self.patch

    def for_task(self, task: str) -> DptConfig:
        """One of the models that a joint one is exported as."""
        metric = self.metric if task == DEPTH else None
        return dataclasses.replace(self, tasks=(task,), metric=metric, auxiliary=self.auxiliary and task != DEPTH)

    def to_dict(self) -> dict:
        return dataclasses.asdict(self)

    @staticmethod
    def from_dict(fields: dict) -> DptConfig:
        known = {k: tuple(v) if isinstance(v, list) else v for k, v in fields.items()}
        if known.get("metric") is not None:
            known["metric"] = Metric(**known["metric"])
        return DptConfig(**known)


# fmt: off
PRESETS = {
    "dpt_large": DptConfig(width=1024, blocks=24, heads=16, mlp_width=4096, taps=(5, 11, 17, 23),
                           reassemble=(256, 512, 1024, 1024)),
    "dpt_base": DptConfig(),
    "dpt_hybrid": DptConfig(stem=64, stages=(3, 4, 9), stage_channels=(256, 512, 1024), taps=(0, 1, 8, 11),
                            reassemble=(256, 512, 768, 768)),
    "starter_vit": DptConfig(width=192, blocks=12, heads=3, mlp_width=768, image_size=256,
                             reassemble=(48, 96, 192, 192), fusion=64, head=(32, 32)),
    "starter_hybrid": DptConfig(width=192, blocks=8, heads=3, mlp_width=768, image_size=256, taps=(0, 1, 4, 7),
                                stem=32, stages=(2, 3, 4), stage_channels=(128, 256, 512),
                                reassemble=(128, 256, 192, 192), fusion=64, head=(32, 32)),
}
# fmt: on
