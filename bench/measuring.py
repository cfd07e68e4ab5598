"""What the scripts of this folder share: options, the machine, running this engine, tables."""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PEERS = ROOT / "bench" / "peers"
sys.path.insert(0, str(PEERS))

from cases import CASES  # noqa: E402
from convert import derived  # noqa: E402
from engines import ENGINES, PRECISIONS  # noqa: E402

OURS = "dpt"
ISA_FLAGS = ("avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile", "amx_bf16", "amx_int8")


class EngineFailed(Exception):
    """An engine's process did not end well; the text quotes its last lines."""


class NotAvailable(Exception):
    """An engine does not offer a precision here; the text says how it refused."""


def run_process(command, **variables):
    """Standard output of a command; `variables` are added to its environment."""
    environment = {**os.environ, **variables}
    command = [str(part) for part in command]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        tail = "\n".join(done.stderr.strip().splitlines()[-5:])
        raise EngineFailed(f"exit code {done.returncode}\n{tail}")
    return done.stdout


def our_version(dpt):
    return run_process([dpt, "--version"]).split()[1]


def bench_ours(dpt, model, size, threads, precision, runs, *more):
    """One process of `dpt bench`: its result, with the size of the weight file. size: (height, width)."""
    command = [dpt, "bench", "-m", model, "--size", "x".join(map(str, size)), "--threads", threads]
    command += ["--runs", runs, "--precision", precision, "--json", *more]
    try:
        result = json.loads(run_process(command))["results"][0]
    except EngineFailed as error:
        if "--precision" in str(error):
            raise NotAvailable(str(error).splitlines()[-1]) from error
        raise
    if precision not in ("auto", result["precision"]):
        raise NotAvailable(f"runs in {result['precision']} here")
    return {**result, "weights_mb": model.stat().st_size / 1e6}


def prepare(cache, golden, case):
    """(folder of the case's files, the reference's own error or None)"""
    progress(f"{case.name}: weights, graph and reference output")
    command = [sys.executable, PEERS / "prepare.py", case.name, cache, "--golden", golden]
    folder = Path(run_process(command).splitlines()[-1])
    return folder, json.loads((folder / "case.json").read_text())["golden_error"]


def file_of(peer, precision, folder):
    """What a peer loads; made when it is first asked for."""
    name = ENGINES[peer].files.get(precision)
    if name is None:
        raise NotAvailable(f"is not compared in {precision}")
    if (folder / name).is_file():
        return folder / name
    path = derived(folder, name)
    if not path.is_file():
        progress(f"{folder.name}: {name}")
        run_process([sys.executable, PEERS / "convert.py", folder, name])
    return path


def over_rounds(rounds, key, reduce=statistics.median):
    return reduce(r[key] for r in rounds)


class Refusals:
    """Who has failed or offers no such precision: named once on standard error, then left out."""

    def __init__(self):
        self.entries = []
        self.any_failed = False

    def attempt(self, where, engine, function, *arguments):
        """What the function gives; None when it cannot be had now or could not be had before. where: a dict."""
        key = {**where, "engine": engine}
        if any(key.items() <= entry.items() for entry in self.entries):
            return None
        try:
            return function(*arguments)
        except NotAvailable as error:
            kind, text = "not available", str(error)
        except (EngineFailed, OSError) as error:
            kind, text = "failed", str(error)
            self.any_failed = True
        self.entries.append({**key, "kind": kind, "reason": text})
        progress("")
        print(f"{', '.join(map(str, key.values()))}: {kind}: {text}", file=sys.stderr)
        return None


def machine():
    cpuinfo = Path("/proc/cpuinfo").read_text().splitlines()
    fields = dict(line.split("\t", 1) for line in cpuinfo if "\t" in line)
    flags = fields.get("flags", "").split()
    return {
        "cpu": fields.get("model name", platform.machine()).strip("\t: "),
        "isa": [flag for flag in ISA_FLAGS if flag in flags],
        "cores": os.cpu_count(),
        "load_average": os.getloadavg()[0],
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def start_report(options):
    """Prints what machine this is; the beginning of the JSON file."""
    here = machine()
    print(f"{here['cpu']}, {here['cores']} cores, {' '.join(here['isa'])}; load {here['load_average']:.1f}")
    return {"machine": here, "rounds": options.rounds, "runs": options.runs}


def save_report(options, report, refusals):
    """Writes what there is so far, if a JSON file is wanted."""
    report["refusals"] = refusals.entries
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(report, indent=2) + "\n")


def table(columns, rows):
    """Markdown. columns: (title, format of a value); rows: sequences of values, None for an empty cell.

    Columns whose format is "" hold text, the others numbers.
    """

    def line(cells):
        return "| " + " | ".join(cells) + " |"

    titles = line(title for title, _ in columns)
    marks = "|" + "|".join("---:" if spec else "---" for _, spec in columns) + "|"
    cells = (["" if v is None else format(v, spec) for v, (_, spec) in zip(row, columns)] for row in rows)
    return "\n".join([titles, marks, *(line(row) for row in cells)])


def progress(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def comma_list(allowed):
    def parse(text):
        values = text.split(",")
        for value in values:
            if value not in allowed:
                raise argparse.ArgumentTypeError(f"{value!r} is none of {', '.join(allowed)}")
        return values

    return parse


def positive(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not positive")
    return value


def positives(text):
    return [positive(part) for part in text.split(",")]


def common_arguments(description, cases, precisions):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=comma_list(tuple(CASES)), default=cases)
    parser.add_argument("--threads", type=positives, default=[1, 2])
    parser.add_argument("--precision", type=comma_list(PRECISIONS), default=precisions, help=", ".join(PRECISIONS))
    parser.add_argument("--rounds", type=positive, default=5)
    parser.add_argument("--runs", type=positive, default=5, help="timed runs in one round")
    parser.add_argument("--json", type=Path, help="also write everything to this file")
    parser.add_argument("--dpt", type=Path, default=ROOT / "build" / "release" / "bin" / "dpt")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "dpt-compare")
    parser.add_argument("--golden", type=Path, default=ROOT / "tests" / "data" / "network")
    return parser


def run_main(main):
    """A script's end: one line for what could not be done, no trace."""
    try:
        sys.exit(main())
    except EngineFailed as error:
        sys.exit(f"{Path(sys.argv[0]).name}: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
