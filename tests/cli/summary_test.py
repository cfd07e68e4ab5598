"""What commands say that they did: on a terminal, and nothing more on a pipe or with -q."""

import unittest

import numpy as np
from support import DATA, TINY, CliTest, write_png

DEPTH = ("-m", TINY / "vit-depth")
LABELS = ("-m", TINY / "vit-segmentation")
CLOCK = r"0:\d\d"


class Summary(CliTest):
    def says(self, expected, *arguments, code=0, **options):
        """The same command on a terminal, on a pipe (nothing but the errors) and with -q."""
        shown = self.on_terminal(*arguments, "--overwrite", "yes", code=code, **options)
        self.assertRegex(shown, f"^{expected}$")
        self.assertEqual(self.on_terminal(*arguments, "--overwrite", "yes", "-q", code=code, **options), "")
        self.assertEqual(self.dpt(*arguments, code=code, **options).stderr, b"")

    def test_one_picture(self):
        self.picture("a.png")
        self.says("wrote a.depth.png, a.color.png\n", "depth", "a.png", *DEPTH)
        self.says("wrote o/d.npy\n", "depth", "a.png", *DEPTH, "-o", "o/d.npy")
        self.says("wrote a.labels.png, a.overlay.png\n", "segment", "a.png", *LABELS)
        self.says("wrote a.points.ply\n", "depth", "a.png", *DEPTH, "--ply", "-o", "/dev/null")
        self.says("", "depth", "a.png", *DEPTH, "-o", "-")
        self.says("wrote a.compare.png\n", "compare", DEPTH[1], LABELS[1], "-i", "a.png")
        self.says("wrote o/n.npy\n", "bench", *DEPTH, "--runs", "1", "--size", "32x32", "--save-output", "o/n.npy")

    def test_with_a_progress_bar(self):
        self.picture("a.png")
        shown = self.on_terminal("depth", "a.png", *DEPTH, variables={"NO_COLOR": "", "TERM": "xterm"})
        self.assertTrue(shown.startswith("\r\x1b[K[  "), shown)
        self.assertTrue(shown.endswith("\r\x1b[Kwrote a.depth.png, a.color.png\n"), shown)

    def test_several_pictures(self):
        for name in ("in/a.png", "in/b.png"):
            self.picture(name)
        self.says(f"2 done, {CLOCK}\n", "depth", "in", *DEPTH, "-o", "out")
        self.says(f"2 done, {CLOCK}\n", "compare", DEPTH[1], "-i", "in", "-o", "out")
        (self.folder / "in" / "c.png").write_bytes(b"no picture")
        shown = self.on_terminal("depth", "in", "gone.png", *DEPTH, "-o", "new", code=1)
        *errors, last = shown.splitlines()
        self.assertEqual(len(errors), 2)
        self.assertRegex(last, f"^2 done, 2 failed, {CLOCK}$")
        shown = self.on_terminal("depth", "in/c.png", *DEPTH, code=1)
        self.assertEqual(shown.count("\n"), 1)  # the error says it all

    def test_weights(self):
        text = self.on_terminal("convert", DATA / "tiny" / "vit-depth", "-o", "w.safetensors")
        self.assertRegex(text, r"^wrote w.safetensors \(\d+ tensors, \d+ bytes\)\n$")
        text = self.on_terminal("convert", DATA / "tiny" / "vit-depth", "-o", "folder")
        files = ", ".join(f"folder/{name}" for name in ("model.safetensors", "preprocessor_config.json", "config.json"))
        self.assertRegex(text, rf"^wrote {files} \(\d+ tensors, \d+ bytes\)\n$")

    def test_evaluation(self):
        self.picture("set/a.png")
        write_png(self.folder / "set" / "a.depth.png", np.arange(1, 97 * 61 + 1, dtype=np.uint16).reshape(97, 61))
        run = ("eval", "depth", "pairs", "set", *DEPTH, "--align", "scale-shift")
        self.says("wrote r/r.json, r/r.html\n", *run, "--json", "r/r.json", "--html", "r/r.html")
        self.says("", *run, "--json", "-")

    def test_ailia(self):
        self.picture("a.png")
        depth = ("--compat", "ailia", "-i", "a.png", "--task", "monodepth", *DEPTH)
        self.assertEqual(self.on_terminal(*depth, "-s", "o/x.png"), "wrote o/x.png, o/x.png.pfm\n")
        self.assertEqual(self.dpt(*depth, "-s", "o/x.png").stderr, b"dpt: saved at : o/x.png\n")


if __name__ == "__main__":
    unittest.main()
