"""Models from what the other commands and other programs write."""

from __future__ import annotations

from pathlib import Path

from . import checkpoint
from .errors import TrainingError
from .models import Dpt, DptConfig


def open_model(path: Path, averaged: bool = True) -> Dpt:
    """A run folder's latest checkpoint, or a checkpoint; averaged: its moving average where it has one."""
    if not path.exists():
        raise TrainingError(f"{path}: no such file or folder")
    if path.is_dir():
        path = checkpoint.latest(path)
    state = checkpoint.load(path)
    model = Dpt(DptConfig.from_dict(state["header"]["config"]))
    model.load_state_dict(state["average"] if averaged and state["average"] else state["model"])
    return model
