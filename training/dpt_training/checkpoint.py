"""Checkpoints that are whole or not there: written beside, flushed to the disk, renamed.

A checkpoint is a dict of tensors in dicts, and a "header" of everything else as JSON: that much PyTorch 1.13 and 2.x
read without running code from the file.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import torch

from . import plain_pickle
from .errors import TrainingError

KEPT = 2
NAME = re.compile(r"step-(\d+)\.pt")


def save(folder: Path, step: int, state: dict) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"step-{step}.pt"
    temporary = folder / f".{path.name}.part"
    try:
        with open(temporary, "wb") as file:
            torch.save({**state, "header": json.dumps(state["header"])}, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        _sync_folder(folder)
    except (OSError, RuntimeError) as error:  # PyTorch makes a RuntimeError of a full disk
        raise TrainingError(f"{path}: cannot be written: {reason(error)}") from None
    finally:
        for leftover in folder.glob(".step-*.pt.part"):  # of this save or of a run that was killed
            leftover.unlink()
    for old in found(folder)[:-KEPT]:
        old.unlink()
    return path


def found(folder: Path) -> list[Path]:
    """The checkpoints of a folder, oldest first."""
    numbered = [(int(m[1]), p) for p in folder.glob("step-*.pt") if (m := NAME.fullmatch(p.name))]
    return [p for _, p in sorted(numbered)]


def latest(folder: Path) -> Path:
    paths = found(folder)
    if not paths:
        raise TrainingError(f"{folder}: has no checkpoint step-N.pt to resume from")
    return paths[-1]


def load(path: Path, device: torch.device | str = "cpu") -> dict:
    return with_header(load_tensors(path, device), path)


def with_header(state: dict, path: Path) -> dict:
    """The state with its header read."""
    if not isinstance(state.get("header"), str):
        raise TrainingError(f"{path}: is no checkpoint of a run")
    return {**state, "header": json.loads(state["header"])}


def load_tensors(path: Path, device: torch.device | str = "cpu") -> dict:
    """A PyTorch file of tensors in dicts, and plain data beside them; one that would run code is refused."""
    try:
        state = torch.load(path, map_location=device, weights_only=True)
    except Exception:  # whatever an unpickler runs into
        state = _load_plain(path)
    if not isinstance(state, dict):
        raise TrainingError(f"{path}: holds a {type(state).__name__}, expected a dict of tensors")
    return state


def _load_plain(path: Path) -> object:
    try:
        return plain_pickle.load(path)
    except Exception as error:
        raise TrainingError(f"{path}: cannot be read as a PyTorch file: {reason(error)}") from None


def reason(error: Exception) -> str:
    """In one line."""
    return (str(error).splitlines() or [type(error).__name__])[0]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
