"""The command lines of ailia's dense_prediction_transformers.py."""

import shutil
import subprocess
import unittest
from pathlib import Path

import numpy as np
from support import DPT, TINY, CliTest, environment, read_pfm, read_png

AILIA = Path(DPT).with_name("dpt-ailia")
DEPTH, LABELS = ("-m", TINY / "vit-depth"), ("-m", TINY / "vit-segmentation")
RULE = ("--input-size", "384x576", "--no-keep-aspect", "--convention", "official")


class Ailia(CliTest):
    def ailia(self, *arguments, code=0, program=(AILIA,)):
        command = [*program, *arguments]
        done = subprocess.run(
            list(map(str, command)), cwd=self.folder, env=environment(), capture_output=True, check=False
        )
        self.assertEqual(done.returncode, code, done.stderr.decode())
        return done

    def test_the_two_commands(self):
        self.picture("input.jpg", "coffee.png")
        self.ailia("-i", "input.jpg", "-s", "output.png", "--task=segmentation", "-e", "0", *LABELS)
        self.dpt("segment", *LABELS, "input.jpg", "-o", "l.png", "--overlay=o.png", *RULE)
        self.assertEqual((self.folder / "output.png").read_bytes(), (self.folder / "o.png").read_bytes())
        done = self.ailia("--task=monodepth", *DEPTH)
        self.assertIn(b"dpt: saved at : output.png\n", done.stderr)
        self.dpt("depth", *DEPTH, "input.jpg", "-o", "d.npy", *RULE)
        depth = read_pfm(self.folder / "output.png.pfm")
        np.testing.assert_array_equal(depth, np.load(self.folder / "d.npy"))
        low, high = depth.min(), depth.max()
        codes = read_png(self.folder / "output.png")[0].astype(int)
        self.assertLessEqual(np.abs(codes - 65535.0 * (depth - low) / (high - low)).max(), 1.01)
        self.assertEqual(set(self.files()), {"input.jpg", "output.png", "output.png.pfm", "l.png", "o.png", "d.npy"})

    def test_other_ways_to_call_it(self):
        self.picture("input.jpg")
        other = self.ailia("--compat", "ailia", *LABELS, program=(DPT,))
        self.assertIn(b"saved at : output.png", other.stderr)
        self.ailia("--compat=ailia", *LABELS, "--onnx", "--debug", "--ftype", "image", program=(DPT,))
        timed = self.ailia("-b", "-bc", "3", *LABELS, "-e", "7", "--env_list").stderr.decode()
        self.assertEqual(timed.count("processing time"), 3)
        self.assertIn("-e 7: there is no such environment; using 0", timed)
        self.assertIn("env[0]: dpt ", timed)
        self.assertIn(b"-bc", self.ailia("--help").stdout)

    def test_several_inputs(self):
        for name in ("in/a.jpg", "in/b.png", "c.png"):
            self.picture(name)
        self.ailia("-i", "in", *LABELS)  # output.png is a file's name: a folder beside the inputs
        self.assertEqual(self.files("in_results"), ["a_res.png", "b_res.png"])
        self.ailia("-i", "in/a.jpg", "c.png", "-s", "out", *DEPTH, "--task", "monodepth")
        self.assertEqual(self.files("out"), ["a_res.png", "a_res.png.pfm", "c_res.png", "c_res.png.pfm"])
        (self.folder / "in" / "bad.jpg").write_text("no picture")
        done = self.ailia("-i", "in", "-s", "some", *LABELS, code=1)
        self.assertIn(b"dpt: in/bad.jpg: ", done.stderr)
        self.assertEqual(self.files("some"), ["a_res.png", "b_res.png"])

    @unittest.skipUnless(shutil.which("ffmpeg"), "ffmpeg is not installed")
    def test_video(self):
        source = ["-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10:duration=0.5"]
        subprocess.run(["ffmpeg", "-v", "error", *source, "in.mp4"], cwd=self.folder, check=True)
        for task, model in (("monodepth", DEPTH), ("segmentation", LABELS)):
            self.ailia("-v", "in.mp4", "-s", f"{task}.avi", "--task", task, *model)
            raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
            done = subprocess.run(
                ["ffmpeg", "-v", "error", "-i", f"{task}.avi", *raw], cwd=self.folder, capture_output=True, check=True
            )
            self.assertEqual(len(done.stdout), 5 * 64 * 48 * 3)

        self.assertIn(
            b"no model type 'nonsense'",
            self.ailia("-v", "in.mp4", "-s", "x.avi", *LABELS, "--model-type", "nonsense", code=2).stderr,
        )

    def test_errors(self):
        self.picture("a.png")
        cases = [
            (1, "input.jpg: cannot open: No such file", [*LABELS]),
            (2, "-v a.mp4: -s must name the video", ["-v", "a.mp4"]),
            (2, "one file for several inputs; name a folder", ["-i", "a.png", "a.png", "-s", "b.png"]),
            (2, "--task: depth not in {monodepth,segmentation}", ["--task", "depth"]),
            (2, "unknown option --savpath; did you mean --savepath?", ["--savpath", "x"]),
            (2, "--ftype audio: expected image", ["--ftype", "audio"]),
            (3, "is a depth model, expected a segmentation model", ["-i", "a.png", *DEPTH]),
        ]
        for code, text, arguments in cases:
            with self.subTest(arguments):
                message = self.ailia(*arguments, code=code).stderr.decode()
                self.assertIn(text, message)
                for line in message.splitlines():
                    self.assertTrue(line.startswith("dpt: "), line)


if __name__ == "__main__":
    unittest.main()
