#!/usr/bin/env python3
"""This engine beside its peers: the same weights and input, on one machine, in one run.

    scripts/make-peers-venv.sh
    ~/.cache/dpt-peers/bin/python bench/compare.py --threads 1,2 --json out/compare.json

Every round starts each engine once, one after the other (A B C A B C ...), in a process of its own
that loads the model, runs it once and then K times. Figures are the median over the rounds of the
rounds' medians and 90th percentiles, so that a disturbance of the machine touches all engines or
one round. `error` is the largest difference from transformers' float32 output in units of that
output's range; `ratio` is the best peer's median over ours (above 1: this engine is faster).
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(HERE / "peers"))

from cases import CASES  # noqa: E402

OURS = "dpt"
PEERS = ("onnxruntime", "openvino", "torch", "torch-compile")
ISA_FLAGS = ("avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile", "amx_bf16", "amx_int8")


class EngineFailed(Exception):
    """An engine's process did not end well; the text names it and quotes its last lines."""


def run_process(command):
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        tail = "\n".join(done.stderr.strip().splitlines()[-5:])
        raise EngineFailed(f"exit code {done.returncode}\n{tail}")
    return done.stdout


def run_ours(options, case, folder, threads, output):
    command = [options.dpt, "bench", "-m", folder / "weights.safetensors", "--size", f"{case.height}x{case.width}"]
    command += ["--threads", threads, "--runs", options.runs, "--precision", options.precision, "--json"]
    command += ["--input", folder / "input.npy", "--save-output", output]
    result = json.loads(run_process(command))["results"][0]
    keys = ("load_ms", "first_ms", "median_ms", "p90_ms", "min_ms", "peak_mb", "precision")
    return {"version": ours_version(options), **{key: result[key] for key in keys}}


def run_peer(engine, options, folder, threads, output):
    command = [sys.executable, HERE / "peers" / "worker.py", engine, folder]
    command += ["--threads", threads, "--runs", options.runs, "--output", output]
    return {"precision": "fp32", **json.loads(run_process(command).splitlines()[-1])}


def ours_version(options):
    return run_process([options.dpt, "--version"]).split()[1]


def relative_error(output, reference):
    if output.size != reference.size:
        raise EngineFailed(f"output has shape {list(output.shape)}, expected {list(reference.shape)}")
    difference = np.abs(output.reshape(reference.shape).astype(np.float64) - reference)
    return float(difference.max() / np.ptp(reference.astype(np.float64)))


def one_round(engine, options, case, folder, threads):
    with tempfile.TemporaryDirectory() as scratch:
        output = Path(scratch) / "output.npy"
        if engine == OURS:
            result = run_ours(options, case, folder, threads, output)
        else:
            result = run_peer(engine, options, folder, threads, output)
        result["error"] = relative_error(np.load(output), np.load(folder / "reference.npy"))
    return result


def summary(engine, case, threads, rounds):
    def over_rounds(key, reduce):
        return reduce(r[key] for r in rounds)

    return {
        "case": case.name,
        "engine": engine,
        "version": rounds[0]["version"],
        "threads": threads,
        "precision": rounds[0]["precision"],
        "height": case.height,
        "width": case.width,
        "load_ms": over_rounds("load_ms", statistics.median),
        "first_ms": over_rounds("first_ms", statistics.median),
        "median_ms": over_rounds("median_ms", statistics.median),
        "p90_ms": over_rounds("p90_ms", statistics.median),
        "min_ms": over_rounds("min_ms", min),
        "peak_mb": over_rounds("peak_mb", max),
        "error": over_rounds("error", max),
        "round_medians_ms": [r["median_ms"] for r in rounds],
    }


