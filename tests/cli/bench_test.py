"""dpt bench: its three formats, and the network alone against reference outputs."""

import csv
import io
import json
import re
import time
import unittest

import numpy as np
from support import TINY, CliTest, error_of_range, read_safetensors

HF = TINY / "vit-depth"
FIELDS = (
    "model task height width threads precision median_ms p90_ms min_ms load_ms first_ms peak_mb "
    "constants_mb activations_mb gmac"
).split()
QUICK = ("-m", HF, "--runs", "2", "--size", "64x96")


def hashed_input(height, width):
    """The input of the reference outputs: network_input of bench/peers/hashed.py."""
    z = np.arange(1, 3 * height * width + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    name = 0xCBF29CE484222325
    for byte in b"input":
        name = ((name ^ byte) * 0x100000001B3) & (2**64 - 1)
    z += np.uint64(name)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        z = (z ^ (z >> np.uint64(shift))) * np.uint64(factor)
    z ^= z >> np.uint64(31)
    values = (z >> np.uint64(40)).astype(np.float32) / np.float32(1 << 23) - np.float32(1)
    return values.reshape(1, 3, height, width)


class Bench(CliTest):
    def test_json(self):
        report = json.loads(self.dpt("bench", *QUICK, "--threads", "1,2", "--json").stdout)
        self.assertEqual(list(report), ["device", "cpu", "results"])
        self.assertEqual(report["device"], "cpu")
        self.assertEqual([row["threads"] for row in report["results"]], [1, 2])
        for row in report["results"]:
            self.assertEqual(list(row), FIELDS)
            self.assertEqual((row["model"], row["task"], row["precision"]), ("vit-depth", "depth", "fp32"))
            self.assertEqual((row["height"], row["width"]), (64, 96))
            self.assertTrue(0 < row["min_ms"] <= row["median_ms"] <= row["p90_ms"])
            self.assertTrue(0 < row["load_ms"] < row["first_ms"])
            self.assertTrue(1 < row["peak_mb"] < 1000)

    def test_memory_and_work(self):
        def row_of(size):
            report = self.dpt("bench", "-m", HF, "--runs", "1", "--threads", "1", "--size", size, "--json")
            return json.loads(report.stdout)["results"][0]

        small, large = row_of("64x96"), row_of("256x384")
        # What blocks and tokens of this model alone take: 4 blocks of width 64, one token for 16x16 pixels.
        for row, tokens in ((small, 25), (large, 385)):
            blocks = 4 * (12 * tokens * 64**2 + 2 * tokens**2 * 64)
            self.assertTrue(blocks < row["gmac"] * 1e9 < 10 * blocks)
            self.assertGreater(row["constants_mb"] * 1e6, 4 * 12 * 64**2 * 4)
            self.assertGreater(row["activations_mb"] * 1e6, 2 * tokens * 64 * 4)
            self.assertLess(row["constants_mb"] + row["activations_mb"], row["peak_mb"])

    def test_csv(self):
        rows = list(csv.DictReader(io.StringIO(self.dpt("bench", *QUICK, "--threads", "1,2", "--csv").stdout.decode())))
        self.assertEqual(list(rows[0]), ["device", "cpu", *FIELDS])
        self.assertEqual([row["threads"] for row in rows], ["1", "2"])
        self.assertGreater(float(rows[0]["median_ms"]), 0)

    def test_table(self):
        lines = self.dpt("bench", *QUICK, "-t", "1", "--warmup", "3").stdout.decode().splitlines()
        self.assertTrue(lines[0].startswith("cpu: "))
        self.assertEqual(lines[1].split()[:2], ["model", "task"])
        self.assertEqual(lines[2].split()[:5], ["vit-depth", "depth", "64x96", "1", "fp32"])
        median, p90, least, load, first, peak = map(float, lines[2].split()[5:])
        self.assertTrue(0 <= least <= median <= p90)
        self.assertTrue(0 < load <= first)
        self.assertTrue(1 < peak < 1000)
        self.assertEqual(len(lines), 3)

    def test_profile(self):
        out = self.dpt("bench", *QUICK, "--threads", "1", "--profile").stdout.decode()
        self.assertRegex(out, r"\nconv2d +\d+ +[\d.]+ +[\d.]+% +[\d.]+\n")
        self.assertRegex(out, r"\nblock\.3 +\d+ +[\d.]+ +[\d.]+% +[\d.]+\n")
        self.assertNotRegex(out, r"\n- ")
        for table in out.split("\n\n")[-2:]:
            shares = [float(share) for share in re.findall(r"([\d.]+)%", table)]
            self.assertAlmostEqual(sum(shares), 100, delta=0.05 * len(shares) + 0.1)

    def test_default_size_is_the_model_s(self):
        row = json.loads(self.dpt("bench", "-m", HF, "--runs", "1", "--json").stdout)["results"][0]
        self.assertEqual((row["height"], row["width"]), (96, 96))

    def test_default_runs(self):
        """At least 5 runs, and for 2 seconds: so long, where one takes milliseconds."""
        start = time.monotonic()
        report = json.loads(self.dpt("bench", "-m", HF, "--size", "32x32", "--json").stdout)
        seconds = time.monotonic() - start
        (row,) = report["results"]
        self.assertEqual((row["height"], row["width"]), (32, 32))
        self.assertGreater(seconds, 2)
        self.assertLess(row["median_ms"], 1000 * seconds / 5)
        self.assertTrue(0 < row["min_ms"] <= row["median_ms"] <= row["p90_ms"])

    def test_depth_of_a_given_input(self):
        for model in ("vit-depth", "hybrid-depth"):
            for key, reference in read_safetensors(TINY / model / "expected.safetensors").items():
                height, width = map(int, key.removeprefix("output/").split("x"))
                np.save(self.folder / "in.npy", hashed_input(height, width))
                report = self.dpt(
                    "bench", "-m", TINY / model, "--runs", "1", "--json", "--size", f"{height}x{width}",
                    "--input", "in.npy", "--save-output", "out.npy",
                )  # fmt: skip
                (row,) = json.loads(report.stdout)["results"]
                self.assertEqual((row["model"], row["height"], row["width"]), (model, height, width))
                result = np.load(self.folder / "out.npy")
                self.assertEqual((result.dtype, result.shape), (np.float32, (1, height, width)))
                self.assertLess(error_of_range(result, reference.reshape(result.shape)), 1e-4)

    def test_logits_of_a_given_input(self):
        model = TINY / "vit-segmentation"
        key, reference = next(iter(read_safetensors(model / "expected.safetensors").items()))
        height, width = map(int, key.removeprefix("output/").split("x"))
        np.save(self.folder / "in.npy", np.concatenate([hashed_input(height, width)] * 2))
        self.dpt("bench", "-m", model, "--runs", "1", "--input", "in.npy", "--save-output", "out.npy")
        result = np.load(self.folder / "out.npy")
        self.assertEqual((result.dtype, result.shape), (np.float32, (2, 7, height, width)))
        self.assertTrue((result[0] == result[1]).all())
        for one in result:
            self.assertLess(error_of_range(one, reference.reshape(one.shape)), 1e-4)

    def test_inputs_that_cannot_be_used(self):
        good = np.zeros((1, 3, 32, 32), np.float32)
        data = io.BytesIO()
        np.save(data, good)
        data = data.getvalue()
        huge = data.replace(b"(1, 3, 32, 32)", b"(9, 3, 9999999999, 9999999999)").replace(b" " * 16 + b"\n", b"\n")
        np.save(self.folder / "two.npy", good[0])
        np.save(self.folder / "double.npy", good.astype(np.float64))
        np.save(self.folder / "fortran.npy", np.asfortranarray(np.ones((2, 3, 32, 32), np.float32)))
        np.save(self.folder / "odd.npy", np.zeros((1, 3, 33, 32), np.float32))
        np.save(self.folder / "good.npy", good)
        (self.folder / "huge.npy").write_bytes(huge)
        (self.folder / "short.npy").write_bytes(data[:-4])
        (self.folder / "header.npy").write_bytes(data[:20])
        (self.folder / "text.npy").write_text("hello")
        (self.folder / "empty.npy").write_text("")
        for code, text, name in (
            (1, "two.npy: has shape [3, 32, 32], expected [N, 3, H, W]", "two.npy"),
            (1, "double.npy: NPY elements of another type, expected '<f4'", "double.npy"),
            (1, "fortran.npy: NPY in Fortran order", "fortran.npy"),
            (1, "network input 1 x 33 x 32", "odd.npy"),
            (1, "huge.npy: NPY shape", "huge.npy"),
            (1, "short.npy: 12284 bytes of NPY data, expected 12288 for the shape [1, 3, 32, 32]", "short.npy"),
            (1, "header.npy: the NPY header of", "header.npy"),
            (1, "text.npy: is no NPY file", "text.npy"),
            (1, "empty.npy: is no NPY file", "empty.npy"),
            (1, "gone.npy: cannot open", "gone.npy"),
            (2, "--size 64x96: the input good.npy has 32x32", "good.npy"),
        ):
            with self.subTest(name=name):
                size = ("--size", "64x96") if code == 2 else ()
                self.fails(code, text, "bench", "-m", HF, "--input", name, *size)


if __name__ == "__main__":
    unittest.main()
