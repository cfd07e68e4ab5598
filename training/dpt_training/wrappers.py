"""The weights in what other training programs save: dictionaries in dictionaries, prefixes, averages beside."""

from __future__ import annotations

import re

from torch import Tensor

from . import names
from .errors import TrainingError

WRAPPERS = ("module", "_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module")
AVERAGES = {"ema", "average", "averaged", "avg", "swa"}
DEEPEST = 8
ROOTS = ("pretrained.model.", "pretrained.act_postprocess", "scratch.", "auxlayer.")
HF_ROOTS = ("dpt.", "neck.", "head.", "auxiliary_head.")


def weights_in(state: dict, where: str, averaged: bool = True) -> dict[str, Tensor]:
    """The tensors of the model that `state` holds, under its own names. Of two models, of which one is called an
    average of the other ("ema"), `averaged` says which; others are refused by name. Without names of a DPT: `state`
    itself, or what it has under "model"."""
    places = _places(state)
    found = [(label, tensors) for label, tensors in places if _models(tensors)]
    if not found:
        return _tensors(state["model"] if isinstance(state.get("model"), dict) else state)
    labelled = [(f'under "{label}"' if label else "at the root", value) for label, value in found]
    tensors = _choose(labelled, where, averaged)
    models = _models(tensors)
    options = [(f'named "{prefix}..."', (prefix, tensors)) for prefix in models]
    prefix, _ = _choose(options, where, averaged)
    return _own(tensors, prefix, [other for other in models if other != prefix])


def _choose(options: list[tuple[str, object]], where: str, averaged: bool):
    if len(options) == 1:
        return options[0][1]
    if len(options) == 2 and _says_average(options[0][0]) != _says_average(options[1][0]):
        return next(value for label, value in options if _says_average(label) == averaged)
    raise TrainingError(f"{where}: holds several models, {' and '.join(label for label, _ in options)}; save one alone")


def _says_average(label: str) -> bool:
    return not AVERAGES.isdisjoint(re.split(r"[^a-z0-9]+", label.lower()))


def _places(root: dict) -> list[tuple[str, dict[str, Tensor]]]:
    """Dictionaries of tensors that texts lead to, each once, with the keys to them."""
    waiting, seen, found = [("", root, 0)], {id(root)}, []
    for label, place, depth in waiting:
        tensors = _tensors(place)
        if tensors and not any(_are_same(tensors, other) for _, other in found):
            found.append((label, tensors))
        for key, value in place.items():
            if isinstance(key, str) and isinstance(value, dict) and id(value) not in seen and depth < DEEPEST:
                seen.add(id(value))
                waiting.append((f"{label}.{key}" if label else key, value, depth + 1))
    return found


def _tensors(place: dict) -> dict[str, Tensor]:
    return {key: value for key, value in place.items() if isinstance(key, str) and isinstance(value, Tensor)}


def _are_same(a: dict[str, Tensor], b: dict[str, Tensor]) -> bool:
    def memory(t: Tensor) -> tuple:
        return t.data_ptr(), t.shape, t.stride(), t.dtype

    return a.keys() == b.keys() and all(memory(a[k]) == memory(b[k]) for k in a)


def _plain(name: str) -> str:
    return ".".join(part for part in name.split(".") if part not in WRAPPERS)


def _prefix(name: str) -> tuple[str, bool] | None:
    """What stands before a name of a DPT, and whether the name is of its backbone."""
    parts = name.split(".")
    for depth in range(min(len(parts), DEEPEST)):
        rest = ".".join(parts[depth:])
        official = rest if rest.startswith(ROOTS) else names.official_name(rest)
        if official is not None:
            return name[: len(name) - len(rest)], official.startswith("pretrained.")
    return None


def _models(tensors: dict[str, Tensor]) -> list[str]:
    """Prefixes behind which both a backbone and a decoder are."""
    sides: dict[str, set[bool]] = {}
    for name in tensors:
        found = _prefix(_plain(name))
        if found:
            sides.setdefault(found[0], set()).add(found[1])
    return [prefix for prefix, both in sides.items() if len(both) == 2]


def _own(tensors: dict[str, Tensor], prefix: str, others: list[str]) -> dict[str, Tensor]:
    """Under the model's own names; what is no part of it (counters, losses, another model) is left out."""
    nearer = tuple(other for other in others if len(other) > len(prefix))
    found = {}
    for name, value in tensors.items():
        plain = _plain(name)
        if not plain.startswith(prefix) or plain.startswith(nearer):
            continue
        own = plain[len(prefix) :]
        if own.startswith((*ROOTS, *HF_ROOTS)):
            found[own] = value
    return found
