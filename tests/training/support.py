"""What the training tests share: made-up scenes, the command line in a process of its own, tiny models."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"
TINY = DATA / "tiny"
PACKAGE = ROOT / "training"
SKIPPED = 77  # CTest's SKIP_RETURN_CODE

sys.path.insert(0, str(PACKAGE))
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
try:
    import numpy as np
    import PIL  # noqa: F401
    import torch
except ImportError as error:
    print(f"skipped: {error} (apt-get install python3-torch python3-numpy python3-pil)")
    sys.exit(SKIPPED)

torch.set_num_threads(1)  # tests run side by side


def scene(rng, width=64, height=48, boxes=3, classes=7, smallest=6):
    """RGB uint8, depth in metres, labels: coloured boxes, at least 1/smallest of a side, before a floor and a sky."""
    y = np.arange(height)[:, None] * np.ones((1, width), np.int64)
    horizon = int(rng.integers(height // 4, height // 2))
    floor = y > horizon
    depth = np.where(floor, 2.0 * height / np.maximum(y - horizon, 1), np.inf).astype(np.float32)
    labels = np.where(floor, 2, 1).astype(np.uint8)
    image = np.where(floor[..., None], rng.integers(0, 120, 3), rng.integers(150, 256, 3)).astype(np.uint8)
    for _ in range(boxes):
        h, w = (int(rng.integers(side // smallest, side // 2)) for side in (height, width))
        top, left = int(rng.integers(0, height - h)), int(rng.integers(0, width - w))
        place = np.zeros((height, width), bool)
        place[top : top + h, left : left + w] = True
        kind = int(rng.integers(3, classes + 1))
        z = rng.uniform(1.5, 8)
        place &= depth > z
        depth[place] = z
        labels[place] = kind
        image[place] = [kind * 31 % 256, kind * 83 % 256, kind * 149 % 256]
    return image, depth, labels


def record(image, depth, labels):
    return image.tobytes() + depth.astype("<f4").tobytes() + labels.tobytes()


def write_scenes(folder, count=12, width=64, height=48, seed=0):
    rng = np.random.default_rng(seed)
    path = folder / f"made_{width}x{height}.scenes"
    path.write_bytes(b"".join(record(*scene(rng, width, height)) for _ in range(count)))
    return path


class TrainingTest(unittest.TestCase):
    """A test with a folder of its own (self.folder)."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def command(self, *arguments):
        return [sys.executable, "-m", "dpt_training", *map(str, arguments)]

    def environment(self, **variables):
        return {**os.environ, "PYTHONPATH": str(PACKAGE), **variables}

    def run_command(self, *arguments, code=0, **variables):
        """Runs the command line in a process; gives standard output, or standard error where it must fail."""
        done = subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment(**variables),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        self.assertEqual(done.returncode, code, f"{arguments}: {done.stdout}{done.stderr}")
        return done.stdout if code == 0 else done.stderr
