"""Options that several commands share."""

from __future__ import annotations

import argparse
import math
import os
import re
from pathlib import Path

import torch

from .. import distributed
from ..errors import TrainingError
from ..losses import DEPTH_LOSSES, Weights
from ..optim import OPTIMISERS, WEIGHT_DECAY, OptimConfig
from ..schedules import SCHEDULES
from ..train import PRECISIONS, TrainConfig

DEVICE = re.compile(r"cpu|cuda(:\d+)?")
DATA_HELP = """\
KIND[,OPTION=VALUE]...:WHERE, may be given several times; weight=W of the mixture (1), looks=S strength of the
photometric changes (1). Kinds: scenes:GLOB (rendered records, NAME_WxH.scenes or size=WxH),
stream,size=WxH[,reuse=R,window=N]:COMMAND (records from a renderer's output; {seed} and {first} are filled in),
pairs:GLOB (folders of NAME.jpg + NAME.depth.png in mm and/or NAME.labels.png), nyu:LIST and kitti:LIST
(root=FOLDER of the pictures, truth=FOLDER of the depths), ade20k:FOLDER, context:FOLDER (split=NAME)"""


def add_common(parser: argparse.ArgumentParser) -> None:
    """Machine and threads."""
    parser.add_argument("--device", default="cpu", help="cpu, cuda or cuda:N (%(default)s)")
    threads = int(os.environ.get("OMP_NUM_THREADS") or len(os.sched_getaffinity(0)))
    parser.add_argument("--threads", type=number(1), default=threads, help="of PyTorch (all cores, or OMP_NUM_THREADS)")


def number(low: float, kind: type = int, beyond: bool = False, below: float = math.inf):
    """An argparse type: a number from `low` on (beyond: above it) and below `below`."""

    def parse(text: str) -> float:
        value = kind(text)
        if not low <= value < below or (beyond and value == low):
            limit = f" and below {below:g}" if below < math.inf else ""
            raise argparse.ArgumentTypeError(f"{text}: must be {'above' if beyond else 'at least'} {low:g}{limit}")
        return value

    parse.__name__ = "number"  # in argparse's own message
    return parse


def set_up(options: argparse.Namespace) -> None:
    torch.set_num_threads(options.threads)
    if not DEVICE.fullmatch(options.device):
        raise TrainingError(f"device '{options.device}': expected cpu, cuda or cuda:N")
    device = torch.device(options.device)
    if device.type == "cuda":
        if not torch.cuda.is_available():
            raise TrainingError(f"device {options.device}: this PyTorch finds no CUDA device")
        local = int(os.environ.get("LOCAL_RANK", "0"))
        if device.index is None:
            options.device = f"cuda:{local}"
        torch.cuda.set_device(torch.device(options.device))
    distributed.start(device)


def add_training(parser: argparse.ArgumentParser, **defaults: object) -> None:
    """Everything that TrainConfig holds."""
    add = parser.add_argument
    add("--data", action="append", required=True, metavar="SPEC", help=DATA_HELP)
    add("-o", "--output", type=Path, required=True, metavar="FOLDER", help="checkpoints, log.csv, samples")
    add("--steps", type=number(0), default=0, help="length of the run in optimiser steps")
    add("--minutes", type=number(0, float), default=0.0, help="length of the run by the clock, over all resumptions")
    add("--batch", type=int, default=16, help="pictures of a micro-batch and process (%(default)s)")
    add("--accumulate", type=int, default=1, help="micro-batches of a step (%(default)s)")
    add("--sizes", default="256x192", help='"WxH,WxH;0.5:WxH": one is drawn per step; 0.5: from half of the run on')
    add("--precision", default="fp32", choices=PRECISIONS, help="fp16 on CUDA only (%(default)s)")
    add("--depth-loss", default="robust", choices=DEPTH_LOSSES, help="(%(default)s)")
    add("--gradient-weight", type=number(0, float), default=0.5, help="of gradient matching (%(default)s)")
    add(
        "--label-weight",
        type=number(0, float),
        default=0.5,
        help="of the cross-entropy in a joint model (%(default)s)",
    )
    add("--optimiser", default="adamw", choices=OPTIMISERS, help="(%(default)s)")
    add("--lr", type=number(0, float, beyond=True), default=1e-4, help="learning rate of the decoder (%(default)s)")
    add("--encoder-factor", type=number(0, float), default=0.1, help="the encoder's rate in units of it (%(default)s)")
    add("--weight-decay", type=number(0, float), help=f"({', '.join(f'{k} {v:g}' for k, v in WEIGHT_DECAY.items())})")
    add("--clip", type=number(0, float), default=5.0, help="largest norm of the gradients, 0: none (%(default)s)")
    add(
        "--ema",
        type=number(0, float, below=1),
        default=0.999,
        help="decay of the averaged weights, 0: none (%(default)s)",
    )
    add("--schedule", default="cosine", choices=SCHEDULES, help="(%(default)s)")
    add("--warmup", type=number(0), default=100, help="steps (%(default)s)")
    add("--freeze", choices=("encoder",), help="leave the encoder as it is")
    add("--checkpointing", action="store_true", help="compute the blocks' activations twice instead of keeping them")
    add("--seed", type=number(0), default=0)
    add("--data-threads", type=number(1), default=2, help="(%(default)s)")
    add("--log-every", type=number(1), default=50, help="steps (%(default)s)")
    add("--pictures-every", type=number(0), default=0, help="steps; 0: never (%(default)s)")
    add("--save-every", type=number(1), default=500, help="steps; with --minutes also every 5 minutes (%(default)s)")
    add("--resume", action="store_true", help="go on from the latest checkpoint in FOLDER")
    add_common(parser)
    parser.set_defaults(**defaults)


def train_config(o: argparse.Namespace) -> TrainConfig:
    labels = 1.0 if o.task == "segmentation" else o.label_weight
    return TrainConfig(
        folder=o.output,
        steps=o.steps,
        minutes=o.minutes,
        batch=o.batch,
        accumulate=o.accumulate,
        sizes=o.sizes,
        precision=o.precision,
        schedule=o.schedule,
        warmup=o.warmup,
        depth_loss=o.depth_loss,
        weights=Weights(gradient=o.gradient_weight, labels=labels),
        optim=OptimConfig(o.optimiser, o.lr, o.encoder_factor, o.weight_decay, clip=o.clip, ema=o.ema),
        freeze_encoder=o.freeze == "encoder",
        checkpointing=o.checkpointing,
        seed=o.seed,
        device=o.device,
        data_threads=o.data_threads,
        log_every=o.log_every,
        pictures_every=o.pictures_every,
        save_every=o.save_every,
    )
