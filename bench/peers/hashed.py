"""Weights that need no download: every element is a hash of its tensor's official name and its index.

For a tensor KEY of n elements, element i (row-major, from 0), modulo 2^64:
    z = splitmix64(fnv1a64(utf8(KEY)) + (i + 1) * 0x9E3779B97F4A7C15)
    u = (z >> 40) / 2^23 - 1          in [-1, 1), exact in float32
Names decide the scale (see `tensor`), so that activations keep their size through the network.
The network input is u of the key "input".
"""

import math

import numpy as np

MASK = (1 << 64) - 1
GOLDEN_RATIO = np.uint64(0x9E3779B97F4A7C15)
TRANSPOSED = ("pretrained.act_postprocess1.4.weight", "pretrained.act_postprocess2.4.weight")


def fnv1a64(text):
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = ((value ^ byte) * 0x100000001B3) & MASK
    return value


def uniform(key, count):
    """The first `count` values of KEY: float32 in [-1, 1)."""
    z = np.arange(1, count + 1, dtype=np.uint64)
    z *= GOLDEN_RATIO
    z += np.uint64(fnv1a64(key))
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        z ^= z >> np.uint64(shift)
        z *= np.uint64(factor)
    z ^= z >> np.uint64(31)
    return (z >> np.uint64(40)).astype(np.float32) / np.float32(1 << 23) - np.float32(1)


def tensor(key, shape):
    """One tensor under its official name, float32 (int64 for num_batches_tracked)."""
    leaf = key.rsplit(".", 1)[-1]
    if leaf == "num_batches_tracked":
        return np.zeros(shape, np.int64)
    if key == "scratch.output_conv.4.bias" and list(shape) == [1]:
        return np.full(shape, 8, np.float32)  # keeps the depth head's last ReLU open
    u = uniform(key, math.prod(shape)).reshape(shape)
    if leaf in ("cls_token", "pos_embed"):
        return u * np.float32(0.5)
    if leaf == "running_var":
        return np.float32(1) + u * np.float32(0.5)
    if leaf in ("running_mean", "bias"):
        return u * np.float32(0.125)
    if len(shape) == 1:
        return np.float32(1) + u * np.float32(0.25)
    fan_in = shape[0] if key in TRANSPOSED else math.prod(shape[1:])
    return u * np.float32(math.sqrt(3.0 / fan_in))


def network_input(height, width):
    """1 x 3 x H x W."""
    return uniform("input", 3 * height * width).reshape(1, 3, height, width)
