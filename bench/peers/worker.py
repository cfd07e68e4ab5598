#!/usr/bin/env python3
"""One engine, one process, one round: load, run once, run K times; print one JSON object.

    worker.py ENGINE CASE_FOLDER --threads T --runs K [--output OUT.npy]

Times are milliseconds of wall clock around the engine's own call, input and output in memory.
peak_mb is the process's largest resident size (VmHWM), idle_mb the same before the model is
loaded: what the interpreter and the engine's libraries take.
"""

import argparse
import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np

from cases import CASES


class OnnxRuntime:
    """The exported graph with ONNX Runtime's CPU provider, all graph optimisations on."""

    package = "onnxruntime"

    def __init__(self, folder, case, threads):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        options.log_severity_level = 3
        self.make = lambda: onnxruntime.InferenceSession(
            folder / "model.onnx", options, providers=["CPUExecutionProvider"]
        )

    def load(self):
        self.session = self.make()

    def run(self, pixels):
        return self.session.run(None, {"pixels": pixels})[0]


class OpenVino:
    """The exported graph with OpenVINO's CPU plug-in, float32, one request at a time."""

    package = "openvino"

    def __init__(self, folder, case, threads):
        import openvino

        settings = {
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": 1,
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": "f32",
        }
        self.make = lambda: openvino.Core().compile_model(folder / "model.onnx", "CPU", settings)

    def load(self):
        self.model = self.make()

    def run(self, pixels):
        return self.model(pixels)[0]


class Torch:
    """transformers' module, eager, inference mode."""

    package = "torch"

    def __init__(self, folder, case, threads):
        import safetensors.numpy
        import torch

        from hugging_face import Network

        torch.set_num_threads(threads)
        torch.set_num_interop_threads(1)
        self.torch = torch
        self.read = lambda: Network(
            case.task,
            case.variant,
            case.height,
            case.width,
            safetensors.numpy.load_file(folder / "weights.safetensors"),
        )

    def load(self):
        self.network = self.read()

    def run(self, pixels):
        with self.torch.inference_mode():
            return self.network(self.torch.from_numpy(pixels)).numpy()


class TorchCompiled(Torch):
    """The same through torch.compile (inductor, C++ back end); the first run compiles."""

    def load(self):
        self.network = self.torch.compile(self.read())


ENGINES = {"onnxruntime": OnnxRuntime, "openvino": OpenVino, "torch": Torch, "torch-compile": TorchCompiled}


def peak_mb():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("/proc/self/status has no VmHWM line")


def timed_ms(call, *arguments):
    start = time.perf_counter()
    result = call(*arguments)
    return result, (time.perf_counter() - start) * 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("engine", choices=sorted(ENGINES))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--runs", type=int, required=True)
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()

    case = CASES[json.loads((arguments.folder / "case.json").read_text())["case"]]
    kind = ENGINES[arguments.engine]
    pixels = np.load(arguments.folder / "input.npy")
    engine = kind(arguments.folder, case, arguments.threads)
    idle = peak_mb()
    _, load = timed_ms(engine.load)
    output, first = timed_ms(engine.run, pixels)
    if arguments.output:
        np.save(arguments.output, output)
    times = [timed_ms(engine.run, pixels)[1] for _ in range(arguments.runs)]
    result = {
        "version": version(kind.package),
        "load_ms": load,
        "first_ms": first,
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
