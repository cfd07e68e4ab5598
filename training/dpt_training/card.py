"""A model card in Markdown from what is known of a model."""

from __future__ import annotations

import json
from pathlib import Path

from .errors import TrainingError
from .models.config import DptConfig

FIELDS = {"title": str, "data": list, "licence": str, "hours": (int, float), "notes": list, "metrics": dict}
REQUIRED = ("data", "licence", "hours")
SHOWN = ("abs_rel", "delta1", "rmse", "pixel_accuracy", "largest_class", "mean_iou", "pictures")


def read_facts(path: Path | None) -> dict:
    """A JSON object with title, data, licence, hours, notes, metrics (what `eval --json` writes)."""
    if path is None:
        return {}
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TrainingError(f"{path}: cannot be read as JSON: {error}") from None
    if not isinstance(facts, dict):
        raise TrainingError(f"{path}: expected an object with the fields {', '.join(FIELDS)}")
    for name, value in facts.items():
        if name not in FIELDS or not isinstance(value, FIELDS[name]):
            raise TrainingError(
                f"{path}: field {name}: expected the fields {', '.join(FIELDS)} (see training/README.md)"
            )
    missing = [name for name in REQUIRED if name not in facts]
    if missing:
        raise TrainingError(f"{path}: lacks {', '.join(missing)}")
    return facts


def model_card(config: DptConfig, parameters: int, facts: dict) -> str:
    task = " and ".join(config.tasks)
    kind = "hybrid" if config.hybrid else "ViT"
    lines = [f"# {facts.get('title', f'DPT for {task}')}", ""]
    lines += [
        f"DPT ({kind}), {config.blocks} blocks of width {config.width}, fusion width {config.fusion}, "
        f"{parameters / 1e6:.1f} million parameters.",
        "",
    ]
    if config.metric:
        m = config.metric
        lines += [f"Depth in metres = 1 / max({m.scale:g} * output + {m.shift:g}, 1e-8).", ""]
    elif "depth" in config.tasks:
        lines += ["Output: inverse depth up to scale and shift, larger = nearer. No metres.", ""]
    lines += [
        f"Input: RGB, the nearer side brought to {config.image_size}, aspect kept, sides multiples of 32, "
        "scaled to [-1, 1].",
        "",
    ]
    if facts:
        lines += ["## Training", "", *(f"- {item}" for item in facts["data"]), ""]
        lines += [f"{facts['hours']:g} hours. Licence: {facts['licence']}.", ""]
    if facts.get("metrics"):
        lines += ["## Figures", "", *_tables(facts["metrics"]), ""]
    if facts.get("notes"):
        lines += ["## Limits", "", *(f"- {item}" for item in facts["notes"]), ""]
    return "\n".join(lines).rstrip() + "\n"


def _tables(metrics: dict) -> list[str]:
    """metrics: data set -> row name -> figures."""
    rows = [(where, name, figures) for where, found in metrics.items() for name, figures in found.items()]
    columns = [c for c in SHOWN if any(c in figures for _, _, figures in rows)]
    lines = ["| data | | " + " | ".join(columns) + " |", "|" + "---|" * (len(columns) + 2)]
    for where, name, figures in rows:
        cells = (f"{figures[c]:.4g}" if c in figures else "" for c in columns)
        lines.append(f"| {where} | {name.replace('_', ' ')} | " + " | ".join(cells) + " |")
    return lines
