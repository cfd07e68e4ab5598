"""Comparison of an exported folder with the engine: the same picture through `dpt` and through PyTorch."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from .data.files import read_picture
from .errors import TrainingError
from .evaluate import network_input, network_size
from .loading import open_model

LARGEST_ERROR = 2e-4  # of the output's range
EQUAL_LABELS = 0.999  # of the pixels


def compare(folder: Path, photo: Path, program: str) -> dict[str, float]:
    """depth: the largest difference in units of the output's range; labels: the share of equal pixels."""
    model = open_model(folder).eval()
    image = read_picture(photo)
    h, w = image.shape[:2]
    x = network_input(image, *network_size(h, w, model.config.image_size))
    with torch.no_grad():
        if model.depth_head is not None:
            # A metric model's values are resized as metres, a relative one's as they come: both by the bicubic filter.
            ours = F.interpolate(model.predict_depth(x)[None], size=(h, w), mode="bicubic", align_corners=False)[0, 0]
            theirs = _run(program, "depth", folder, photo)
            return {"error": float(np.abs(ours.numpy() - theirs).max() / max(np.ptp(theirs), 1e-12))}
        logits = F.interpolate(model.predict_logits(x), size=(h, w), mode="bilinear", align_corners=False)
        theirs = _run(program, "segment", folder, photo)
        return {"equal": float((logits[0].argmax(0).numpy() + 1 == theirs).mean())}


def _run(program: str, command: str, folder: Path, photo: Path) -> np.ndarray:
    with tempfile.TemporaryDirectory() as scratch:
        output = Path(scratch) / "output.npy"
        line = [program, command, str(photo), "-m", str(folder), "-o", str(output), "--precision", "fp32"]
        try:
            done = subprocess.run(line, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        except OSError as error:
            raise TrainingError(f"{program}: cannot be started: {error.strerror}") from None
        if done.returncode:
            raise TrainingError(f"{program} {command} failed with code {done.returncode}: {done.stderr.strip()}")
        return np.load(output)


def check(folder: Path, photo: Path, program: str) -> str:
    """One line for people; raises where the two disagree."""
    found = compare(folder, photo, program)
    if "error" in found:
        text, good = f"largest difference {found['error']:.2g} of the range", found["error"] <= LARGEST_ERROR
    else:
        text, good = f"{found['equal']:.4%} of the labels equal", found["equal"] >= EQUAL_LABELS
    if not good:
        raise TrainingError(f"{folder}: the engine disagrees with PyTorch on {photo}: {text}")
    return f"{folder}: the engine agrees with PyTorch on {photo}: {text}"
