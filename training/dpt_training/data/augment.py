"""From a sample to an input of the network: crop, flip, and a change of looks."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from .photometric import change_looks
from .sample import Sample
from .stickers import add_stickers

SMALLEST_ZOOM = 0.5  # of the largest crop of the wanted shape
ASPECT_JITTER = 0.08  # standard deviation of the logarithm
STICKERS = 0.5  # share of pictures that get some, at strength 1
ROLLED, ROLL, LARGEST_ROLL = 0.3, math.radians(10), math.radians(30)  # share, standard deviation, limit
FILTERS = (Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.BOX, Image.Resampling.LANCZOS)


def augment(sample: Sample, height: int, width: int, rng: np.random.Generator, strength: float = 1.0) -> Sample:
    """A random crop of this size, now and then turned; depth and labels by nearest neighbour. Strength 0 leaves the
    looks alone."""
    if rng.random() < ROLLED:
        image, disparity, labels = _turned(sample, height, width, rng)
    else:
        image, disparity, labels = _crop(sample, height, width, rng)
    if rng.random() < 0.5:
        image, disparity, labels = image[:, ::-1], disparity[:, ::-1], labels[:, ::-1]
    if strength > 0:
        if rng.random() < STICKERS * strength:
            image = add_stickers(image, disparity, rng)
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


def _turned(sample: Sample, height: int, width: int, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """A crop by a camera that is rolled about its axis, which leaves depth along the axis as it is."""
    angle = float(np.clip(rng.normal(0, ROLL), -LARGEST_ROLL, LARGEST_ROLL))
    c, s = math.cos(angle), math.sin(angle)
    large_h = math.ceil(height * c + width * abs(s)) + 1
    large_w = math.ceil(width * c + height * abs(s)) + 1
    image, disparity, labels = _crop(sample, large_h, large_w, rng)
    # Where the centre of pixel (x, y) comes from: (c x - s y + left, s x + c y + top), from the corner of the picture.
    left = large_w / 2 - (c * width - s * height) / 2
    top = large_h / 2 - (s * width + c * height) / 2
    turned = Image.fromarray(image).transform(
        (width, height), Image.Transform.AFFINE, (c, -s, left, s, c, top), Image.Resampling.BILINEAR
    )
    y, x = np.mgrid[:height, :width] + 0.5
    columns = np.clip((c * x - s * y + left).astype(np.intp), 0, large_w - 1)
    rows = np.clip((s * x + c * y + top).astype(np.intp), 0, large_h - 1)
    return np.asarray(turned), disparity[rows, columns], labels[rows, columns]


def _resized(
    sample: Sample, box: tuple[int, int, int, int], height: int, width: int, kind: Image.Resampling
) -> tuple[np.ndarray, ...]:
    x0, y0, x1, y1 = box
    image = Image.fromarray(np.ascontiguousarray(sample.image[y0:y1, x0:x1]))
    resized = np.asarray(image.resize((width, height), kind))
    rows = y0 + ((np.arange(height) + 0.5) * ((y1 - y0) / height)).astype(np.intp)
    columns = x0 + ((np.arange(width) + 0.5) * ((x1 - x0) / width)).astype(np.intp)
    return resized, sample.disparity[rows[:, None], columns], sample.labels[rows[:, None], columns]
