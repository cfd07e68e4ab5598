"""The command line: one module per command."""

from __future__ import annotations

import argparse
import sys

from ..errors import TrainingError
from . import evaluate, export, finetune, train

COMMANDS = (train, finetune, evaluate, export)


def main(arguments: list[str] | None = None) -> int:
    """Exit codes: 0 done, 1 what was asked cannot be done, 2 usage, 130 interrupted."""
    parser = argparse.ArgumentParser(prog="dpt_training", description="Train Dense Prediction Transformers.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add(commands)
    options = parser.parse_args(arguments)
    try:
        options.run(options)
    except TrainingError as error:
        print(f"dpt_training: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"dpt_training: {error.filename or options.output}: {error.strerror}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0
