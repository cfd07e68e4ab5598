#!/usr/bin/env python3
"""One engine, one process, one round: load, run once, run K times; print one JSON object.

    worker.py ENGINE CASE FILE --precision P --threads T --runs K --input IN.npy --output OUT.npy

Times are milliseconds of wall clock around the engine's own call, input and output in memory;
first_ms is loading and the first result. peak_mb is the process's largest resident size (VmHWM, in
10^6 bytes), idle_mb the same before the model is loaded: what the interpreter and the engine's
libraries take.
"""

import argparse
import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
from cases import CASES
from engines import ENGINES, PRECISIONS


def peak_mb():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise RuntimeError("/proc/self/status has no VmHWM line")


def timed_ms(call, *arguments):
    start = time.perf_counter()
    result = call(*arguments)
    return result, (time.perf_counter() - start) * 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("engine", choices=sorted(ENGINES))
    parser.add_argument("case", choices=sorted(CASES))
    parser.add_argument("file", type=Path)
    parser.add_argument("--precision", choices=PRECISIONS, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--runs", type=int, required=True)
    parser.add_argument("--input", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()

    kind = ENGINES[arguments.engine]
    pixels = np.load(arguments.input)
    engine = kind(arguments.file, CASES[arguments.case], arguments.threads, arguments.precision)
    idle = peak_mb()
    _, load = timed_ms(engine.load)
    output, first = timed_ms(engine.run, pixels)
    np.save(arguments.output, output)
    times = [timed_ms(engine.run, pixels)[1] for _ in range(arguments.runs)]
    result = {
        "version": version(kind.package),
        "precision": engine.precision,
        "load_ms": load,
        "first_ms": load + first,
        "median_ms": float(np.median(times)),
        "p90_ms": float(np.percentile(times, 90)),
        "min_ms": min(times),
        "peak_mb": peak_mb(),
        "idle_mb": idle,
    }
    json.dump(result, sys.stdout)
    print()


if __name__ == "__main__":
    main()
