#!/usr/bin/env python3
"""Make a file that a peer loads instead of the exported graph, unless it is there already.

    convert.py CASE_FOLDER NAME

Prints the file: CASE_FOLDER/derived-HASH/NAME. HASH covers what the files depend on, the processor
included, for which ONNX Runtime optimises. int8 is calibrated on inputs of the same distribution as
the benchmark's own.
"""

import argparse
import hashlib
import json
import tempfile
from importlib.metadata import version
from pathlib import Path

import hashed
import numpy as np
from cases import CASES

HERE = Path(__file__).resolve().parent
CALIBRATION_INPUTS = 4


def derived(folder, name):
    digest = hashlib.sha256()
    for path in (HERE / "hashed.py", HERE / "convert.py"):
        digest.update(path.read_bytes())
    for package in ("nncf", "onnxruntime", "openvino"):
        digest.update(f"{package} {version(package)}".encode())
    processor = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith(("model", "flags"))]
    digest.update("\n".join(sorted(set(processor))).encode())
    return folder / f"derived-{digest.hexdigest()[:16]}" / name


def calibration(folder):
    case = CASES[json.loads((folder / "case.json").read_text())["case"]]
    shape = (1, 3, case.height, case.width)
    return [hashed.uniform(f"calibration.{i}", 3 * case.height * case.width).reshape(shape)
            for i in range(CALIBRATION_INPUTS)]  # fmt: skip


def openvino_ir(folder, path):
    import openvino

    openvino.save_model(openvino.Core().read_model(folder / "model.onnx"), path, compress_to_fp16=False)


def openvino_int8(folder, path):
    """Per-channel weights, convolutions and products of activations included, as NNCF advises for transformers."""
    import nncf
    import openvino

    quantized = nncf.quantize(
        openvino.Core().read_model(folder / "model.onnx"),
        nncf.Dataset(calibration(folder)),
        preset=nncf.QuantizationPreset.MIXED,
        model_type=nncf.ModelType.TRANSFORMER,
        subset_size=CALIBRATION_INPUTS,
    )
    openvino.save_model(quantized, path, compress_to_fp16=False)


def onnxruntime_save(source, path, level):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = getattr(onnxruntime.GraphOptimizationLevel, level)
    options.log_severity_level = 3
    options.optimized_model_filepath = str(path)
    options.add_session_config_entry("session.optimized_model_external_initializers_file_name", path.name + ".data")
    onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


def onnxruntime_int8(folder, path):
    """Static, QDQ, per channel. Constants are folded first: weights that are computed are not seen as weights."""
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

    class Reader(CalibrationDataReader):
        def __init__(self):
            self.inputs = iter(calibration(folder))

        def get_next(self):
            pixels = next(self.inputs, None)
            return None if pixels is None else {"pixels": pixels}

    with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
        folded = Path(scratch) / "folded.onnx"
        onnxruntime_save(folder / "model.onnx", folded, "ORT_ENABLE_BASIC")
        quantize_static(
            folded,
            path,
            Reader(),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["Conv", "Gemm", "MatMul"],
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            use_external_data_format=True,
        )


RECIPES = {
    "fp32.xml": openvino_ir,
    "int8.xml": openvino_int8,
    "int8.onnx": onnxruntime_int8,
    "fp32.optimised.onnx": lambda folder, path: onnxruntime_save(folder / "model.onnx", path, "ORT_ENABLE_ALL"),
    "int8.optimised.onnx": lambda folder, path: onnxruntime_save(make(folder, "int8.onnx"), path, "ORT_ENABLE_ALL"),
}


def make(folder, name):
    path = derived(folder, name)
    if not path.is_file():
        path.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".making-", dir=path.parent) as scratch:
            RECIPES[name](folder, Path(scratch) / name)
            # The file itself last: where it is, the data that it names are.
            for made in sorted(Path(scratch).iterdir(), key=lambda made: made.name == name):
                made.rename(path.parent / made.name)
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("name", choices=sorted(RECIPES))
    arguments = parser.parse_args()
    print(make(arguments.folder, arguments.name))


if __name__ == "__main__":
    main()
