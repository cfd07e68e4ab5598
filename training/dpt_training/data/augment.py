"""From a sample to an input of the network: crop, flip, and a change of looks."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from .photometric import change_looks
from .sample import Sample

SMALLEST_ZOOM = 0.5  # of the largest crop of the wanted shape
ASPECT_JITTER = 0.08  # standard deviation of the logarithm
FILTERS = (Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.BOX, Image.Resampling.LANCZOS)


def augment(sample: Sample, height: int, width: int, rng: np.random.Generator, strength: float = 1.0) -> Sample:
    """A random crop of this size, depth and labels by nearest neighbour; strength 0 leaves the looks alone."""
    image, disparity, labels = _crop(sample, height, width, rng)
    if rng.random() < 0.5:
        image, disparity, labels = image[:, ::-1], disparity[:, ::-1], labels[:, ::-1]
    if strength > 0:
        image = change_looks(image, rng, strength)
    return Sample(np.ascontiguousarray(image), np.ascontiguousarray(disparity), np.ascontiguousarray(labels))


def fit(sample: Sample, height: int, width: int) -> Sample:
    """The whole picture, squeezed to this size."""
    box = (0, 0, sample.image.shape[1], sample.image.shape[0])
    return Sample(*_resized(sample, box, height, width, Image.Resampling.BICUBIC))


def _crop(sample: Sample, height: int, width: int, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    h, w = sample.image.shape[:2]
    scale = min(w / width, h / height) * rng.uniform(SMALLEST_ZOOM, 1.0)
    aspect = math.exp(rng.normal(0, ASPECT_JITTER))
    crop_w = int(np.clip(round(width * scale * aspect), 1, w))
    crop_h = int(np.clip(round(height * scale / aspect), 1, h))
    x, y = int(rng.integers(w - crop_w + 1)), int(rng.integers(h - crop_h + 1))
    kind = FILTERS[int(rng.integers(len(FILTERS)))]
    return _resized(sample, (x, y, x + crop_w, y + crop_h), height, width, kind)


def _resized(
    sample: Sample, box: tuple[int, int, int, int], height: int, width: int, kind: Image.Resampling
) -> tuple[np.ndarray, ...]:
    x0, y0, x1, y1 = box
    image = Image.fromarray(np.ascontiguousarray(sample.image[y0:y1, x0:x1]))
    resized = np.asarray(image.resize((width, height), kind))
    rows = y0 + ((np.arange(height) + 0.5) * ((y1 - y0) / height)).astype(np.intp)
    columns = x0 + ((np.arange(width) + 0.5) * ((x1 - x0) / width)).astype(np.intp)
    return resized, sample.disparity[rows[:, None], columns], sample.labels[rows[:, None], columns]
