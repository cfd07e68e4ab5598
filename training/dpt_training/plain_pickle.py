"""PyTorch files read without PyTorch's unpickler: tensors, and plain data of which nothing is kept. Nothing is run.

Training programs put settings, counts, paths, numpy's numbers and the like beside weights, which
torch.load(weights_only=True) refuses. Here their classes are replaced by one that holds nothing; any name that is not
listed is refused.
"""

from __future__ import annotations

import collections
import dataclasses
import pickle
import struct
import zipfile
from pathlib import Path
from typing import BinaryIO

import torch
from torch import Tensor

DTYPES = {
    "Double": torch.float64, "Float": torch.float32, "Half": torch.float16, "BFloat16": torch.bfloat16,
    "Long": torch.int64, "Int": torch.int32, "Short": torch.int16, "Char": torch.int8, "Byte": torch.uint8,
    "Bool": torch.bool,
}  # fmt: skip
LEGACY_MAGIC, LEGACY_PROTOCOL = 0x1950A86A20F9469CFC6C, 1001


class Plain:
    """What stands for an object that nobody asks for: takes any argument, attribute and item."""

    def __new__(cls, *_args, **_kwargs):
        return super().__new__(cls)

    def __init__(self, *_args, **_kwargs):
        pass

    def __setstate__(self, _state):
        pass

    def __setitem__(self, _key, _value):
        pass

    def __hash__(self):
        return id(self)

    def append(self, _item):
        pass

    def extend(self, _items):
        pass

    def add(self, _item):
        pass


class _Dict(dict):
    """Of what makes its values nothing is kept."""

    def __init__(self, *_args):
        super().__init__()


@dataclasses.dataclass
class _Storage:
    dtype: torch.dtype
    key: str
    count: int
    data: bytes = b""


class _View(Plain):
    """A tensor whose storage may not have been read yet."""

    def __init__(self, storage, offset, size, stride, *_rest):
        if not isinstance(storage, _Storage):
            raise pickle.UnpicklingError("a tensor without a storage")
        self.storage, self.place = storage, (tuple(size), tuple(stride), offset)

    def tensor(self) -> Tensor:
        if not self.storage.data:
            return torch.empty(self.place[0], dtype=self.storage.dtype)
        flat = torch.frombuffer(bytearray(self.storage.data), dtype=self.storage.dtype)
        return flat.as_strided(*self.place)  # which checks that it lies inside


def _data_of(parameter, *_rest):
    return parameter


