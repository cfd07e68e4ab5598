"""`export`: a run as folders that the engine loads."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..card import model_card, read_facts
from ..engine import check
from ..errors import TrainingError
from ..hf_folder import label_names, write_folder
from ..loading import of_task, read_weights
from .options import add_common, set_up

UNKEPT = ("pretrained.model.head.",)  # has no name in the folder

EXAMPLES = """\
examples:
  python -m dpt_training export runs/starter -o models/starter --card facts.json
  python -m dpt_training export runs/starter -o models/starter --check photo.jpg --dpt build/release/bin/dpt
A joint model becomes FOLDER-depth and FOLDER-segmentation.
"""


def add(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "export",
        help="a folder that the engine loads",
        description="Writes model.safetensors, config.json, preprocessor_config.json and README.md.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("model", type=Path, help="run folder, checkpoint, exported folder, .pt or .safetensors")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--raw", action="store_true", help="the weights themselves, not their average")
    parser.add_argument("--precision", choices=("fp16", "fp32"), default="fp16", help="of the file (%(default)s)")
    parser.add_argument("--labels", type=Path, metavar="FILE", help="names of the classes, one per line (ADE20K's)")
    parser.add_argument("--card", type=Path, metavar="JSON", help="title, data, licence, hours, notes, metrics")
    parser.add_argument("--check", type=Path, metavar="PHOTO", help="compare with the engine on this picture")
    parser.add_argument("--dpt", default="dpt", metavar="PROGRAM", help="the engine (%(default)s)")
    add_common(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    set_up(options)
    weights = read_weights(options.model, averaged=not options.raw)
    facts = read_facts(options.card)
    tasks = weights.config.tasks
    for task in tasks:
        folder = options.output if len(tasks) == 1 else options.output.with_name(f"{options.output.name}-{task}")
        if folder.exists() and not (folder / "config.json").exists() and any(folder.iterdir()):
            raise TrainingError(f"{folder}: exists and is no exported model")
        config = weights.config.for_task(task)
        tensors = {k: v for k, v in of_task(weights.tensors, weights.config, task).items() if not k.startswith(UNKEPT)}
        parameters = sum(v.numel() for v in tensors.values() if v.is_floating_point())
        labels = label_names(config.classes, options.labels) if task == "segmentation" else []
        half = options.precision == "fp16"
        write_folder(folder, config, tensors, half, labels, model_card(config, parameters, facts))
        print(f"{folder}: {parameters / 1e6:.2f} million parameters")
        if options.check:
            print(check(folder, options.check, options.dpt))
