#!/usr/bin/env python3
"""This engine beside its peers: the same weights and input, on one machine, in one run.

    scripts/make-peers-venv.sh
    ~/.cache/dpt-peers/bin/python bench/compare.py --precision fp32,bf16,int8,auto --json out/compare.json

Every round starts each engine once, one after the other (A B C A B C ...), in a process of its own
that loads the model, runs it once and then K times. Figures are the median over the rounds of the
rounds' medians and 90th percentiles, so that a disturbance of the machine touches all engines or
one round. Engines meet in the same class of precision; auto is each engine as it comes, and the
column says what it chose. An engine that does not offer a class is named and left out.

first: loading and the first result. error: the largest difference from transformers' float32
output in units of that output's range; rms: the root of the mean square, in the same units; labels:
share of pixels with the reference's best class. ratios: the best peer over ours (above 1: better).
"""

import json
import sys
import tempfile
from pathlib import Path

import numpy as np
from measuring import (
    CASES, OURS, PEERS, EngineFailed, Refusals, bench_ours, comma_list, common_arguments, file_of, our_version,
    over_rounds, prepare, progress, run_main, run_process, save_report, start_report, table,
)  # fmt: skip

COMPARED = ("onnxruntime", "openvino", "torch", "torch-compile")
OUR_FIGURES = ("precision", "load_ms", "first_ms", "median_ms", "p90_ms", "min_ms", "peak_mb")
OUR_MEMORY = ("weights_mb", "constants_mb", "activations_mb", "gmac")
RATIOS = {"ratio": "median_ms", "first_ratio": "first_ms", "peak_ratio": "peak_mb"}


def run_ours(options, case, folder, setting, output):
    more = ("--input", folder / "input.npy", "--save-output", output)
    model = folder / "weights.safetensors"
    size = (case.height, case.width)
    result = bench_ours(options.dpt, model, size, setting["threads"], setting["class"], options.runs, *more)
    return {"version": our_version(options.dpt), **{key: result[key] for key in (*OUR_FIGURES, *OUR_MEMORY)}}


def run_peer(engine, options, case, folder, setting, output):
    command = [sys.executable, PEERS / "worker.py", engine, case.name, file_of(engine, setting["class"], folder)]
    command += ["--input", folder / "input.npy", "--output", output, "--precision", setting["class"]]
    command += ["--threads", setting["threads"], "--runs", options.runs]
    lines = run_process(command, TORCHINDUCTOR_CACHE_DIR=str(options.cache / "inductor")).splitlines()
    return json.loads(lines[-1])


def errors(case, output, reference):
    """Differences in units of the reference's range; for segmentation also the labels'."""
    if output.size != reference.size:
        raise EngineFailed(f"output has shape {list(output.shape)}, expected {list(reference.shape)}")
    output = output.reshape(reference.shape)
    difference = np.abs(output.astype(np.float64) - reference)
    if not np.isfinite(difference).all():
        raise EngineFailed("output has values that are not finite")
    value_range = np.ptp(reference.astype(np.float64))
    result = {
        "error": float(difference.max() / value_range),
        "rms": float(np.sqrt(np.mean(difference**2)) / value_range),
    }
    if case.task == "segmentation":
        result["labels_equal"] = float(np.mean(output.argmax(axis=1) == reference.argmax(axis=1)))
    return result


def one_round(engine, options, case, folder, setting):
    with tempfile.TemporaryDirectory() as scratch:
        output = Path(scratch) / "output.npy"
        if engine == OURS:
            result = run_ours(options, case, folder, setting, output)
        else:
            result = run_peer(engine, options, case, folder, setting, output)
        return {**result, **errors(case, np.load(output), np.load(folder / "reference.npy"))}