KNOWN = {
    ("collections", "OrderedDict"): collections.OrderedDict,
    ("collections", "defaultdict"): _Dict,
    ("torch", "Size"): tuple,
    ("torch._utils", "_rebuild_tensor_v2"): _View,
    ("torch._utils", "_rebuild_parameter"): _data_of,
    ("torch._utils", "_rebuild_parameter_with_state"): _data_of,
    **{("torch", f"{kind}Storage"): dtype for kind, dtype in DTYPES.items()},
}
NUMPY = ("scalar", "_reconstruct")
PLAIN = {
    "collections": ("Counter", "deque"),
    "torch": (
        "device", "float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool",
        "complex64", "complex128", "float8_e4m3fn", "float8_e5m2",
    ),
    "torch.torch_version": ("TorchVersion",),
    "numpy": ("dtype", "ndarray"),
    "numpy.core.multiarray": NUMPY,
    "numpy._core.multiarray": NUMPY,
    "numpy.core.numeric": ("_frombuffer",),
    "numpy._core.numeric": ("_frombuffer",),
    "_codecs": ("encode",),
    "argparse": ("Namespace",),
    "types": ("SimpleNamespace",),
    "pathlib": ("Path", "PosixPath", "WindowsPath", "PurePosixPath", "PureWindowsPath"),
    "pathlib._local": ("PosixPath", "WindowsPath"),
    "datetime": ("date", "datetime", "time", "timedelta", "timezone"),
    "builtins": (
        "bytearray", "bytes", "complex", "frozenset", "range", "xrange", "set", "slice", "bool", "dict", "float", "int",
        "list", "str", "tuple",
    ),
    "typing": ("Any",),
    "omegaconf.dictconfig": ("DictConfig",),
    "omegaconf.listconfig": ("ListConfig",),
    "omegaconf.base": ("ContainerMetadata", "Metadata"),
    "omegaconf.nodes": ("AnyNode", "BooleanNode", "FloatNode", "IntegerNode", "StringNode"),
    "pytorch_lightning.utilities.parsing": ("AttributeDict",),
    "lightning.pytorch.utilities.parsing": ("AttributeDict",),
    "lightning_fabric.utilities.data": ("AttributeDict",),
    "lightning.fabric.utilities.data": ("AttributeDict",),
}  # fmt: skip
CALLBACKS = ("pytorch_lightning.callbacks.", "lightning.pytorch.callbacks.")  # keys of files before Lightning 1.5


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: BinaryIO, storages: dict[str, _Storage]):
        super().__init__(file, encoding="utf-8")
        self.storages = storages

    def find_class(self, module, name):
        module = "builtins" if module == "__builtin__" else module  # as Python 2 called it
        known = KNOWN.get((module, name))
        if known is not None:
            return known
        if name in PLAIN.get(module, ()) or module.startswith(CALLBACKS):
            return Plain
        raise pickle.UnpicklingError(
            f"the pickle asks for {module}.{name}; only tensors and plain data are read, and nothing was run"
        )

    def persistent_load(self, pid):
        kind, dtype, key, _location, count, *_view = pid
        if kind != "storage" or not isinstance(dtype, torch.dtype) or not isinstance(key, str):
            raise pickle.UnpicklingError("a reference to something that is no storage")
        return self.storages.setdefault(key, _Storage(dtype, key, count))


def load(path: Path) -> object:
    """What torch.save wrote, in either container: tensors in dictionaries. Raises whatever a damaged file leads to."""
    with open(path, "rb") as file:
        root = _load_zip(file) if zipfile.is_zipfile(file) else _load_legacy(file)
    return _with_tensors(root, {})


def _load_zip(file: BinaryIO) -> object:
    storages: dict[str, _Storage] = {}
    with zipfile.ZipFile(file) as archive:
        objects = [name for name in archive.namelist() if name.count("/") == 1 and name.endswith("/data.pkl")]
        if len(objects) != 1:
            raise ValueError("a zip archive without NAME/data.pkl")
        folder = objects[0].removesuffix("data.pkl")
        with archive.open(objects[0]) as pickled:
            root = _Unpickler(pickled, storages).load()
        for storage in storages.values():
            member = archive.getinfo(f"{folder}data/{storage.key}")
            if member.compress_type != zipfile.ZIP_STORED:
                raise ValueError(f"{member.filename} is compressed")
            storage.data = archive.read(member)
            _check(storage)
    return root


def _load_legacy(file: BinaryIO) -> object:
    file.seek(0)
    storages: dict[str, _Storage] = {}
    magic, protocol, _system, root = (_Unpickler(file, storages).load() for _ in range(4))
    if (magic, protocol) != (LEGACY_MAGIC, LEGACY_PROTOCOL):
        raise ValueError("no file of torch.save")
    for key in _Unpickler(file, {}).load():
        storage = storages[key]
        (count,) = struct.unpack("<q", file.read(8))
        if count != storage.count:
            raise ValueError(f"storage {key} has {count} elements, expected {storage.count}")
        storage.data = file.read(count * torch.empty((), dtype=storage.dtype).element_size())
        _check(storage)
    return root


def _check(storage: _Storage) -> None:
    expected = storage.count * torch.empty((), dtype=storage.dtype).element_size()
    if len(storage.data) != expected:
        raise ValueError(f"storage {storage.key} has {len(storage.data)} bytes, expected {expected}")


def _with_tensors(value: object, done: dict[int, object]) -> object:
    """Dictionaries with their tensors; a dictionary may contain itself."""
    if isinstance(value, _View):
        return value.tensor()
    if not isinstance(value, dict):
        return value
    if id(value) not in done:
        done[id(value)] = result = {}
        for key, item in value.items():
            result[key] = _with_tensors(item, done)
    return done[id(value)]
