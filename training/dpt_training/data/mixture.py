"""Several data sets as one endless sequence of batches.

Every choice (data set, sample, crop, looks, size of the batch) is drawn from a generator that belongs to (seed, step,
index): a resumed run and a run of several processes see the pictures that one uninterrupted process would.
"""

from __future__ import annotations

import bisect
import glob
import math
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from ..errors import SampleError, TrainingError
from ..losses.objective import Batch
from . import files
from .augment import augment
from .sample import DataSet, Sample, random
from .scenes import SceneFile, SceneStream, parse_size

PICK, LOOK = 0, 1  # what a generator is for
AHEAD = 2  # steps whose pictures are made at once
TRIES = 10  # damaged samples in a row that a run survives


@dataclass
class Part:
    source: DataSet | SceneStream
    weight: float = 1.0
    strength: float = 1.0  # of the change of looks


class Joined:
    """Several data sets of a kind, one behind the other."""

    def __init__(self, sets: list[DataSet]) -> None:
        self.sets = sets
        self.name = sets[0].name if len(sets) == 1 else f"{sets[0].name} and {len(sets) - 1} more"
        self.ends = np.cumsum([len(s) for s in sets]).tolist()

    def __len__(self) -> int:
        return self.ends[-1]

    def __getitem__(self, index: int) -> Sample:
        k = bisect.bisect_right(self.ends, index)
        return self.sets[k][index - (self.ends[k - 1] if k else 0)]


class Mixture:
    """Draws a data set by weight, then a sample of it.

    classes: what the labels are checked against; 0 leaves them unchecked. A damaged sample is reported, once, and
    another one drawn for it.
    """

    def __init__(self, parts: list[Part], seed: int, classes: int = 0) -> None:
        if not parts:
            raise TrainingError("no training data: give --data at least once")
        weights = np.array([p.weight for p in parts], np.float64)
        if not (weights > 0).all():
            raise TrainingError(f"weights of the data {weights.tolist()}: must be above 0")
        for p in parts:
            if not isinstance(p.source, SceneStream) and len(p.source) == 0:
                raise TrainingError(f"{p.source.name}: is empty")
        self.parts, self.seed, self.classes = parts, seed, classes
        self.reported: set[str] = set()
        self.shares = np.cumsum(weights / weights.sum())

    def part_of(self, step: int, index: int) -> tuple[int, np.random.Generator]:
        rng = random(self.seed, PICK, step, index)
        return min(int(np.searchsorted(self.shares, rng.random(), "right")), len(self.parts) - 1), rng

    def sample(self, step: int, index: int, total: int, height: int, width: int) -> Sample:
        """Picture `index` of the `total` of a step."""
        k, rng = self.part_of(step, index)
        part = self.parts[k]
        if isinstance(part.source, SceneStream):
            share = self.shares[k] - (self.shares[k - 1] if k else 0)
            sample = part.source.draw(int((step * total + index) * share), apart=AHEAD * total)
        else:
            sample = self._whole_sample(part.source, rng)
        largest = int(sample.labels.max(initial=0))
        if self.classes and largest > self.classes:
            raise TrainingError(f"{part.source.name}: has label {largest}, but the network has {self.classes} classes")
        return augment(sample, height, width, random(self.seed, LOOK, step, index), part.strength)

    def _whole_sample(self, source: DataSet, rng: np.random.Generator) -> Sample:
        for _ in range(TRIES):
            try:
                return source[int(rng.integers(len(source)))]
            except SampleError as error:
                text = str(error)
            if text not in self.reported:
                self.reported.add(text)
                print(f"dpt_training: left out: {text}", file=sys.stderr, flush=True)
        raise TrainingError(f"{source.name}: {TRIES} damaged samples in a row, the last: {text}")

    def close(self) -> None:
        """Ends the renderers; the next sample starts them anew."""
        for part in self.parts:
            if isinstance(part.source, SceneStream):
                part.source.close()


def collate(samples: list[Sample]) -> Batch:
    """The image is channels_last in memory and scaled to [-1, 1]."""
    image = torch.from_numpy(np.stack([s.image for s in samples])).permute(0, 3, 1, 2)
    return Batch(
        image.float().mul_(1 / 127.5).sub_(1),
        torch.from_numpy(np.stack([s.disparity for s in samples])),
        torch.from_numpy(np.stack([s.labels for s in samples])),
    )


def parse_part(text: str, seed: int) -> Part:
    """One --data argument, KIND[,OPTION=VALUE]...:WHERE."""
    head, colon, where = text.partition(":")
    kind, *options = head.split(",")
    if not colon or not where:
        raise TrainingError(
            f"data '{text}': expected KIND[,OPTION=VALUE]...:WHERE, such as scenes:train_256x192.scenes"
        )
    values = _options(text, options)
    weight, strength = float(values.pop("weight", "1")), float(values.pop("looks", "1"))
    source = _source(kind, where, values, seed)
    if values:
        raise TrainingError(f"data '{text}': {kind} has no option '{next(iter(values))}'")
    return Part(source, weight, strength)


def _options(text: str, options: list[str]) -> dict[str, str]:
    values = {}
    for option in options:
        name, equals, value = option.partition("=")
        if not equals:
            raise TrainingError(f"data '{text}': option '{option}' has no value")
        if name in ("weight", "looks", "reuse", "window"):
            try:
                number = float(value)
            except ValueError:
                number = math.nan
            if not 0 <= number < math.inf:
                raise TrainingError(f"data '{text}': {name} '{value}' is no number from 0 on")
        values[name] = value
    return values


def _source(kind: str, where: str, values: dict[str, str], seed: int) -> DataSet | SceneStream:
    if kind == "stream":
        if "size" not in values:
            raise TrainingError(f"data 'stream:{where}': needs size=WIDTHxHEIGHT")
        counts = {k: int(float(values.pop(k))) for k in ("reuse", "window") if k in values}
        return SceneStream(where, parse_size(values.pop("size")), seed, **counts)
    if kind == "scenes":
        size = parse_size(values.pop("size")) if "size" in values else None
        return Joined([SceneFile(p, size) for p in _matches(where)])
    if kind == "pairs":
        return Joined([files.pair_folder(p) for p in _matches(where)])
    if kind in ("nyu", "kitti"):
        own = Path() if Path(where).is_fifo() else Path(where).parent  # a pipe's folder (/dev/fd) holds nothing
        root = Path(values.pop("root", str(own)))
        truth = Path(values.pop("truth", str(root)))
        return (files.nyu if kind == "nyu" else files.kitti)(Path(where), root, truth)
    if kind in ("ade20k", "context"):
        split = {"split": values.pop("split")} if "split" in values else {}
        return (files.ade20k if kind == "ade20k" else files.pascal_context)(Path(where), **split)
    raise TrainingError(f"data kind '{kind}': expected scenes, stream, pairs, nyu, kitti, ade20k or context")


def _matches(pattern: str) -> list[Path]:
    found = [Path(p) for p in sorted(glob.glob(pattern))]
    if not found:
        raise TrainingError(f"{pattern}: no such file or folder")
    return found
