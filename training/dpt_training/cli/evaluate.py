"""`eval`: figures of a model on pictures with known depth or labels."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ..data import parse_part
from ..data.scenes import SceneStream
from ..errors import TrainingError
from ..evaluate import evaluate
from ..loading import open_model
from .options import DATA_HELP, add_common, number, set_up

EXAMPLES = """\
examples:
  python -m dpt_training eval runs/starter --data pairs:data/redkitchen --cap 10
  python -m dpt_training eval dpt_hybrid_nyu-2ce69ec7.pt --side 480 --cap 10 \\
      --data nyu:nyudepthv2_test_files_with_gt.txt --json nyu.json
"""


def add(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "eval",
        help="figures on pictures with known depth or labels",
        description="Relative depth: scale and shift by least squares in inverse depth on each picture, beside two "
        "trivial predictions aligned alike. Metric depth: as it is. Labels: accuracy of pixels and mean IoU.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("model", type=Path, help="run folder, checkpoint, exported folder, .pt or .safetensors")
    parser.add_argument("--data", action="append", required=True, metavar="SPEC", help=DATA_HELP)
    parser.add_argument(
        "--side", type=number(1), default=256, help="of the network's input, the shorter one (%(default)s)"
    )
    parser.add_argument(
        "--cap", type=number(0, float, beyond=True), default=10.0, help="largest depth in metres (%(default)s)"
    )
    parser.add_argument("--limit", type=number(0), default=0, help="pictures per data set, spread evenly; 0: all")
    parser.add_argument("--raw", action="store_true", help="of a run: the weights themselves, not their average")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    add_common(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    set_up(options)
    model = open_model(options.model, averaged=not options.raw).to(options.device)
    results = {}
    for text in options.data:
        data = parse_part(text, 0).source
        if isinstance(data, SceneStream):
            raise TrainingError(f"data '{text}': a stream has no end; write its records to a file of scenes")
        results[text] = evaluate(model, data, options.side, options.cap, options.limit)
        print(f"{text}")
        for name, figures in results[text].items():
            print(f"  {name:18}" + "  ".join(f"{k} {v:.4g}" for k, v in figures.items()))
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
