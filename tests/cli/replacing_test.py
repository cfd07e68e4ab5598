"""Results that are there already: --overwrite, on terminals and in scripts."""

import shutil
import unittest

import numpy as np
from support import TINY, CliTest, write_png

DEPTH = ("-m", TINY / "vit-depth", "--no-color")
OLD = b"an earlier result"
QUESTION = "[y/N] "


class Replacing(CliTest):
    def setUp(self):
        super().setUp()
        for name in ("in/a.png", "in/b.png", "in/c.png"):
            self.picture(name)
        self.result = self.folder / "in" / "a.depth.png"
        self.result.write_bytes(OLD)

    def is_old(self):
        return self.result.read_bytes() == OLD

    def test_scripts_replace(self):
        self.assertEqual(self.dpt("depth", "in/a.png", *DEPTH).stderr, b"")
        self.assertFalse(self.is_old())

    def test_no(self):
        done = self.dpt("depth", "in/a.png", *DEPTH, "--overwrite", "no", "-m", "no model is needed", code=1)
        self.assertEqual(
            done.stderr.decode(),
            "dpt: in/a.depth.png: is there already and was not replaced (--overwrite yes does)\n",
        )
        self.assertTrue(self.is_old())
        done = self.dpt("depth", "in", *DEPTH, "--overwrite", "no", "-q", code=1)
        self.assertEqual(
            done.stderr.decode(),
            "dpt: 1 of 3 pictures left out: their results are there already, the first in/a.depth.png"
            " (--overwrite yes replaces them)\n",
        )
        self.assertTrue(self.is_old())
        self.assertEqual(self.files("in"), sorted(f"{s}{e}" for s in "abc" for e in (".png", ".depth.png")))

    def test_no_with_nothing_there(self):
        self.dpt("depth", "in/b.png", *DEPTH, "--overwrite", "no")
        # One of two results is enough: what is there is not replaced.
        self.dpt("segment", "in/b.png", "-m", TINY / "vit-segmentation", "--no-overlay")
        before = (self.folder / "in" / "b.labels.png").read_bytes()
        self.dpt("segment", "in/b.png", "-m", TINY / "vit-segmentation", "--zero-based", "--overwrite=no", code=1)
        self.assertEqual((self.folder / "in" / "b.labels.png").read_bytes(), before)
        self.assertNotIn("b.overlay.png", self.files("in"))

    def test_streams_are_not_replaced(self):
        self.dpt("depth", "in/a.png", *DEPTH, "--overwrite", "no", "-o", "/dev/null")
        self.dpt("depth", "in/a.png", *DEPTH, "--overwrite", "no", "-o", "-")

    def test_a_person_is_asked(self):
        one = ("depth", "in/a.png", *DEPTH)
        for answers in ("n\n", "\n", "\x04", "no\n", "yesterday\n"):
            shown = self.on_terminal(*one, answers=answers, code=1)
            self.assertTrue(shown.startswith("in/a.depth.png is there already. Replace it? [y/N] "), shown)
            self.assertIn("was not replaced", shown)
            self.assertTrue(self.is_old())
        for answers in ("y\n", "yes\n", "Y\n"):
            self.result.write_bytes(OLD)
            self.assertTrue(self.on_terminal(*one, answers=answers).endswith("wrote in/a.depth.png\n"))
            self.assertFalse(self.is_old())
        self.assertNotIn(QUESTION, self.on_terminal(*one, "--overwrite", "yes"))
        self.assertNotIn(QUESTION, self.on_terminal("depth", "in/b.png", *DEPTH))

    def test_a_folder_asks_once(self):
        (self.folder / "in" / "b.depth.png").write_bytes(OLD)
        shown = self.on_terminal("depth", "in", *DEPTH, "-j", "2", answers="n\n", code=1)
        self.assertEqual(shown.count(QUESTION), 1)
        self.assertIn("2 of 3 pictures have results already, the first in/a.depth.png. Replace them?", shown)
        self.assertTrue(self.is_old())
        self.assertTrue((self.folder / "in" / "c.depth.png").stat().st_size > len(OLD))
        shown = self.on_terminal("depth", "in", *DEPTH, answers="y\n")
        self.assertEqual(shown.count(QUESTION), 1)
        self.assertFalse(self.is_old())

    def test_a_run_that_goes_on_does_not_ask(self):
        shutil.copystat(self.folder / "in" / "a.png", self.result)
        for option in ("--resume", "--skip-existing"):
            shown = self.on_terminal("depth", "in", *DEPTH, option)
            self.assertNotIn(QUESTION, shown)
            self.assertTrue(self.is_old())
        shown = self.on_terminal("depth", "in", *DEPTH, "--resume", "--overwrite", "ask", "--input-size", "64")
        self.assertIn("3 of 3 pictures are done already", shown)

    def test_asking_needs_somebody(self):
        self.fails(2, "--overwrite ask: there is nobody to ask", "depth", "in/a.png", *DEPTH, "--overwrite", "ask")
        self.fails(2, "--overwrite", "depth", "in/a.png", *DEPTH, "--overwrite", "maybe")
        self.assertTrue(self.is_old())

    def test_other_commands(self):
        model = TINY / "vit-depth"
        write_png(self.folder / "set" / "b.depth.png", np.arange(1, 97 * 61 + 1, dtype=np.uint16).reshape(97, 61))
        self.picture("set/b.png")
        for name, *command in (
            ("c.png", "compare", model, "-i", "in/b.png", "-o", "c.png"),
            ("w.safetensors", "convert", model, "-o", "w.safetensors"),
            ("n.npy", "bench", "-m", model, "--runs", "1", "--save-output", "n.npy"),
            ("r.csv", "eval", "depth", "pairs", "set", "-m", model, "--csv", "r.csv"),
        ):
            with self.subTest(command=command[0]):
                path = self.folder / name
                path.write_bytes(OLD)
                self.fails(1, f"{name}: is there already", *command, "--overwrite", "no")
                self.assertEqual(path.read_bytes(), OLD)
                self.assertIn(QUESTION, self.on_terminal(*command, answers="n\n", code=1))
                self.assertEqual(path.read_bytes(), OLD)
                self.dpt(*command)
                self.assertNotEqual(path.read_bytes(), OLD)


if __name__ == "__main__":
    unittest.main()
