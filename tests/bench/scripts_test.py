"""The scripts of bench/ without their engines: figures, tables, refusals."""

import argparse
import contextlib
import io
import json
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))

import cold_start  # noqa: E402
import compare  # noqa: E402
import measuring  # noqa: E402
import scaling  # noqa: E402
from convert import RECIPES  # noqa: E402
from measuring import CASES, ENGINES, PRECISIONS, EngineFailed, NotAvailable  # noqa: E402

DEPTH = CASES["hybrid-depth-384"]
LABELS = CASES["hybrid-segmentation-480"]
SETTING = {"class": "fp32", "threads": 2}


def result(engine, **figures):
    return {"case": "a", "engine": engine, **SETTING, **figures}


class Figures(unittest.TestCase):
    def test_ratios_take_the_best_peer_of_each_figure(self):
        found = compare.ratios([
            result("dpt", median_ms=100, first_ms=400, peak_mb=500),
            result("openvino", median_ms=150, first_ms=900, peak_mb=1000),
            result("torch", median_ms=300, first_ms=800, peak_mb=250),
        ])  # fmt: skip
        self.assertEqual((found["ratio"], found["peer"]), (1.5, "openvino"))
        self.assertEqual((found["first_ratio"], found["first_peer"]), (2.0, "torch"))
        self.assertEqual((found["peak_ratio"], found["peak_peer"]), (0.5, "torch"))
        self.assertEqual((found["case"], found["class"], found["threads"]), ("a", "fp32", 2))

    def test_no_ratio_with_one_side_missing(self):
        for engine in ("dpt", "torch"):
            self.assertIsNone(compare.ratios([result(engine, median_ms=1, first_ms=1, peak_mb=1)]))
        self.assertIsNone(compare.ratios([]))

    def test_errors_in_units_of_the_range(self):
        reference = np.array([[0, 2, 4, 8]], np.float32)
        found = compare.errors(DEPTH, reference + np.array([[0, 0, 2, 0]], np.float32), reference)
        self.assertEqual(found, {"error": 0.25, "rms": 0.125})
        self.assertEqual(compare.errors(DEPTH, reference.reshape(1, 1, 4), reference)["error"], 0)

    def test_labels_that_are_equal(self):
        reference = np.zeros((1, 3, 2, 2), np.float32)
        reference[0, 1] = 1
        output = reference.copy()
        output[0, 2, 0, 0] = 3
        self.assertEqual(compare.errors(LABELS, output, reference)["labels_equal"], 0.75)

    def test_outputs_that_cannot_be_compared(self):
        reference = np.array([[0, 1]], np.float32)
        for output in (np.zeros((1, 3)), np.array([[np.nan, 1]]), np.array([[np.inf, 1]])):
            with self.assertRaises(EngineFailed):
                compare.errors(DEPTH, output, reference)

    def test_summary_over_rounds(self):
        figures = {"version": "1", "precision": "fp32", "load_ms": 1, "first_ms": 2, "p90_ms": 9, "rms": 0}
        rounds = [{**figures, "median_ms": m, "min_ms": m - 1, "peak_mb": m, "error": m} for m in (3, 8, 4)]
        found = compare.summary("dpt", DEPTH, SETTING, rounds)
        self.assertEqual((found["median_ms"], found["min_ms"], found["peak_mb"], found["error"]), (4, 2, 8, 8))
        self.assertEqual(found["round_medians_ms"], [3, 8, 4])
        self.assertNotIn("labels_equal", found)

    def test_bars(self):
        ours = result("dpt", wall_s=1.8, warm_s=1.0)
        found = cold_start.bars([ours, result("torch", wall_s=9.0), result("openvino", wall_s=3.6)])
        self.assertAlmostEqual(found["warm_bar_s"], 1.8)
        self.assertEqual((found["quickest_peer"], found["peer_share"]), ("openvino", 0.5))
        self.assertNotIn("peer_share", cold_start.bars([ours]))
        self.assertIsNone(cold_start.bars([result("torch", wall_s=9.0)]))

    def test_difference_of_results(self):
        ours = np.array([[1, 2], [3, 5]], np.float32)
        self.assertEqual(cold_start.difference("depth", ours + 1, ours), 0.25)
        self.assertEqual(cold_start.difference("segmentation", np.array([[1, 2], [3, 4]]), ours), 0.25)
        with self.assertRaises(EngineFailed):
            cold_start.difference("depth", ours[:1], ours)

    def test_scaling(self):
        def rounds(median, gmac):
            memory = dict.fromkeys(scaling.MEMORY, 1)
            return [{"precision": "fp32", "gmac": gmac, "median_ms": m, **memory} for m in (median, median + 1, 0)]

        measured = {(256, 1): rounds(400, 50), (256, 2): rounds(250, 50), (384, 1): rounds(900, 100)}
        found = scaling.summaries(DEPTH, "auto", measured)
        self.assertEqual([r["efficiency"] for r in found], [1, 0.8, 1])
        self.assertEqual([r["ms_per_gmac"] for r in found], [8, 5, 9])