def compare(options, case, folder, threads):
    """Summaries of the engines that ran; the others are named on standard error."""
    rounds = {engine: [] for engine in options.engines}
    failed = set()
    for number in range(options.rounds):
        for engine in options.engines:
            if engine in failed:
                continue
            progress(f"{case.name}, {threads} threads, round {number + 1}/{options.rounds}: {engine}")
            try:
                rounds[engine].append(one_round(engine, options, case, folder, threads))
            except (EngineFailed, OSError) as error:
                failed.add(engine)
                print(f"{case.name}, {threads} threads: {engine} failed: {error}", file=sys.stderr)
    return [summary(e, case, threads, rounds[e]) for e in options.engines if e not in failed], failed


def ratio(results):
    """Best peer's median over ours; None where one side is missing."""
    ours = [r for r in results if r["engine"] == OURS]
    peers = [r for r in results if r["engine"] != OURS]
    if not ours or not peers:
        return None
    best = min(peers, key=lambda r: r["median_ms"])
    first = results[0]
    return {
        "case": first["case"],
        "threads": first["threads"],
        "best_peer": best["engine"],
        "ratio": best["median_ms"] / ours[0]["median_ms"],
    }


def progress(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


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


def print_table(case, golden_error, threads, results, best):
    golden = "not at hand" if golden_error is None else f"{golden_error:.1e}"
    print(f"\n{case.name}, {case.height}x{case.width}, {threads} thread(s); reference against official: {golden}\n")
    print("| engine | version | precision | load ms | first ms | median ms | p90 ms | min ms | peak MB | error |")
    print("|---|---|---|---:|---:|---:|---:|---:|---:|---:|")
    for r in results:
        print(
            f"| {r['engine']} | {r['version']} | {r['precision']} | {r['load_ms']:.0f} | {r['first_ms']:.0f} "
            f"| {r['median_ms']:.0f} | {r['p90_ms']:.0f} | {r['min_ms']:.0f} | {r['peak_mb']:.0f} | {r['error']:.1e} |"
        )
    if best:
        print(f"\nratio: {best['ratio']:.2f} (best peer: {best['best_peer']})")


def prepare(options, case):
    command = [sys.executable, HERE / "peers" / "prepare.py", case.name, options.cache, "--golden", options.golden]
    progress(f"{case.name}: preparing weights and graph")
    folder = Path(run_process(command).splitlines()[-1])
    return folder, json.loads((folder / "case.json").read_text())["golden_error"]


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


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engines", type=comma_list((OURS, *PEERS)), default=[OURS, *PEERS[:-1]])
    parser.add_argument("--cases", type=comma_list(tuple(CASES)), default=list(CASES))
    parser.add_argument("--threads", type=lambda text: [positive(t) for t in text.split(",")], default=[1, 2])
    parser.add_argument("--rounds", type=positive, default=5)
    parser.add_argument("--runs", type=positive, default=5, help="timed runs in one round")
    parser.add_argument("--precision", default="fp32", help="of this engine; the peers run in fp32")
    parser.add_argument("--json", type=Path, help="also write everything to this file")
    parser.add_argument("--dpt", type=Path, default=ROOT / "build" / "release" / "bin" / "dpt")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "dpt-compare")
    parser.add_argument("--golden", type=Path, default=ROOT / "tests" / "data" / "network")
    return parser.parse_args()


def main():
    options = arguments()
    report = {"machine": machine(), "rounds": options.rounds, "runs": options.runs, "results": [], "ratios": []}
    print(f"{report['machine']['cpu']}, {report['machine']['cores']} cores, {' '.join(report['machine']['isa'])}")
    any_failed = False
    for case in (CASES[name] for name in options.cases):
        folder, golden_error = prepare(options, case)
        for threads in options.threads:
            results, failed = compare(options, case, folder, threads)
            any_failed |= bool(failed)
            best = ratio(results)
            progress("")
            print_table(case, golden_error, threads, results, best)
            report["results"] += results
            report["ratios"] += [best] if best else []
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(report, indent=2) + "\n")
    return 1 if any_failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except EngineFailed as error:
        sys.exit(f"compare.py: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
