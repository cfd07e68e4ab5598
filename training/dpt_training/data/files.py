"""Data sets of picture files: the folder layouts of pairs and of the published sets (specification 4.6, 5.3, 5.4)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from ..errors import SampleError, TrainingError
from ..text import read_lines
from .sample import Sample, disparity_of, no_depth, no_labels

PICTURES = (".jpg", ".jpeg", ".png")


def read_picture(path: Path) -> np.ndarray:
    """[H, W, 3] uint8, turned as its EXIF orientation says."""
    return np.asarray(ImageOps.exif_transpose(_open(path)).convert("RGB"))


def read_metres(path: Path, unit: float) -> np.ndarray:
    """A PNG of depth = value / unit, or one of dpt's that holds metres -> [H, W] float32, 0 or less unknown."""
    image = _open(path)
    text = image.info
    if _content(text) == "depth" and text.get("unit") == "metre" and "scale" in text:
        return (float(text.get("offset", 0)) + float(text["scale"]) * _values(path, image)).astype(np.float32)
    if _content(text) is not None:
        found = text.get("unit", _content(text))
        raise SampleError(f"{path}: is {found} by dpt, expected measured depth in metres")
    return _values(path, image) / np.float32(unit)


def read_labels(path: Path) -> np.ndarray:
    """A PNG of annotation values, 0 none, class + 1 -> [H, W] uint8."""
    image = _open(path)
    content = _content(image.info)
    if content not in (None, "labels"):
        raise SampleError(f"{path}: is {content} by dpt, expected labels")
    if image.info.get("first_class", "1") != "1":
        raise SampleError(f"{path}: stores the class itself (dpt segment --zero-based), expected class + 1")
    values = _values(path, image)
    return np.where(values <= 254, values, 0).astype(np.uint8)


def _content(text: dict) -> str | None:
    """What a PNG of dpt says that it is; nothing for other files (src/image/codec/origin.h)."""
    if text.get("Software") == "dpt" and "content" in text:
        return text["content"]
    return "depth" if text.get("unit") in ("metre", "relative inverse depth") and "model" in text else None


def _values(path: Path, image: Image.Image) -> np.ndarray:
    """One channel of 8 or 16 bits, or palette numbers -> [H, W] int32."""
    if image.mode not in ("L", "P", "I", "I;16", "1"):
        raise SampleError(f"{path}: has mode {image.mode}, expected one channel of 8 or 16 bits")
    return np.asarray(image).astype(np.int32)


def _open(path: Path) -> Image.Image:
    try:
        image = Image.open(path)
        image.load()
        return image
    except (OSError, UnidentifiedImageError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise SampleError(f"{path}: cannot be read as a picture: {error}") from None


class Pairs:
    """A picture with a depth PNG, a label PNG, or both; depth = value / unit metres, 0 unknown."""

    def __init__(self, name: str, items: list[tuple[Path, Path | None, Path | None]], unit: float = 1000.0) -> None:
        if not items:
            raise TrainingError(f"{name}: holds no picture of the expected layout")
        self.name, self.items, self.unit = name, items, unit

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> Sample:
        picture, depth, labels = self.items[index]
        image = read_picture(picture)
        h, w = image.shape[:2]
        disparity = no_depth(h, w) if depth is None else disparity_of(read_metres(depth, self.unit))
        values = no_labels(h, w) if labels is None else read_labels(labels)
        for path, found in ((depth, disparity), (labels, values)):
            if found.shape != (h, w):
                size = f"{found.shape[1]}x{found.shape[0]}"
                raise SampleError(f"{path}: is {size}, but {picture.name} is {w}x{h}")
        return Sample(image, disparity, values)


def pair_folder(folder: Path) -> Pairs:
    """NAME.jpg (or .png) with NAME.depth.png (16 bit, millimetres) and NAME.labels.png, where there are any."""
    items = []
    for path in _listed(folder):
        if path.suffix.lower() not in PICTURES or path.stem.endswith((".depth", ".labels")):
            continue
        depth, labels = (path.with_name(f"{path.stem}.{kind}.png") for kind in ("depth", "labels"))
        if depth.exists() or labels.exists():
            items.append((path, depth if depth.exists() else None, labels if labels.exists() else None))
    return Pairs(str(folder), items)


def list_file(path: Path, root: Path, truth: Path, unit: float) -> Pairs:
    """Lines "PICTURE DEPTH [FOCAL]" below `root` and `truth`; depth "None" leaves a line out (the lists of BTS), and
    so does a "#" before it."""
    items = []
    for line in _lines(path):
        if line.startswith("#"):
            continue
        parts = line.split()
        if len(parts) < 2:
            raise TrainingError(f"{path}: line '{line}': expected a picture and a depth file")
        if parts[1] != "None":
            items.append((root / parts[0].lstrip("/"), truth / parts[1].lstrip("/"), None))
    return Pairs(str(path), items, unit)


def nyu(path: Path, root: Path, truth: Path) -> Pairs:
    """NYUv2 as BTS lays it out; depth in millimetres."""
    return list_file(path, root, truth, 1000.0)


def kitti(path: Path, root: Path, truth: Path) -> Pairs:
    """KITTI by an Eigen list; depth = value / 256 metres. BTS keeps pictures and truth below two folders."""
    return list_file(path, root, truth, 256.0)


def ade20k(root: Path, split: str = "training") -> Pairs:
    """ADEChallengeData2016 (SceneParsing): images/SPLIT/*.jpg, annotations/SPLIT/*.png."""
    annotations = root / "annotations" / split
    items = [(p, None, annotations / f"{p.stem}.png") for p in _listed(root / "images" / split) if p.suffix == ".jpg"]
    return Pairs(str(root), items)


def pascal_context(root: Path, split: str = "train") -> Pairs:
    """JPEGImages/NAME.jpg, Context/NAME.png (0 none, 1..59 classes), and SPLIT.txt with the names."""
    names = _lines(root / f"{split}.txt")
    return Pairs(str(root), [(root / "JPEGImages" / f"{n}.jpg", None, root / "Context" / f"{n}.png") for n in names])


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise TrainingError(f"{folder}: cannot be read: {error.strerror}") from None


def _lines(path: Path) -> list[str]:
    return [line.strip() for line in read_lines(path) if line.strip()]
