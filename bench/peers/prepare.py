#!/usr/bin/env python3
"""Make the files that the engines of one case read, unless they are there already.

    prepare.py CASE CACHE_FOLDER [--golden FOLDER]

Writes CACHE_FOLDER/CASE-HASH/{weights.safetensors,input.npy,reference.npy,model.onnx,case.json} and
prints the folder. HASH covers everything that the files depend on. weights.safetensors has the
official names; reference.npy is transformers' float32 output; case.json holds its largest
difference from the official network's output where such a file is known.
"""

import argparse
import hashlib
import json
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import numpy as np
import safetensors.numpy
import torch

import hashed
from cases import CASES
from hugging_face import Network

HERE = Path(__file__).resolve().parent
KEYS = HERE.parents[1] / "tests" / "data" / "keys"
GOLDEN_LIMIT = 1e-4  # of the output's range, as the engine's own tests ask


def cache_key(case):
    digest = hashlib.sha256(repr(case).encode())
    for path in (KEYS / f"{case.keys}.json", HERE / "hashed.py", HERE / "hugging_face.py", HERE / "prepare.py"):
        digest.update(path.read_bytes())
    for package in ("torch", "transformers", "onnx", "onnxscript"):
        digest.update(f"{package} {version(package)}".encode())
    return digest.hexdigest()[:16]


def relative_error(value, reference):
    """Largest difference in units of the reference's range."""
    reference = np.asarray(reference, np.float64)
    return float(np.abs(value - reference).max() / np.ptp(reference))


def golden_error(case, output, folder):
    """Largest difference from the official network; None where its output is not at hand."""
    path = folder / case.golden
    if not path.is_file():
        return None
    golden = safetensors.numpy.load_file(path)
    if case.task == "segmentation":
        return relative_error(output[:, :, ::16, ::16], golden["logits_every_16th_pixel"])
    return relative_error(output, golden["output"])


def export(network, pixels, path):
    torch.onnx.export(
        network,
        (pixels,),
        path,
        input_names=["pixels"],
        output_names=["output"],
        dynamo=True,
        optimize=True,
        external_data=True,
        verbose=False,
    )


def make(case, folder, golden):
    keys = json.loads((KEYS / f"{case.keys}.json").read_text())
    weights = {key: hashed.tensor(key, shape) for key, (_, shape) in keys.items()}
    safetensors.numpy.save_file(weights, folder / "weights.safetensors")
    pixels = hashed.network_input(case.height, case.width)
    np.save(folder / "input.npy", pixels)

    network = Network(case.task, case.variant, case.height, case.width, weights)
    pixels = torch.from_numpy(pixels)
    with torch.inference_mode():
        output = network(pixels).numpy()
    np.save(folder / "reference.npy", output)
    error = golden_error(case, output, golden)
    if error is not None and error > GOLDEN_LIMIT:
        sys.exit(f"{case.name}: transformers differs from the official network by {error:.1e} of its range")
    export(network, pixels, folder / "model.onnx")
    (folder / "case.json").write_text(json.dumps({"case": case.name, "golden_error": error}) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("case", choices=sorted(CASES))
    parser.add_argument("cache", type=Path)
    parser.add_argument("--golden", type=Path, default=HERE.parents[1] / "tests" / "data" / "network")
    arguments = parser.parse_args()

    case = CASES[arguments.case]
    final = arguments.cache / f"{case.name}-{cache_key(case)}"
    if not (final / "case.json").is_file():
        arguments.cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{case.name}-", dir=arguments.cache) as folder:
            work = Path(folder) / "files"
            work.mkdir()
            make(case, work, arguments.golden)
            work.rename(final)
    print(final)


if __name__ == "__main__":
    main()
