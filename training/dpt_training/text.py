"""Text files of people's: lists and names, as the world's programs write them."""

from __future__ import annotations

import codecs
from pathlib import Path

from .errors import TrainingError

# The longer ones first: UTF-32's begins with UTF-16's.
_WIDE = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def read_lines(path: Path) -> list[str]:
    """All lines, empty ones too, without what ends them: a zero byte where the text has any, else a line feed, with a
    carriage return before it or not, else a carriage return. A line's byte order mark (UTF-8) is left out. Pipes are
    read as files are."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TrainingError(f"{path}: cannot be read: {error.strerror}") from None
    for mark, name in _WIDE:
        if data.startswith(mark):
            raise TrainingError(f"{path}: is {name} text, expected UTF-8; save it as UTF-8")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise TrainingError(f"{path}: is no UTF-8 text (byte {error.start}); save it as UTF-8") from None
    end = next((mark for mark in "\0\n" if mark in text), "\r")
    lines = text.split(end)
    if lines[-1] == "":
        lines.pop()
    if end == "\n":
        lines = [line.removesuffix("\r") for line in lines]
    return [line.removeprefix("\ufeff") for line in lines]
