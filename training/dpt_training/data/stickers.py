"""Flat things on flat surfaces: labels, papers, signs, screens. They change a surface's colour but not its depth, which
a network that knows only bare walls and windows takes a bright rectangle for a way into the distance."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

TRIES, MOST = 8, 3
SIZES = (0.06, 0.45)  # half a side at first, in units of the picture's shorter side
SHRINK, SMALLEST = 0.7, 0.05  # made smaller until it fits, so that it often covers most of a box's side
FLATNESS = 0.015  # largest distance from a plane, in units of the disparity
LEAST_PIXELS = 24


def add_stickers(image: np.ndarray, disparity: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """image [H, W, 3] uint8, disparity [H, W] (0 infinitely far, NaN unknown): up to three of them, each where the
    disparity is that of one plane. Gives a new picture."""
    image = image.copy()
    placed, wanted = 0, int(rng.integers(1, MOST + 1))
    for _ in range(TRIES):
        placed += _try_one(image, disparity, rng)
        if placed == wanted:
            break
    return image


@dataclass(frozen=True)
class _Shape:
    """A parallelogram in the picture."""

    centre: tuple[float, float]  # y, x
    stretch: float
    angle: float
    shear: float

    def across(self, side: float, y: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Coordinates of pixels, -1 to 1 from edge to edge, when half a side is this long."""
        dy, dx = y - np.float32(self.centre[0]), x - np.float32(self.centre[1])
        c, s = math.cos(self.angle), math.sin(self.angle)
        u = (c * dx + s * dy) / (side * self.stretch)
        return u, (c * dy - s * dx) * (self.stretch / side) + self.shear * u


def _try_one(image: np.ndarray, disparity: np.ndarray, rng: np.random.Generator) -> bool:
    h, w = disparity.shape
    shape = _Shape(
        (rng.uniform(0, h), rng.uniform(0, w)), math.exp(rng.normal(0, 0.35)), rng.normal(0, 0.25), rng.normal(0, 0.15)
    )
    side = math.exp(rng.uniform(*np.log(SIZES)))
    while side > SMALLEST:
        if _stick(image, disparity, shape, side * min(h, w), rng):
            return True
        side *= SHRINK
    return False


def _stick(image: np.ndarray, disparity: np.ndarray, shape: _Shape, side: float, rng: np.random.Generator) -> bool:
    h, w = disparity.shape
    cy, cx = shape.centre
    reach = int(side * (shape.stretch + 1 / shape.stretch)) + 1
    y0, y1 = max(int(cy) - reach, 0), min(int(cy) + reach + 1, h)
    x0, x1 = max(int(cx) - reach, 0), min(int(cx) + reach + 1, w)
    u, v = shape.across(side, *np.mgrid[y0:y1, x0:x1].astype(np.float32))
    inside = (np.abs(u) < 1) & (np.abs(v) < 1)
    if inside.sum() < LEAST_PIXELS or not is_flat(disparity[y0:y1, x0:x1], inside):
        return False
    region = image[y0:y1, x0:x1]
    light = region[inside].mean() / 255
    color = _pattern(u[inside], v[inside], rng) * (0.25 + 0.9 * math.sqrt(light))
    region[inside] = np.clip(color * 255, 0, 255).astype(np.uint8)
    return True


def is_flat(disparity: np.ndarray, inside: np.ndarray) -> bool:
    """True when the disparity is affine there, as a plane's is, and not that of the sky."""
    d = disparity[inside]
    if np.isnan(d).any() or d.min() <= 0:
        return False
    y, x = np.nonzero(inside)
    places = np.stack([x, y, np.ones_like(x)], 1).astype(np.float32)
    step = max(len(d) // 200, 1)
    plane = np.linalg.lstsq(places[::step], d[::step], rcond=None)[0]
    return bool(np.abs(places @ plane - d).max() <= FLATNESS * d.mean())


def _pattern(u: np.ndarray, v: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """[M, 3] in 0..1 for places in [-1, 1]^2: paper or colour, plain, framed, striped or with lines like writing."""
    bright = rng.random() < 0.6
    ground = np.full(3, rng.uniform(0.75, 1)) + rng.normal(0, 0.04, 3) if bright else rng.uniform(0, 1, 3)
    ink = rng.uniform(0, 0.35, 3) if bright else rng.uniform(0, 1, 3)
    kind = int(rng.integers(4))
    if kind == 0:
        marked = np.zeros(u.shape, bool)
    elif kind == 1:
        marked = np.maximum(np.abs(u), np.abs(v)) > rng.uniform(0.75, 0.95)
    elif kind == 2:
        across = u if rng.random() < 0.5 else v
        marked = np.sin(rng.uniform(3, 20) * across + rng.uniform(0, 6)) > rng.uniform(-0.5, 0.9)
    else:
        rows, words = rng.uniform(4, 14), rng.uniform(4, 30)
        line = np.floor((v + 1) * rows)
        writing = np.sin(words * u + 2.4 * line) > -0.6
        marked = (line % 2 == 0) & writing & (np.maximum(np.abs(u), np.abs(v)) < 0.85)
    return np.where(marked[:, None], ink, ground).astype(np.float32)