class Refusing(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.weights = self.folder / "weights.safetensors"
        self.weights.write_bytes(bytes(2_000_000))

    def bench(self, script, precision):
        program = self.folder / "dpt"
        program.write_text("#!/bin/sh\n" + script)
        program.chmod(0o755)
        return measuring.bench_ours(program, self.weights, (32, 64), 1, precision, 1)

    def answer(self, precision):
        return f"echo '{json.dumps({'results': [{'precision': precision}]})}'"

    def test_precision_that_ran(self):
        self.assertEqual(self.bench(self.answer("bf16"), "bf16"), {"precision": "bf16", "weights_mb": 2})
        self.assertEqual(self.bench(self.answer("fp32"), "auto")["precision"], "fp32")

    def test_precision_that_is_refused(self):
        with self.assertRaisesRegex(NotAvailable, "runs in fp32 here"):
            self.bench(self.answer("fp32"), "bf16")
        with self.assertRaisesRegex(NotAvailable, "--precision int8: expected fp32"):
            self.bench("echo 'dpt: --precision int8: expected fp32' >&2; exit 2", "int8")

    def test_program_that_fails(self):
        with self.assertRaisesRegex(EngineFailed, "exit code 3\nno model"):
            self.bench("echo no model >&2; exit 3", "fp32")
        with self.assertRaisesRegex(EngineFailed, "exit code 4\nlast"):
            cold_start.timed_process(["sh", "-c", "echo last; exit 4"])
        with self.assertRaises(NotAvailable):
            cold_start.timed_process(["sh", "-c", "echo dpt: --precision int8; exit 2"])

    def test_process_that_ends_well(self):
        found = cold_start.timed_process(["sh", "-c", "sleep 0.02"])
        self.assertGreater(found["wall_s"], 0.02)
        self.assertGreater(found["peak_mb"], 0)

    def test_peer_without_the_class(self):
        with self.assertRaises(NotAvailable):
            measuring.file_of("onnxruntime", "bf16", self.folder)
        self.assertEqual(measuring.file_of("torch", "fp32", self.folder), self.weights)

    def test_each_is_named_once_and_left_out(self):
        refusals = measuring.Refusals()
        calls = []

        def refuse(error):
            calls.append(error)
            raise error

        with contextlib.redirect_stderr(io.StringIO()) as messages:
            self.assertEqual(refusals.attempt(SETTING, "dpt", abs, -7), 7)
            for _ in range(2):
                self.assertIsNone(refusals.attempt(SETTING, "dpt", refuse, NotAvailable("no int8")))
            self.assertFalse(refusals.any_failed)
            self.assertIsNone(refusals.attempt({**SETTING, "threads": 1}, "dpt", refuse, EngineFailed("exit")))
        self.assertEqual(len(calls), 2)
        self.assertTrue(refusals.any_failed)
        named = "fp32, 2, dpt: not available: no int8\nfp32, 1, dpt: failed: exit\n"
        self.assertEqual(messages.getvalue(), named)
        self.assertEqual([e["kind"] for e in refusals.entries], ["not available", "failed"])
        self.assertEqual([e["threads"] for e in refusals.entries], [2, 1])


class Words(unittest.TestCase):
    def test_table(self):
        text = measuring.table([("engine", ""), ("ms", ".1f")], [("dpt", 2.25), ("torch", None)])
        self.assertEqual(text.splitlines(), ["| engine | ms |", "|---|---:|", "| dpt | 2.2 |", "| torch |  |"])

    def test_options(self):
        self.assertEqual(measuring.positives("1,4"), [1, 4])
        self.assertEqual(measuring.comma_list(PRECISIONS)("bf16,auto"), ["bf16", "auto"])
        with self.assertRaises(argparse.ArgumentTypeError):
            measuring.comma_list(PRECISIONS)("fp32,fp8")
        for text in ("0", "1,-2"):
            with self.assertRaises(argparse.ArgumentTypeError):
                measuring.positives(text)

    def test_every_file_of_a_peer_has_a_maker(self):
        made = {"model.onnx", "weights.safetensors", *RECIPES}
        for name, engine in ENGINES.items():
            with self.subTest(engine=name):
                self.assertLessEqual(set(engine.files), set(PRECISIONS))
                self.assertLessEqual(set(engine.files.values()), made)


if __name__ == "__main__":
    unittest.main()
