"""The command line itself: help, version, and every usage error with exit code 2."""

import re
import unittest

from support import ROOT, TINY, CliTest

COMMANDS = ("depth", "segment", "eval", "info", "bench", "models")
MODEL = TINY / "vit-depth"


class Usage(CliTest):
    def test_help(self):
        for command in ((), *((name,) for name in COMMANDS), ("models", "show")):
            with self.subTest(command=command):
                out = self.dpt(*command, "--help").stdout.decode()
                self.assertIn("--help", out)
                if command != ("models", "show"):
                    self.assertIn("Examples:\n  dpt ", out)
                self.assertEqual(self.dpt(*command, "-h").stdout.decode(), out)

    def test_version_names_the_instruction_set(self):
        version = re.search(r"project\(dpt VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text())[1]
        self.assertRegex(self.dpt("--version").stdout.decode(), rf"^dpt {re.escape(version)} \(\w+\)\n$")
        lower = self.dpt("--version", variables={"DPT_CPU": "baseline"}).stdout.decode()
        self.assertRegex(lower, r"\((sse4|scalar|\w+)\)")
        self.assertNotIn("avx", lower)

    def test_unknown_instruction_set(self):
        self.picture("a.png")
        self.fails(2, "DPT_CPU", "depth", "a.png", "-m", MODEL, variables={"DPT_CPU": "nonsense"})

    def test_a_precision_without_a_unit_is_computed_in_float32(self):
        self.picture("a.png")
        self.dpt("depth", "a.png", "-m", MODEL, "-o", "fp32.npy", variables={"DPT_CPU": "baseline"})
        for precision in ("bf16", "int8"):
            done = self.dpt(
                "depth", "a.png", "-m", MODEL, "-o", "low.npy", "--precision", precision,
                variables={"DPT_CPU": "baseline"},
            )  # fmt: skip
            self.assertIn(f"this processor has no unit for {precision} products", done.stderr.decode())
            self.assertEqual((self.folder / "low.npy").read_bytes(), (self.folder / "fp32.npy").read_bytes())

    def test_errors(self):
        self.picture("a.png")
        for text, *arguments in (
            ("a command is required: depth, segment, video, compare, eval, info,",),
            ("unknown command dept; did you mean depth? (dpt --help)", "dept", "a.png"),
            ("unknown command zzzzzzzz (dpt --help)", "zzzzzzzz"),
            ("unknown option --colourmap; did you mean --colormap? (dpt depth --help)", "depth", "--colourmap"),
            ("unknown option --thread=3; did you mean --threads?", "depth", "a.png", "--thread=3"),
            ("unknown option --fps9 (dpt depth --help)", "depth", "a.png", "--fps9"),
            ("INPUT is required (dpt depth --help)", "depth"),
            ("INPUT is required (dpt segment --help)", "segment", "--overlay"),
            ("MODEL is required (dpt info --help)", "info"),
            ("an input's name is empty", "depth", ""),
            ("--threads: Value 0 not in range", "depth", "a.png", "-t", "0"),
            ("--threads: Value 1025 not in range", "depth", "a.png", "-t", "1025"),
            ("--threads", "depth", "a.png", "-t", "two"),
            ("--threads", "depth", "a.png", "-t", "99999999999999999999"),
            ("--threads", "depth", "a.png", "-t", ""),
            ("--threads", "depth", "a.png", "-t"),
            ("--output: the value is empty", "depth", "a.png", "-o", ""),
            ("--output= has an empty value", "depth", "--output=", "a.png"),
            ("--model: the value is empty", "depth", "a.png", "-m", ""),
            ("--colormap: jet not in {inferno", "depth", "a.png", "--colormap", "jet"),
            ("--convention: pil not in {official,hf}", "depth", "a.png", "--convention", "pil"),
            ("--format: jpg not in {png", "depth", "a.png", "--format", "jpg"),
            ("--weight-standardization: x not in {", "depth", "a.png", "--weight-standardization", "x"),
            ("--precision int4: expected fp32, bf16, int8 or auto", "depth", "a.png", "--precision", "int4"),
            ("expected HxW, such as 384x672", "bench", "-m", MODEL, "--size", "96"),
            ("expected HxW, such as 384x672", "bench", "-m", MODEL, "--size", "96x"),
            ("expected HxW, such as 384x672", "bench", "-m", MODEL, "--size", "-96x96"),
            ("--size 97x96: expected multiples of 32", "bench", "-m", MODEL, "--size", "97x96"),
            ("--size 32x99968: expected multiples of 32 up to 16384", "bench", "-m", MODEL, "--size", "32x99968"),
            ("--size 16384x8192: expected multiples of 32", "bench", "-m", MODEL, "--size", "16384x8192"),
            ("--threads is 0, expected 1 to 1024", "bench", "-m", MODEL, "--threads", "1,0"),
            ("--threads is , expected 1 to 1024", "bench", "-m", MODEL, "--threads", "1,,2"),
            ("--runs: Value 0 not in range", "bench", "-m", MODEL, "--runs", "0"),
            ("--json excludes --csv", "bench", "-m", MODEL, "--json", "--csv"),
            ("--json excludes --profile", "bench", "-m", MODEL, "--json", "--profile"),
            ("unknown command lst; did you mean list? (dpt models --help)", "models", "lst"),
            ("name is required (dpt models show --help)", "models", "show"),
        ):
            with self.subTest(arguments=arguments):
                done = self.fails(2, text, *arguments)
                self.assertEqual(done.stdout, b"")
                self.assertEqual(done.stderr.count(b"\n"), 1)
        self.assertEqual(self.files(), ["a.png"])

    def test_threads_from_the_environment(self):
        self.picture("a.png")
        for value in ("0", "many", "1025", "2x"):
            self.fails(
                2, f"DPT_THREADS is {value}, expected 1 to 1024", "depth", "a.png", "-m", MODEL,
                variables={"DPT_THREADS": value},
            )  # fmt: skip
        self.dpt("depth", "a.png", "-m", MODEL, "-t", "1", variables={"DPT_THREADS": "many"})

    def test_devices(self):
        self.picture("a.png")
        self.dpt("depth", "a.png", "-m", MODEL, "--device", "cpu", "--precision", "fp32")
        missing = "no such device: cuda:0; this version runs on: cpu"
        self.fails(4, missing, "depth", "a.png", "-m", MODEL, "--device", "cuda:0")


if __name__ == "__main__":
    unittest.main()
