#!/usr/bin/env python3
"""How much the display of a video's depth flickers, and what smoothing costs in sharpness.

Two clips are made from one photograph, with sensor noise (seeded) and an exposure that changes by up to
5 % from frame to frame: one that stands still and one that pans by whole pixels, so that the motion is
known. Each is run with each frame's own range (what a per-frame program shows), with the smooth range,
and with smoothing. Flicker: mean absolute difference of a frame and the one before it, moved by the
known motion, in grey levels of 255. Sharpness: mean length of the gradient.

    bench/flicker.py PHOTO [-m MODEL] [--frames 48] [--seconds 0.3] [--json FILE]

Needs ffmpeg and numpy.
"""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
DPT = ROOT / "build" / "release" / "bin" / "dpt"
WIDTH, HEIGHT, RATE = 640, 400, 24
NOISE, EXPOSURE = 6.0, 0.05


def photograph(path, width, height):
    scale = f"scale={width}:{height}:force_original_aspect_ratio=increase,crop={width}:{height}"
    command = ["ffmpeg", "-v", "error", "-i", path, "-vf", scale, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    raw = subprocess.run(command, check=True, capture_output=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(height, width, 3).astype(np.float32)


def write_clip(path, frames):
    command = ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}"]
    command += ["-r", str(RATE), "-i", "-", "-c:v", "ffv1", "-pix_fmt", "bgr0", path]
    subprocess.run(command, input=b"".join(f.tobytes() for f in frames), check=True)


def make_clip(photo, count, step, seed=1):
    """`count` views of the photograph, each moved by `step` pixels to the right."""
    random = np.random.default_rng(seed)
    frames = []
    for i in range(count):
        view = photo[:HEIGHT, i * step : i * step + WIDTH] * (1 + EXPOSURE * random.uniform(-1, 1))
        view = view + random.normal(0, NOISE, view.shape)
        frames.append(np.clip(view, 0, 255).astype(np.uint8))
    return frames


def shown(dpt, clip, arguments, folder):
    out = folder / "out.mkv"
    lossless = ["--codec", "ffv1", "--pixel-format", "bgr0", "--colormap", "gray"]
    subprocess.run([dpt, "video", clip, "-o", out, "-q", *lossless, *arguments], check=True)
    command = ["ffmpeg", "-v", "error", "-i", out, "-f", "rawvideo", "-pix_fmt", "gray", "-"]
    raw = subprocess.run(command, check=True, capture_output=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, HEIGHT, WIDTH).astype(np.float32)


def flicker(frames, step):
    moved = frames[1:, :, : WIDTH - step] - frames[:-1, :, step:]
    return float(np.abs(moved).mean())


def sharpness(frames):
    down, across = np.gradient(frames, axis=(1, 2))
    return float(np.hypot(down, across).mean())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("photo")
    parser.add_argument("-m", "--model")
    parser.add_argument("--frames", type=int, default=48)
    parser.add_argument("--seconds", type=float, default=0.3)
    parser.add_argument("--dpt", default=DPT, help="the program")
    parser.add_argument("--json")
    options = parser.parse_args()
    model = ["-m", options.model] if options.model else []
    modes = {
        "each frame's range": ["--range", "frame"],
        "smooth range": [],
        f"and --smooth {options.seconds}": ["--smooth", str(options.seconds)],
    }
    results = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for motion, step in (("still", 0), ("pan, 3 pixels a frame", 3)):
            photo = photograph(options.photo, WIDTH + step * options.frames, HEIGHT)
            write_clip(folder / "clip.mkv", make_clip(photo, options.frames, step))
            for mode, arguments in modes.items():
                frames = shown(options.dpt, folder / "clip.mkv", [*arguments, *model], folder)
                row = {"clip": motion, "display": mode, "flicker": flicker(frames, step)}
                results.append(row | {"sharpness": sharpness(frames[options.frames // 2 :])})
    print(f"{'clip':<24}{'display':<24}{'flicker':>9}{'sharpness':>11}")
    for row in results:
        print(f"{row['clip']:<24}{row['display']:<24}{row['flicker']:9.3f}{row['sharpness']:11.3f}")
    if options.json:
        Path(options.json).write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