def summary(engine, case, setting, rounds):
    same = {key: rounds[0][key] for key in ("version", "precision")}
    medians = {key: over_rounds(rounds, key) for key in ("load_ms", "first_ms", "median_ms", "p90_ms")}
    worst = {key: over_rounds(rounds, key, max) for key in ("peak_mb", "error", "rms")}
    result = {"case": case.name, "engine": engine, **setting, **same, "height": case.height, "width": case.width}
    result |= {**medians, "min_ms": over_rounds(rounds, "min_ms", min), **worst}
    if "labels_equal" in rounds[0]:
        result["labels_equal"] = over_rounds(rounds, "labels_equal", min)
    result |= {key: over_rounds(rounds, key) for key in ("idle_mb", *OUR_MEMORY) if key in rounds[0]}
    return {**result, "round_medians_ms": [r["median_ms"] for r in rounds]}


def compare(options, case, folder, setting, refusals):
    """Summaries of the engines that ran in all rounds."""
    rounds = {engine: [] for engine in options.engines}
    where = {"case": case.name, **setting}
    for number in range(options.rounds):
        for engine in options.engines:
            progress(f"{case.name}, {setting}, round {number + 1}/{options.rounds}: {engine}")
            result = refusals.attempt(where, engine, one_round, engine, options, case, folder, setting)
            rounds[engine] += [result] if result else []
    return [summary(e, case, setting, rounds[e]) for e in options.engines if len(rounds[e]) == options.rounds]


def ratios(results):
    """The best peer over ours, for each figure the peer that is best in it; None where one side is missing."""
    ours = [r for r in results if r["engine"] == OURS]
    peers = [r for r in results if r["engine"] != OURS]
    if not ours or not peers:
        return None
    found = {key: ours[0][key] for key in ("case", "class", "threads")}
    for name, key in RATIOS.items():
        best = min(peers, key=lambda r: r[key])
        found |= {name: best[key] / ours[0][key], name.replace("ratio", "peer"): best["engine"]}
    return found


def print_results(case, golden_error, setting, results, best):
    golden = "not at hand" if golden_error is None else f"{golden_error:.1e}"
    print(f"\n{case.name}, {case.height}x{case.width}, {setting['class']}, {setting['threads']} thread(s); ", end="")
    print(f"reference against official: {golden}\n")
    columns = {"engine": ("engine", ""), "version": ("version", ""), "precision": ("precision", "")}
    columns |= {f"{name}_ms": (f"{name} ms", ".0f") for name in ("load", "first", "median", "p90", "min")}
    columns |= {"peak_mb": ("peak MB", ".0f"), "error": ("error", ".1e"), "rms": ("rms", ".1e")}
    if case.task == "segmentation":
        columns["labels_equal"] = ("labels", ".2%")
    print(table(columns.values(), ([r[key] for key in columns] for r in results)))
    if best:
        print(f"\nratio: {best['ratio']:.2f} (best peer: {best['peer']}); ", end="")
        print(f"first result: {best['first_ratio']:.2f} ({best['first_peer']}); ", end="")
        print(f"peak memory: {best['peak_ratio']:.2f} ({best['peak_peer']})")


def arguments():
    parser = common_arguments(__doc__, list(CASES), ["fp32"])
    parser.add_argument("--engines", type=comma_list((OURS, *COMPARED)), default=[OURS, *COMPARED])
    return parser.parse_args()


def main():
    options = arguments()
    report = {**start_report(options), "results": [], "ratios": []}
    refusals = Refusals()
    for case in (CASES[name] for name in options.cases):
        folder, golden_error = prepare(options.cache, options.golden, case)
        for precision in options.precision:
            for threads in options.threads:
                setting = {"class": precision, "threads": threads}
                results = compare(options, case, folder, setting, refusals)
                best = ratios(results)
                progress("")
                print_results(case, golden_error, setting, results, best)
                report["results"] += results
                report["ratios"] += [best] if best else []
                save_report(options, report, refusals)
    return 1 if refusals.any_failed else 0


if __name__ == "__main__":
    run_main(main)
