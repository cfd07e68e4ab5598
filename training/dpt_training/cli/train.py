"""`train`: from random weights."""

from __future__ import annotations

import argparse
import dataclasses
import json

import torch

from .. import checkpoint, distributed
from ..data import Mixture, parse_part
from ..data.mixture import collate
from ..errors import TrainingError
from ..models import PRESETS, Dpt, initialise
from ..models.config import SEGMENTATION, TASKS
from ..models.dpt import MULTIPLE
from ..train import Trainer, settings
from .options import add_training, set_up, train_config

WHITENING_PICTURES = 256

EXAMPLES = """\
examples:
  python -m dpt_training train --preset starter_vit --task joint --data scenes:'data/*.scenes' \\
      --minutes 60 --optimiser muon --lr 6e-4 --encoder-factor 1 --weight-decay 0.05 --precision bf16 \\
      --sizes '160x128,128x160;0.33:256x192,192x256;0.76:352x256' -o runs/starter
  python -m dpt_training train --preset dpt_hybrid --task depth --steps 72000 --depth-loss ssitrim \\
      --data nyu:nyudepthv2_train_files_with_gt.txt --sizes 384x384 --device cuda --precision fp16 -o runs/hybrid
  torchrun --nproc_per_node 4 -m dpt_training train --device cuda ... -o runs/hybrid
"""


def add(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "train",
        help="from random weights",
        description="Trains a network from random weights.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--preset", choices=PRESETS, required=True)
    parser.add_argument("--task", choices=TASKS, default="depth", help="joint: both heads at once (%(default)s)")
    add_training(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    set_up(options)
    config = dataclasses.replace(PRESETS[options.preset], tasks=TASKS[options.task])
    train(Dpt(config), options, fresh=True)


def train(model: Dpt, options: argparse.Namespace, fresh: bool) -> None:
    """fresh: the weights are still to be drawn."""
    classes = model.config.classes if SEGMENTATION in model.config.tasks else 0
    mixture = Mixture([parse_part(text, options.seed) for text in options.data], options.seed, classes)
    if checkpoint.found(options.output) and not options.resume:
        raise TrainingError(f"{options.output}: holds checkpoints of another run; --resume goes on with it")
    if fresh and not options.resume:
        initialise(model, options.seed, None if model.config.hybrid else whitening_pictures(mixture))
    trainer = Trainer(model, mixture, train_config(options))
    if options.resume:
        trainer.load(checkpoint.load(checkpoint.latest(options.output), trainer.device))
    if distributed.rank() == 0:
        options.output.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"model": model.config.to_dict(), **settings(trainer.config), "data": options.data}, indent=2)
        (options.output / "settings.json").write_text(text + "\n", encoding="utf-8")
    try:
        trainer.run()
    finally:
        distributed.stop()


def whitening_pictures(mixture: Mixture) -> torch.Tensor:
    """[N, 3, H, W]: what the first steps would see."""
    side = 4 * MULTIPLE
    pictures = [mixture.sample(0, i, WHITENING_PICTURES, side, side) for i in range(WHITENING_PICTURES)]
    mixture.close()  # the run itself begins with the first pictures again
    return collate(pictures).image
