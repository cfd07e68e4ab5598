"""One picture with what is known of it, and the random numbers that decide over it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np


@dataclass
class Sample:
    image: np.ndarray  # [H, W, 3] uint8
    disparity: np.ndarray  # [H, W] float32, 1/m; 0 infinitely far (sky), NaN unknown
    labels: np.ndarray  # [H, W] uint8, annotation values: 0 none, class + 1


class DataSet(Protocol):
    """Random access; must give the same sample for the same index, from any thread."""

    name: str

    def __len__(self) -> int: ...

    def __getitem__(self, index: int) -> Sample: ...


def random(seed: int, *place: int) -> np.random.Generator:
    """The generator that belongs to a place (step, index, ...) of a run."""
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence([seed, *place])))


def disparity_of(depth: np.ndarray) -> np.ndarray:
    """Metres to 1/m: infinity becomes 0; 0, NaN and negative values become NaN (unknown)."""
    depth = depth.astype(np.float32)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(depth > 0, 1 / depth, np.float32("nan")).astype(np.float32)


def no_labels(height: int, width: int) -> np.ndarray:
    return np.zeros((height, width), np.uint8)


def no_depth(height: int, width: int) -> np.ndarray:
    return np.full((height, width), np.nan, np.float32)
