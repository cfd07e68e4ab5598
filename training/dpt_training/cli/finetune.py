"""`finetune`: from weights that are there."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from pathlib import Path

from .. import checkpoint
from ..data import Mixture, parse_part
from ..errors import TrainingError
from ..loading import Weights, fill, read_weights
from ..metric_fit import fit_metric
from ..models import Dpt, DptConfig, Metric, initialise
from ..models.config import DEPTH, SEGMENTATION, TASKS
from ..models.dpt import AUXILIARY, JOINT_HEAD, MULTIPLE
from ..schedules import parse_sizes
from .options import add_training, set_up
from .train import train

AUTO = "auto"

EXAMPLES = """\
examples:
  python -m dpt_training finetune dpt_hybrid-midas-501f0c75.pt --metric 0.000305,0.1378 --depth-loss silog \\
      --data nyu:nyudepthv2_train_files_with_gt.txt --sizes 544x416 --steps 30000 -o runs/nyu
  python -m dpt_training finetune models/starter-depth --metric auto --depth-loss silog \\
      --data pairs,looks=0.5:my_camera --sizes 320x256 --minutes 20 -o runs/my_camera
  python -m dpt_training finetune models/starter-depth --task segmentation --freeze encoder \\
      --data ade20k:ADEChallengeData2016 --sizes 256x256 --steps 10000 -o runs/labels
  python -m dpt_training finetune models/starter-depth --labels-from models/starter-segmentation \\
      --data 'scenes:/data/train_*.scenes' --sizes 256x192 --minutes 120 -o runs/starter
"""


def add(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "finetune",
        help="from weights that are there",
        description="Goes on with the weights of a run, an exported folder, an official .pt or a .safetensors file. "
        "Parts that they lack (another task's head) begin at random.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("weights", type=Path, help="run folder, checkpoint, exported folder, .pt or .safetensors")
    parser.add_argument("--task", choices=TASKS, help="(that of the weights)")
    parser.add_argument("--classes", type=int, help="of a new segmentation head (150)")
    parser.add_argument(
        "--labels-from",
        type=Path,
        metavar="WEIGHTS",
        help="joint: the segmentation head of these; from the two exports of a joint run, its network again",
    )
    parser.add_argument("--auxiliary", action="store_true", help="segmentation: the auxiliary head of the paper")
    parser.add_argument(
        "--metric",
        metavar="SCALE,SHIFT",
        help="depth = 1 / (SCALE * output + SHIFT) metres; auto: as the data says",
    )
    add_training(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    set_up(options)
    weights = read_weights(options.weights)
    if options.labels_from:
        weights = with_labels(weights, read_weights(options.labels_from), options)
    config = changed(weights.config, options)
    if options.metric == AUTO:
        metric = run_metric(options.output) if options.resume else fitted(weights, options)
        config = dataclasses.replace(config, metric=metric)
    model = Dpt(config)
    initialise(model, options.seed)
    fresh = fill(model, moved(weights.tensors, weights.config, config), str(options.weights))
    if fresh:
        print(f"dpt_training: {len(fresh)} tensors begin at random: {', '.join(fresh[:4])}, ...", file=sys.stderr)
    options.task = next(name for name, tasks in TASKS.items() if tasks == config.tasks)
    train(model, options, fresh=False)


def run_metric(folder: Path) -> Metric | None:
    """What the run that is resumed was begun with."""
    return DptConfig.from_dict(checkpoint.load(checkpoint.latest(folder))["header"]["config"]).metric


def fitted(weights: Weights, options: argparse.Namespace) -> Metric:
    if weights.config.tasks[0] != DEPTH or weights.config.metric:
        raise TrainingError(f"metric {AUTO}: needs weights for relative depth")
    model = Dpt(weights.config)
    fill(model, weights.tensors, str(options.weights))
    mixture = Mixture([parse_part(text, options.seed) for text in options.data], options.seed)
    metric = fit_metric(model, mixture, *parse_sizes(options.sizes, MULTIPLE)[0][1][0])
    mixture.close()
    print(f"metric: depth = 1 / ({metric.scale:.4g} * output + {metric.shift:.4g}) metres", flush=True)
    return metric


def changed(config: DptConfig, options: argparse.Namespace) -> DptConfig:
    """The network to train: that of the weights but for what the options say."""
    changes: dict = {}
    if options.task:
        changes["tasks"] = TASKS[options.task]
    tasks = changes.get("tasks", config.tasks)
    if options.classes:
        changes["classes"] = options.classes
    if options.auxiliary:
        changes["auxiliary"] = True
    if SEGMENTATION not in config.tasks and "depth" not in tasks:
        changes["metric"] = None
    if "depth" not in config.tasks and "depth" in tasks:
        changes["head"] = (max(config.fusion // 2, 1), 32)
    if options.metric and options.metric != AUTO:
        changes["metric"] = parse_metric(options.metric)
    return dataclasses.replace(config, **changes)


def moved(tensors: dict, config: DptConfig, wanted: DptConfig) -> dict:
    """The tensors at their places in a network of other tasks; a head that it lacks is left out."""
    kept = {}
    for name, value in tensors.items():
        task = head_of(name, config)
        if task is None:
            kept[name] = value
        elif task in wanted.tasks and (task != SEGMENTATION or config.classes == wanted.classes):
            kept[name if name.startswith(AUXILIARY) else head_place(task, wanted) + name.split(".", 2)[2]] = value
    return kept


def with_labels(weights: Weights, other: Weights, options: argparse.Namespace) -> Weights:
    """weights, for depth, with the segmentation head of the other ones: a joint network."""
    if weights.config.tasks != TASKS["depth"] or SEGMENTATION not in other.config.tasks:
        raise TrainingError(
            f"labels-from {options.labels_from}: expected a segmentation model, and {options.weights} for depth"
        )
    config = dataclasses.replace(weights.config, tasks=TASKS["joint"], classes=other.config.classes)
    head = {k: v for k, v in moved(other.tensors, other.config, config).items() if k.startswith(JOINT_HEAD)}
    return Weights(config, weights.tensors | head)


def head_place(task: str, config: DptConfig) -> str:
    return JOINT_HEAD if task == SEGMENTATION and len(config.tasks) > 1 else "scratch.output_conv."


def head_of(name: str, config: DptConfig) -> str | None:
    if name.startswith((JOINT_HEAD, AUXILIARY)):
        return SEGMENTATION
    return config.tasks[0] if name.startswith("scratch.output_conv.") else None


def parse_metric(text: str) -> Metric:
    try:
        scale, shift = (float(part) for part in text.split(","))
    except ValueError:
        raise TrainingError(f"metric '{text}': expected SCALE,SHIFT, such as 0.000305,0.1378") from None
    return Metric(scale, shift)
