"""Rendered pictures as raw records, in files or from a program's standard output.

A record: W*H*3 bytes RGB; W*H float32, little endian, depth along the optical axis in metres (infinity = sky, 0 or
NaN = unknown); W*H bytes ADE20K annotation values (0 none, class + 1).
"""

from __future__ import annotations

import re
import shlex
import subprocess
import threading
from pathlib import Path

import numpy as np

from ..errors import TrainingError
from .sample import Sample, disparity_of, random

BYTES_PER_PIXEL = 3 + 4 + 1


def parse_size(text: str) -> tuple[int, int]:
    """'WxH' -> (W, H)."""
    found = re.fullmatch(r"(\d+)x(\d+)", text)
    if not found or min(int(found[1]), int(found[2])) < 1:
        raise TrainingError(f"size '{text}': expected WIDTHxHEIGHT, such as 256x192")
    return int(found[1]), int(found[2])


def decode(record: np.ndarray, width: int, height: int) -> Sample:
    """record: uint8 [8 * W * H]."""
    n = width * height
    depth = np.frombuffer(record[3 * n : 7 * n].tobytes(), "<f4").reshape(height, width)
    labels = record[7 * n :].reshape(height, width)
    return Sample(record[: 3 * n].reshape(height, width, 3), disparity_of(depth), labels)


class SceneFile:
    """A file of records, NAME_WxH.scenes, mapped into memory."""

    def __init__(self, path: Path, size: tuple[int, int] | None = None) -> None:
        self.name = path.name
        if size is None:
            found = re.search(r"_(\d+x\d+)\.scenes$", path.name)
            if not found:
                raise TrainingError(f"{path}: name does not end in _WIDTHxHEIGHT.scenes, and no size= is given")
            size = parse_size(found[1])
        self.width, self.height = size
        length = BYTES_PER_PIXEL * self.width * self.height
        try:
            data = np.memmap(path, np.uint8, "r")
        except (OSError, ValueError) as error:
            raise TrainingError(f"{path}: cannot be read: {error}") from None
        if len(data) % length:
            raise TrainingError(
                f"{path}: {len(data)} bytes are no multiple of {length} (records of {self.width}x{self.height})"
            )
        self.records = data.reshape(-1, length)

    def __len__(self) -> int:
        return len(self.records)

    def __getitem__(self, index: int) -> Sample:
        return decode(np.asarray(self.records[index]), self.width, self.height)


class SceneStream:
    """Records from a program that renders without end; the most recent ones stay in memory.

    Draw number n takes one of the `window` newest records, of which there is a new one every `reuse` draws, so that
    draws need not wait for the renderer each time. Which record that is depends on n alone. `{first}` in the command
    becomes the number of the first record wanted: a resumed run then goes on where it stopped instead of rendering
    everything again. After `close` and after an error the next draw begins anew.
    """

    def __init__(self, command: str, size: tuple[int, int], seed: int, reuse: int = 4, window: int = 256) -> None:
        if reuse < 1 or window < 1:
            raise TrainingError(f"stream: reuse {reuse} and window {window} must be at least 1")
        self.name = command
        self.command, self.seed, self.reuse, self.window = command, seed, reuse, window
        self.width, self.height = size
        self.length = BYTES_PER_PIXEL * self.width * self.height
        self.process: subprocess.Popen | None = None
        self.next = 0
        self.kept: dict[int, np.ndarray] = {}
        self.lock = threading.Lock()

    def record_of(self, draw: int) -> int:
        newest = draw // self.reuse
        return newest - int(random(self.seed, draw).integers(min(self.window, newest + 1)))

    def draw(self, draw: int, apart: int = 0) -> Sample:
        """apart: how many draws earlier than a draw that was made another thread may still ask for."""
        number = self.record_of(draw)
        kept = self.window + apart // self.reuse + 1
        with self.lock:
            try:
                if self.process is None:
                    self._start(max(draw // self.reuse - kept, 0))
                while self.next <= number:
                    self.kept[self.next] = self._read()
                    self.kept.pop(self.next - kept, None)
                    self.next += 1
            except BaseException:  # an interruption may have taken part of a record
                self.close()
                raise
            record = self.kept[number]
        return decode(record, self.width, self.height)

    def close(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            self.process = None
        self.kept = {}

    def _start(self, first: int) -> None:
        text = self.command.replace("{seed}", str(self.seed))
        skipped = 0 if "{first}" in text else first
        arguments = shlex.split(text.replace("{first}", str(first)))
        try:
            self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        except OSError as error:
            raise TrainingError(f"{arguments[0]}: cannot be started: {error.strerror}") from None
        for _ in range(skipped):
            self._read()
        self.next = first

    def _read(self) -> np.ndarray:
        data = self.process.stdout.read(self.length)
        if len(data) != self.length:
            code = self.process.wait()
            raise TrainingError(
                f"{self.name}: ended after {len(data)} of {self.length} bytes of a record (exit code {code})"
            )
        return np.frombuffer(data, np.uint8)
