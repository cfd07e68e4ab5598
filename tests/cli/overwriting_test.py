"""What a command reads, no command writes over: pictures, lists, weights, shares of an evaluation."""

import shutil
import unittest

import numpy as np
from support import TINY, CliTest, write_png

MODEL = ("-m", TINY / "vit-depth")
REFUSED = "would be overwritten, and is an input"


class Overwriting(CliTest):
    def refused(self, file, *arguments):
        """The command ends with 2, and the file is as it was."""
        path = self.folder / file
        before = path.read_bytes()
        with self.subTest(arguments):
            self.fails(2, f"{file}: {REFUSED}", *arguments)
            self.assertEqual(path.read_bytes(), before)

    def setUp(self):
        super().setUp()
        self.picture("a.png")
        (self.folder / "list").write_text("a.png\n")
        shutil.copytree(TINY / "vit-depth", self.folder / "model")

    def test_pictures(self):
        one = ("depth", *MODEL, "a.png", "--no-color")
        self.refused("a.png", *one, "-o", "a.png")
        self.refused("a.png", *one, "--manifest", "a.png")
        self.refused("list", "depth", *MODEL, "--list", "list", "--no-color", "--manifest", "list")
        weights = "model/model.safetensors"
        self.refused(weights, "depth", "-m", "model", "a.png", "--no-color", "--manifest", weights)
        shutil.copy(self.folder / "model" / "official.pt", self.folder / "w.npy")
        self.refused("w.npy", "depth", "-m", "w.npy", "a.png", "-o", "w.npy")
        self.refused("a.png", "--compat", "ailia", "-i", "a.png", "-s", "a.png", *MODEL, "--task", "monodepth")

    def test_bench(self):
        shutil.copy(self.folder / "model" / "official.pt", self.folder / "w.pt")
        self.refused("w.pt", "bench", "-m", "w.pt", "--save-output", "w.pt")

    def test_evaluation(self):
        self.picture("set/a.png")
        write_png(self.folder / "set/a.depth.png", np.full((30, 40), 2000, np.uint16))
        (self.folder / "pairs.txt").write_text("set/a.png set/a.depth.png\n")
        run = ("eval", "depth", "pairs", "set", *MODEL)
        self.refused("set/a.png", *run, "--json", "set/a.png")
        self.refused("set/a.depth.png", *run, "--csv", "set/a.depth.png")
        self.refused("pairs.txt", "eval", "depth", "list", "pairs.txt", *MODEL, "--html", "pairs.txt")
        for i in (1, 2):
            self.dpt(*run, "--shard", f"{i}/2", "--json", f"{i}.json")
        self.refused("1.json", "eval", "merge", "1.json", "2.json", "--json", "1.json")


if __name__ == "__main__":
    unittest.main()
