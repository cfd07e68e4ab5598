#!/usr/bin/env python3
"""From nothing to a file: `dpt depth PHOTO -o OUT.npy` beside the shortest script for each peer.

    ~/.cache/dpt-peers/bin/python bench/cold_start.py --threads 2 --json out/cold-start.json

Whole processes, files in the page cache (every command runs once before). Every round starts each
engine once, and this engine's `dpt bench` for its warm inference. Peers: bench/peers/cold.py; ONNX
Runtime and OpenVINO also from what an earlier process left behind (optimised graph, OpenVINO's own
format, compiled model), which saves them most of the loading.

cpu: processor seconds. difference: the largest from this engine's result in units of its range, or
for labels the share that differs; int8 and bf16 are far from fp32, see compare.py for their errors.
Two bars are shown: wall <= 1.5 x warm inference + 0.3 s, and wall <= a quarter of the quickest peer.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from measuring import (
    CASES, ENGINES, OURS, PEERS, ROOT, EngineFailed, NotAvailable, Refusals, bench_ours, comma_list,
    common_arguments, file_of, over_rounds, prepare, progress, run_main, save_report, start_report, table,
)  # fmt: skip

SLOW = ("torch-compile",)  # compiles for minutes
PEER_NAMES = tuple(name for name in ENGINES if name not in SLOW)
COMMANDS = {"depth": "depth", "segmentation": "segment"}


def command_of(engine, options, case, folder, setting, out):
    precision, threads = setting["class"], setting["threads"]
    if engine == OURS:
        command = [options.dpt, COMMANDS[case.task], options.photo, "-m", folder / "weights.safetensors", "-o", out]
        return [*command, "--threads", threads, "--precision", precision]
    command = [sys.executable, PEERS / "cold.py", engine, case.name, file_of(engine, precision, folder)]
    return [*command, precision, threads, options.photo, out]


def timed_process(command):
    """Wall and processor seconds and largest resident memory of one process."""
    with tempfile.TemporaryFile() as messages:
        start = time.perf_counter()
        process = subprocess.Popen([str(part) for part in command], stdout=messages, stderr=messages)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            messages.seek(0)
            tail = messages.read().decode(errors="replace").strip().splitlines()[-5:]
            kind = NotAvailable if any("--precision" in line for line in tail) else EngineFailed
            raise kind("\n".join([f"exit code {process.returncode}", *tail]))
    return {"wall_s": wall, "cpu_s": usage.ru_utime + usage.ru_stime, "peak_mb": usage.ru_maxrss * 1024 / 1e6}


def difference(task, result, ours):
    if result.shape != ours.shape:
        raise EngineFailed(f"result has shape {list(result.shape)}, expected {list(ours.shape)}")
    if task == "segmentation":
        return float(np.mean(result != ours))
    return float(np.abs(result - ours).max() / np.ptp(ours))


def one_round(engine, options, case, folder, setting, scratch):
    out = scratch / f"{engine}.npy"
    # First the warm inference: it tells whether this engine has the precision.
    warm = warm_run(options, case, folder, setting) if engine == OURS else {}
    result = {**warm, **timed_process(command_of(engine, options, case, folder, setting, out))}
    ours = scratch / f"{OURS}.npy"
    if ours.is_file():
        result["difference"] = difference(case.task, np.load(out), np.load(ours))
    return result


def warm_run(options, case, folder, setting):
    model = folder / "weights.safetensors"
    size = (case.height, case.width)
    result = bench_ours(options.dpt, model, size, setting["threads"], setting["class"], options.runs)
    return {"warm_s": result["median_ms"] / 1000}


def measure(options, case, folder, setting, refusals):
    """{engine: its rounds}, those that ran in all of them."""
    where = {"case": case.name, **setting}
    rounds = {engine: [] for engine in options.engines}
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        for number in range(-1, options.rounds):  # the first fills the page cache and OpenVINO's own
            for engine in options.engines:
                progress(f"{case.name}, {setting}, round {number + 1}/{options.rounds}: {engine}")
                arguments = (engine, options, case, folder, setting, scratch)
                result = refusals.attempt(where, engine, one_round, *arguments)
                if result and number >= 0:
                    rounds[engine].append(result)
    return {engine: r for engine, r in rounds.items() if len(r) == options.rounds}


def summary(engine, case, setting, rounds):
    result = {"case": case.name, "engine": engine, **setting, "wall_s": over_rounds(rounds, "wall_s")}
    result |= {"min_s": over_rounds(rounds, "wall_s", min), "cpu_s": over_rounds(rounds, "cpu_s")}
    result["peak_mb"] = over_rounds(rounds, "peak_mb", max)
    result["difference"] = over_rounds(rounds, "difference", max) if "difference" in rounds[0] else None
    result |= {"warm_s": over_rounds(rounds, "warm_s")} if engine == OURS else {}
    return {**result, "round_walls_s": [r["wall_s"] for r in rounds]}


def bars(results):
    """What the bars say; None where this engine did not run."""
    ours = [r for r in results if r["engine"] == OURS]
    peers = [r for r in results if r["engine"] != OURS]
    if not ours:
        return None
    found = {key: ours[0][key] for key in ("case", "class", "threads", "wall_s", "warm_s")}
    found["warm_bar_s"] = 1.5 * found["warm_s"] + 0.3
    if peers:
        best = min(peers, key=lambda r: r["wall_s"])
        found |= {"quickest_peer": best["engine"], "peer_share": ours[0]["wall_s"] / best["wall_s"]}
    return found


def print_results(case, setting, results, found):
    print(f"\n{case.name}, {setting['class']}, {setting['threads']} thread(s), whole process\n")
    columns = {"engine": ("engine", ""), "wall_s": ("wall s", ".2f"), "min_s": ("min s", ".2f")}
    columns |= {"cpu_s": ("cpu s", ".2f"), "peak_mb": ("peak MB", ".0f"), "difference": ("difference", ".1e")}
    print(table(columns.values(), ([r[key] for key in columns] for r in results)))
    if not found:
        return
    met = "met" if found["wall_s"] <= found["warm_bar_s"] else "missed"
    print(f"\n{met}: wall {found['wall_s']:.2f} s <= 1.5 x {found['warm_s']:.2f} s + 0.3 s", end="")
    print(f" = {found['warm_bar_s']:.2f} s")
    if "peer_share" in found:
        met = "met" if found["peer_share"] <= 0.25 else "missed"
        print(f"{met}: {found['peer_share']:.2f} of the quickest peer ({found['quickest_peer']}) <= 0.25")


def arguments():
    parser = common_arguments(__doc__, ["hybrid-depth-384"], ["auto"])
    parser.add_argument("--engines", type=comma_list((OURS, *PEER_NAMES)), default=[OURS, *PEER_NAMES])
    parser.add_argument("--photo", type=Path, default=ROOT / "models" / "samples" / "astronaut.png", help="square")
    return parser.parse_args()


def main():
    options = arguments()
    report = {**start_report(options), "results": [], "bars": []}
    refusals = Refusals()
    for case in (CASES[name] for name in options.cases):
        folder, _ = prepare(options.cache, options.golden, case)
        for precision in options.precision:
            for threads in options.threads:
                setting = {"class": precision, "threads": threads}
                rounds = measure(options, case, folder, setting, refusals)
                results = [summary(engine, case, setting, r) for engine, r in rounds.items()]
                found = bars(results)
                progress("")
                print_results(case, setting, results, found)
                report["results"] += results
                report["bars"] += [found] if found else []
                save_report(options, report, refusals)
    return 1 if refusals.any_failed else 0


if __name__ == "__main__":
    run_main(main)
