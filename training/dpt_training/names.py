"""Tensor names: official ones (specification 2.2) to those of Hugging Face transformers and back (2.3)."""

from __future__ import annotations

import re
from collections.abc import Callable

import torch
from torch import Tensor

PARTS = ("query", "key", "value")
NECK = "neck.reassemble_stage"
BIT = "dpt.embeddings.backbone.bit"
LAYER = "dpt.encoder.layer"

# (official, Hugging Face); {} stands for a number, {-} for it less 1, {4-} for 4 less it.
RULES = (
    ("pretrained.model.cls_token", "dpt.embeddings.cls_token"),
    ("pretrained.model.pos_embed", "dpt.embeddings.position_embeddings"),
    ("pretrained.model.patch_embed.backbone.stem.conv.", f"{BIT}.embedder.convolution."),
    ("pretrained.model.patch_embed.backbone.stem.norm.", f"{BIT}.embedder.norm."),
    ("pretrained.model.patch_embed.backbone.stages.{}.blocks.{}.", f"{BIT}.encoder.stages.{{}}.layers.{{}}."),
    ("pretrained.model.blocks.{}.norm1.", f"{LAYER}.{{}}.layernorm_before."),
    ("pretrained.model.blocks.{}.norm2.", f"{LAYER}.{{}}.layernorm_after."),
    ("pretrained.model.blocks.{}.attn.proj.", f"{LAYER}.{{}}.attention.output.dense."),
    ("pretrained.model.blocks.{}.mlp.fc1.", f"{LAYER}.{{}}.intermediate.dense."),
    ("pretrained.model.blocks.{}.mlp.fc2.", f"{LAYER}.{{}}.output.dense."),
    ("pretrained.model.norm.", "dpt.layernorm."),
    ("pretrained.act_postprocess{}.0.project.0.", f"{NECK}.readout_projects.{{-}}.0."),
    ("pretrained.act_postprocess{}.3.", f"{NECK}.layers.{{-}}.projection."),
    ("pretrained.act_postprocess{}.4.", f"{NECK}.layers.{{-}}.resize."),
    ("scratch.layer{}_rn.", "neck.convs.{-}."),
    ("scratch.refinenet{}.out_conv.", "neck.fusion_stage.layers.{4-}.projection."),
    (
        "scratch.refinenet{}.resConfUnit{}.conv{}.",
        "neck.fusion_stage.layers.{4-}.residual_layer{}.convolution{}.",
    ),
    ("scratch.refinenet{}.resConfUnit{}.bn{}.", "neck.fusion_stage.layers.{4-}.residual_layer{}.batch_norm{}."),
    ("scratch.output_conv.", "head.head."),
    ("auxlayer.", "auxiliary_head.head."),
)
QKV = re.compile(r"pretrained\.model\.blocks\.(\d+)\.attn\.qkv\.(weight|bias)")
HF_QKV = re.compile(rf"{re.escape(LAYER)}\.(\d+)\.attention\.attention\.(query|key|value)\.(weight|bias)")
FIELD = re.compile(r"\{(4?-?)\}")


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(FIELD.sub(r"(\\d+)", text.replace(".", r"\.")) + "(.*)")


def _filler(source: str, target: str) -> Callable[[re.Match[str]], str]:
    """A match of `source` as a name of the form `target`."""
    kinds = {"": lambda n: n, "-": lambda n: n - 1, "4-": lambda n: 4 - n}
    back = {"": lambda n: n, "-": lambda n: n + 1, "4-": lambda n: 4 - n}
    read = [back[k] for k in FIELD.findall(source)]
    write = [kinds[k] for k in FIELD.findall(target)]

    def fill(match: re.Match[str]) -> str:
        *numbers, rest = match.groups()
        values = iter([w(r(int(n))) for r, w, n in zip(read, write, numbers)])
        return FIELD.sub(lambda _: str(next(values)), target) + rest

    return fill


def _table(rules: list[tuple[str, str]]) -> list[tuple[re.Pattern[str], Callable[[re.Match[str]], str]]]:
    return [(_pattern(source), _filler(source, target)) for source, target in rules]


def _patches(hybrid: bool) -> tuple[str, str]:
    name = "dpt.embeddings.projection." if hybrid else "dpt.embeddings.patch_embeddings.projection."
    return ("pretrained.model.patch_embed.proj.", name)


TO_HF = {hybrid: _table([_patches(hybrid), *RULES]) for hybrid in (False, True)}
TO_OFFICIAL = _table([(b, a) for a, b in (_patches(False), _patches(True), *RULES)])


def _renamed(name: str, table: list) -> str | None:
    for pattern, fill in table:
        match = pattern.fullmatch(name)
        if match:
            return fill(match)
    return None


def to_hugging_face(tensors: dict[str, Tensor], hybrid: bool) -> dict[str, Tensor]:
    found = {}
    for name, value in tensors.items():
        qkv = QKV.fullmatch(name)
        if qkv:
            for part, third in zip(PARTS, value.chunk(3)):
                found[f"{LAYER}.{qkv[1]}.attention.attention.{part}.{qkv[2]}"] = third
        else:
            renamed = _renamed(name, TO_HF[hybrid])
            if renamed is None:
                raise KeyError(name)
            found[renamed] = value
    return found


def official_name(name: str) -> str | None:
    """Of a Hugging Face name; a query's, key's or value's is that of the three together."""
    qkv = HF_QKV.fullmatch(name)
    return f"pretrained.model.blocks.{qkv[1]}.attn.qkv.{qkv[3]}" if qkv else _renamed(name, TO_OFFICIAL)


def to_official(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Official names stay as they are; names of neither kind, too."""
    found: dict[str, Tensor] = {}
    thirds: dict[str, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        qkv = HF_QKV.fullmatch(name)
        if qkv:
            thirds.setdefault(f"pretrained.model.blocks.{qkv[1]}.attn.qkv.{qkv[3]}", {})[qkv[2]] = value
        else:
            found[_renamed(name, TO_OFFICIAL) or name] = value
    for name, parts in thirds.items():
        if len(parts) == 3:
            found[name] = torch.cat([parts[p] for p in PARTS])
    return found
