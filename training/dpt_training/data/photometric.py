"""Changes of a picture's looks that leave its depth and labels true. Pictures are [H, W, 3] uint8.

Renders are cleaner than photographs: exposure, colour, blur, noise, compression and holes take from the network what
it could only learn from the renderer.
"""

from __future__ import annotations

import io
import math

import numpy as np
from PIL import Image, ImageFilter

LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def change_looks(image: np.ndarray, rng: np.random.Generator, strength: float) -> np.ndarray:
    """In the order in which light, lens, sensor and file change a picture. strength 1 is meant for renders."""

    def chance(p: float) -> bool:
        return bool(rng.random() < p * strength)

    x = image
    if chance(0.15):
        x = blur(x, rng)
    if chance(0.15):
        x = shrink(x, rng)
    x = x.astype(np.float32) * np.float32(1 / 255)
    if chance(0.25):
        x = vignette(x, rng)
    if chance(0.8):
        x = expose(x, rng)
    if chance(0.6):
        x = recolour(x, rng)
    if chance(0.05):
        x = x[..., rng.permutation(3)]
    if chance(0.07):
        x = np.repeat((x @ LUMA)[..., None], 3, 2)
    if chance(0.35):
        x = add_noise(x, rng)
    x = (np.clip(x, 0, 1) * np.float32(255) + np.float32(0.5)).astype(np.uint8)
    if chance(0.12):
        x = cut_out(x, rng)
    if chance(0.3):
        x = compress(x, rng)
    return x


def blur(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.asarray(Image.fromarray(image).filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.8))))


def shrink(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Down and up again: a picture of fewer pixels than it has."""
    h, w = image.shape[:2]
    factor = rng.uniform(0.35, 0.85)
    small = Image.fromarray(image).resize((max(1, int(w * factor)), max(1, int(h * factor))), Image.Resampling.BILINEAR)
    return np.asarray(
        small.resize((w, h), Image.Resampling.BICUBIC if rng.random() < 0.5 else Image.Resampling.BILINEAR)
    )


def vignette(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Darker towards the corners, around a centre somewhere near the middle."""
    h, w = x.shape[:2]
    cy, cx = rng.normal(0, 0.2, 2)
    y = (np.linspace(-1, 1, h, dtype=np.float32) - np.float32(cy)) ** 2
    z = (np.linspace(-1, 1, w, dtype=np.float32) - np.float32(cx)) ** 2
    return x * (1 / (1 + np.float32(rng.uniform(0.05, 0.5)) * (y[:, None] + z[None])))[..., None]


def expose(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Exposure and white balance in linear light as far as a gamma is one, contrast around the mean, gamma."""
    gain = np.exp(rng.normal(0, 0.09, 3) + rng.normal(0, 0.25)).astype(np.float32)
    x = x * gain
    mean = x.mean()
    x = np.clip(mean + (x - mean) * np.float32(math.exp(rng.normal(0, 0.2))), 0, 1)
    if rng.random() < 0.6:
        x = np.power(x, np.float32(math.exp(rng.normal(0, 0.25))))
    return x


def recolour(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Saturation, and a small turn of the hue around the grey axis: one 3x3 matrix."""
    angle, saturation = rng.normal(0, 0.12), rng.uniform(0.2, 1.7)
    c, s = math.cos(angle), math.sin(angle) / math.sqrt(3)
    turn = c * np.eye(3) + (1 - c) / 3 + s * np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])
    grey = np.tile(LUMA, (3, 1))
    matrix = (grey + saturation * (np.eye(3) - grey)) @ turn
    return np.clip(x @ matrix.T.astype(np.float32), 0, 1)


def add_noise(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Sensor noise: a part that does not depend on the light and one that grows with its root; sometimes coarse."""
    h, w = x.shape[:2]
    coarse = 2 if rng.random() < 0.3 else 1
    noise = rng.standard_normal((-(-h // coarse), -(-w // coarse), 3), np.float32)
    if coarse > 1:
        noise = noise.repeat(coarse, 0).repeat(coarse, 1)[:h, :w]
    base, shot = rng.uniform(0, 0.03), rng.uniform(0, 0.06)
    return x + noise * np.sqrt(np.float32(base**2) + np.float32(shot**2) * np.clip(x, 0, 1))


def cut_out(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One to three rectangles of noise or of one colour: the network must see what is around them."""
    h, w = image.shape[:2]
    image = image.copy()
    for _ in range(int(rng.integers(1, 4))):
        height, width = (max(1, int(side * rng.uniform(0.05, 0.25))) for side in (h, w))
        y, x = int(rng.integers(h - height + 1)), int(rng.integers(w - width + 1))
        shape = (height, width, 3) if rng.random() < 0.5 else (1, 1, 3)
        image[y : y + height, x : x + width] = rng.integers(0, 256, shape, np.uint8)
    return image


def compress(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=int(rng.integers(20, 91)))
    buffer.seek(0)
    return np.asarray(Image.open(buffer))
