"""The safetensors format: eight bytes length, a JSON header, the tensors. Read into memory, written whole or not."""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .errors import TrainingError

DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8", "I32": "<i4", "U8": "u1"}
NAMES = {torch.float32: "F32", torch.float16: "F16", torch.int64: "I64"}
LARGEST_HEADER = 100_000_000
ALIGNMENT = 8
METADATA = "__metadata__"


def read(path: Path) -> dict[str, Tensor]:
    """Tensors by name; BF16 becomes float32."""
    header, data = _parts(path)
    with _damage(path):
        entries = {k: v for k, v in header.items() if k != METADATA}
        return {name: _tensor(data, entry) for name, entry in entries.items()}


def metadata(path: Path) -> dict[str, str]:
    header, _ = _parts(path)
    with _damage(path):
        return dict(header.get(METADATA, {}))


def _parts(path: Path) -> tuple[dict, np.ndarray]:
    """Header, and the bytes of the tensors."""
    try:
        data = np.memmap(path, np.uint8, "r")
    except (OSError, ValueError) as error:
        raise TrainingError(f"{path}: cannot be read: {error}") from None
    length = struct.unpack("<Q", data[:8].tobytes())[0] if len(data) >= 8 else -1
    if not 0 <= length <= min(len(data) - 8, LARGEST_HEADER):
        raise TrainingError(f"{path}: is no safetensors file")
    with _damage(path):
        header = json.loads(data[8 : 8 + length].tobytes())
        header.items()
        return header, data[8 + length :]


@contextmanager
def _damage(path: Path) -> Iterator[None]:
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise TrainingError(f"{path}: damaged header: {error}") from None


def _tensor(data: np.ndarray, entry: dict) -> Tensor:
    begin, end = entry["data_offsets"]
    if not 0 <= begin <= end <= len(data):
        raise ValueError(f"offsets {begin} to {end} of {len(data)} bytes")
    values = np.frombuffer(data[begin:end].tobytes(), DTYPES[entry["dtype"]]).reshape(entry["shape"])
    if entry["dtype"] == "BF16":
        values = (values.astype(np.uint32) << 16).view(np.float32)
    return torch.from_numpy(values.copy())


def write(path: Path, tensors: dict[str, Tensor], metadata: dict[str, str]) -> None:
    header: dict[str, object] = {METADATA: metadata}
    blobs, offset = [], 0
    for name in sorted(tensors):
        tensor = tensors[name].detach().cpu().contiguous()
        blob = tensor.numpy().tobytes()
        header[name] = {
            "dtype": NAMES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [offset, offset + len(blob)],
        }
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    temporary = path.with_name(f".{path.name}.part")
    with open(temporary, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.writelines(blobs)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
