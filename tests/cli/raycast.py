"""A room with boxes and balls, ray-cast: a picture and its exact depth."""

import numpy as np


def _noise(points, cells, seed):
    """Values 0 to 1 that vary over space, a few octaves of a hashed lattice."""
    total = np.zeros(points.shape[:-1], np.float32)
    for octave in range(3):
        lattice = np.floor(points * cells * 2**octave).astype(np.int64)
        mixed = lattice[..., 0] * 73856093 ^ lattice[..., 1] * 19349663 ^ lattice[..., 2] * 83492791 ^ seed
        total += ((mixed * 2654435761 >> 8) % 1024).astype(np.float32) / 1024 / 2**octave
    return total / 1.75


def render(width, height, seed=1):
    """(rgb uint8 [height, width, 3], distance along the view axis float32 [height, width])."""
    random = np.random.default_rng(seed)
    focal = 0.9 * width
    x = (np.arange(width, dtype=np.float32) + 0.5 - width / 2) / focal
    y = (np.arange(height, dtype=np.float32) + 0.5 - height / 2) / focal
    rays = np.stack(np.broadcast_arrays(x[None, :], y[:, None], np.float32(1)), -1)
    depth = np.full((height, width), np.inf, np.float32)
    shade = np.zeros((height, width), np.float32)
    kind = np.zeros((height, width), np.int32)

    def hit(t, normal_light, which, where=None):
        nearer = (t > 0.1) & (t < depth)
        if where is not None:
            nearer &= where
        depth[nearer] = t[nearer]
        shade[nearer] = normal_light[nearer] if np.ndim(normal_light) else normal_light
        kind[nearer] = which

    with np.errstate(divide="ignore", invalid="ignore"):
        hit(1.3 / rays[..., 1], 0.9, 1)  # floor
        hit(-1.4 / rays[..., 1], 0.7, 2)  # ceiling
        hit(2.2 / rays[..., 0], 0.6, 3)  # walls
        hit(-2.2 / rays[..., 0], 0.8, 4)
        hit(np.broadcast_to(np.float32(7), depth.shape), 0.75, 5)
        light = np.array([-0.4, -0.8, -0.45], np.float32)
        for i in range(5):
            radius = random.uniform(0.25, 0.5)
            center = np.array([random.uniform(-1.5, 1.5), 1.3 - radius, random.uniform(2.2, 5.5)], np.float32)
            b = rays @ center
            a = (rays**2).sum(-1)
            root = b * b - a * (center @ center - radius * radius)
            t = (b - np.sqrt(root)) / a
            normal = (rays * t[..., None] - center) / radius
            hit(t, np.clip(0.35 + 0.65 * (normal @ light), 0.15, 1), 6 + i, root > 0)
        for i in range(4):
            low = np.array([random.uniform(-2, 1.4), random.uniform(0.2, 0.9), random.uniform(2.5, 6)], np.float32)
            size = random.uniform(0.3, 0.8, 3).astype(np.float32)
            high = np.minimum(low + size, [2.2, 1.3, 7]).astype(np.float32)
            high[1] = 1.3
            first, second = low / rays, high / rays
            entry = np.minimum(first, second)
            face = entry.argmax(-1)
            t = entry.max(-1)
            inside = t <= np.maximum(first, second).min(-1)
            hit(t, np.array([0.55, 1.0, 0.8], np.float32)[face], 11 + i, inside)
    points = rays * depth[..., None]
    texture = 0.75 + 0.35 * _noise(points, 3, seed) + 0.1 * _noise(points, 40, seed + 1)
    colors = random.uniform(0.25, 0.95, (16, 3)).astype(np.float32)
    rgb = colors[kind] * (shade * texture)[..., None]
    return (255 * np.clip(rgb, 0, 1) ** (1 / 2.2)).astype(np.uint8), depth
