"""Figures of a run as CSV (and for TensorBoard where it is installed), and pictures: photo | prediction | truth."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from .losses import Batch
from .models import Dpt

try:
    from torch.utils.tensorboard import SummaryWriter
except ImportError:
    SummaryWriter = None


class Log:
    """FOLDER/log.csv, which a resumed run continues; a new header stands where the columns change."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.path = folder / "log.csv"
        self.columns = _columns(self.path)
        self.board = SummaryWriter(str(folder / "tensorboard")) if SummaryWriter else None

    def write(self, step: int, figures: dict[str, float]) -> None:
        with open(self.path, "a", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            if list(figures) != self.columns:
                self.columns = list(figures)
                writer.writerow(["step", *self.columns])
            writer.writerow([step, *(f"{v:.6g}" for v in figures.values())])
        if self.board:
            for name, value in figures.items():
                self.board.add_scalar(name, value, step)

    def pictures(self, step: int, model: Dpt, batch: Batch, count: int = 4) -> None:
        """FOLDER/samples/step-N.png: a row per picture."""
        path = self.folder / "samples" / f"step-{step}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(strip(model, batch, count)).save(path)


def _columns(path: Path) -> list[str]:
    """Those of the last header; none for a new file."""
    if not path.exists():
        return []
    with open(path, newline="", encoding="utf-8") as file:
        headers = [row[1:] for row in csv.reader(file) if row and row[0] == "step"]
    return headers[-1] if headers else []


@torch.no_grad()
def strip(model: Dpt, batch: Batch, count: int) -> np.ndarray:
    """[rows, columns, 3] uint8; a row holds photo, predicted and true disparity, predicted and true labels."""
    model.eval()
    image, disparity, labels = batch.image[:count], batch.disparity[:count], batch.labels[:count]
    columns = [[_photo(x) for x in image]]
    if model.depth_head is not None:
        predicted = torch.relu(model(image).depth).float()
        if model.config.metric:
            predicted = 1 / model.predict_depth(image).float()
        columns += [[_grey(p) for p in predicted], [_grey(t) for t in disparity]]
    if model.segmentation_head is not None:
        predicted = model.predict_logits(image).argmax(1) + 1
        columns += [[_colours(p) for p in predicted], [_colours(t) for t in labels]]
    model.train()
    return np.concatenate([np.concatenate(row, 1) for row in zip(*columns)], 0)


def _photo(image: torch.Tensor) -> np.ndarray:
    return ((image.permute(1, 2, 0).cpu().numpy() + 1) * 127.5).round().clip(0, 255).astype(np.uint8)


def _grey(x: torch.Tensor) -> np.ndarray:
    """Percentiles 1 to 99 to black and white; unknown values black."""
    values = x.cpu().numpy()
    known = values[np.isfinite(values)]
    low, high = np.percentile(known, (1, 99)) if known.size else (0.0, 1.0)
    unit = np.nan_to_num((values - low) / max(high - low, 1e-6)).clip(0, 1)
    return np.repeat((unit * 255).astype(np.uint8)[..., None], 3, 2)


def _colours(labels: torch.Tensor) -> np.ndarray:
    """A colour per annotation value, black for 0."""
    n = labels.cpu().numpy().astype(np.uint32)
    return np.stack([(n * k % 251).astype(np.uint8) for k in (97, 151, 211)], -1)
