"""Views, contours, scale bars, masks, cut-outs, comparisons."""

import unittest

import numpy as np
from support import TINY, CliTest, json_lines, read_png

DEPTH, LABELS = ("-m", TINY / "vit-depth"), ("-m", TINY / "vit-segmentation")


class Looking(CliTest):
    def png(self, name):
        return read_png(self.folder / name)[0]

    def test_views_of_depth(self):
        self.picture("a.png", "coffee.png")
        picture = self.png("a.png")
        height, width = picture.shape[:2]
        self.dpt("depth", *DEPTH, "a.png", "-o", "d.npy", "--color=alone.png", "--colormap", "gray")
        alone = self.png("alone.png")
        for view in ("side", "stack", "overlay"):
            color = f"--color={view}.png"
            self.dpt("depth", *DEPTH, "a.png", "-o", "d.npy", color, "--colormap", "gray", "--view", view)
        np.testing.assert_array_equal(self.png("side.png"), np.concatenate([picture, alone], 1))
        np.testing.assert_array_equal(self.png("stack.png"), np.concatenate([picture, alone], 0))
        np.testing.assert_array_equal(self.png("overlay.png"), (picture.astype(int) + alone + 1) // 2)
        self.dpt("depth", *DEPTH, "a.png", "-o", "d.npy", "--scale-bar", "--colormap", "gray", "--color=bar.png")
        barred = self.png("bar.png")
        np.testing.assert_array_equal(barred[:, :width], alone)
        bar = barred[:, width + 10]
        rows = np.flatnonzero((bar[:, 0] == 255) & (bar[:, 1] == 255))
        self.assertGreater(len(rows), 0)
        ramp = bar[25 : height - 8, 0].astype(int)  # from white above to black below
        self.assertTrue((np.diff(ramp) <= 0).all())
        self.assertLess(ramp[-1], 10)

    def test_contours_lie_between_levels(self):
        self.picture("a.png", "coffee.png")
        self.dpt("depth", *DEPTH, "a.png", "-o", "d.npy", "--color=c.png", "--colormap", "inferno", "--contours", "4")
        depth, lines = np.load(self.folder / "d.npy"), self.png("c.png")
        level = np.floor((depth - depth.min()) / np.ptp(depth) * 5)
        expected = np.zeros(depth.shape, bool)
        expected[:, :-1] |= level[:, :-1] != level[:, 1:]
        expected[:-1] |= level[:-1] != level[1:]
        drawn = (lines == 255).all(-1)
        self.assertGreater((drawn == expected).mean(), 0.9999)

    def test_masks_and_cut_outs(self):
        self.picture("a.png", "coffee.png")
        record = json_lines(self.dpt("segment", *LABELS, "a.png", "-o", "l.png", "--json").stdout)[0]
        first, second = record["classes"][:2]
        chosen = f"{first['name'].upper()}, {second['label'] - 1}"
        self.dpt("segment", *LABELS, "a.png", "-o", "l.png", "--classes", chosen, "--mask", "--cutout")
        labels = self.png("l.png")
        covered = np.isin(labels, [first["label"], second["label"]])
        np.testing.assert_array_equal(self.png("l.mask.png"), np.where(covered, 255, 0))
        cutout = self.png("l.cutout.png")
        np.testing.assert_array_equal(cutout[..., 3], np.where(covered, 255, 0))
        np.testing.assert_array_equal(cutout[..., :3], self.png("a.png"))
        self.dpt("segment", *LABELS, "a.png", "--classes", first["name"])
        self.assertIn("a.mask.png", self.files())
        self.dpt("segment", *LABELS, ".", "-o", "again/")  # takes none of them as inputs
        self.assertEqual(self.files("again"), ["a.labels.png", "l.labels.png"])
        self.fails(2, "--mask: --classes must name the classes", "segment", *LABELS, "a.png", "--mask")
        self.fails(2, 'the model has no class "nonsense"', "segment", *LABELS, "a.png", "--classes", "nonsense")
        self.fails(2, "--classes 999: expected 0 to", "segment", *LABELS, "a.png", "--classes", "999")

    def test_compare(self):
        self.picture("a.png", "coffee.png")
        models = [TINY / "vit-depth", TINY / "vit-segmentation", TINY / "hybrid-depth"]
        done = self.dpt("compare", *models, "-i", "a.png", "--json", "--colormap", "gray")
        record = json_lines(done.stdout)[0]
        self.assertEqual([m["model"] for m in record["models"]], [m.name for m in models])
        self.assertTrue(all(m["seconds"] > 0 for m in record["models"]))
        shown = self.png("a.compare.png")
        picture = self.png("a.png")
        height, width = picture.shape[:2]
        self.assertEqual(shown.shape[1], 4 * width)
        np.testing.assert_array_equal(shown[-height:, :width], picture)
        self.dpt("depth", *DEPTH, "a.png", "-o", "d.npy", "--color=c.png", "--colormap", "gray")
        np.testing.assert_array_equal(shown[-height:, width : 2 * width], self.png("c.png"))
        self.dpt("segment", *LABELS, "a.png", "-o", "l.npy", "--overlay=o.png")
        np.testing.assert_array_equal(shown[-height:, 2 * width : 3 * width], self.png("o.png")[..., :3])
        (self.folder / "bad.png").write_text("no picture")
        self.dpt("compare", *models, "-i", "bad.png", "a.png", "-o", "out/", code=1)
        self.assertEqual(self.files("out"), ["a.compare.png"])
        self.fails(3, "none.pt: neither a file", "compare", "none.pt", "-i", "a.png")
        self.fails(2, "MODEL is required", "compare", "-i", "a.png")


if __name__ == "__main__":
    unittest.main()
