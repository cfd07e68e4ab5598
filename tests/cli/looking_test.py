"""Views, contours, scale bars, masks, cut-outs, comparisons."""

import unittest

import numpy as np
from support import TINY, CliTest, json_lines, read_png

try:
    from PIL import Image
except ImportError:
    Image = None

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
        self.dpt("segment", *LABELS, ".", "-o", "again/", "--no-overlay")  # takes none of them as inputs
        self.assertEqual(self.files("again"), ["a.labels.png", "l.labels.png"])
        self.fails(2, "--mask: --classes must name the classes", "segment", *LABELS, "a.png", "--mask")
        self.fails(2, 'the model has no class "nonsense"', "segment", *LABELS, "a.png", "--classes", "nonsense")
        self.fails(2, "--classes 999: expected 0 to", "segment", *LABELS, "a.png", "--classes", "999")

    def jpeg(self, name):
        """(pixels, root mean square error that a JPEG's own quantisation allows for R, G and B)"""
        with Image.open(self.folder / name) as picture:
            self.assertEqual(picture.format, "JPEG")
            self.assertEqual([layer[1:3] for layer in picture.layer], [(1, 1)] * 3)  # colour at full size
            tables = [np.array(picture.quantization[layer[3]], float) for layer in picture.layer]
            pixels = np.array(picture.convert("RGB"))
        # A coefficient is off by up to half its step; the DCT is orthonormal, so a block of 64 pixels has the same
        # sum of squares. Rounding to whole numbers, before and after, adds up to 0.5 each.
        y, cb, cr = (np.sqrt(((table / 2) ** 2).sum() / 64) + 1 for table in tables)
        return pixels, np.array([y + 1.402 * cr, y + 0.345 * cb + 0.715 * cr, y + 1.772 * cb]) + 0.5

    def assert_close_as_jpeg(self, name, expected):
        pixels, bounds = self.jpeg(name)
        self.assertEqual(pixels.shape, expected.shape)
        errors = np.sqrt(((pixels.astype(float) - expected) ** 2).mean((0, 1)))
        self.assertTrue((errors <= bounds).all(), (errors, bounds))

    @unittest.skipIf(Image is None, "PIL is not installed (python3-pil)")
    def test_smaller_pictures_to_look_at(self):
        self.picture("a.png", "coffee.png")
        self.dpt("depth", *DEPTH, "a.png", "--view", "side")
        self.dpt("segment", *LABELS, "a.png", "--legend")
        self.dpt("compare", DEPTH[1], LABELS[1], "-i", "a.png", "--json")
        for extension in ("jpg", "webp"):
            self.dpt("depth", *DEPTH, "a.png", "-o", "small", "--view", "side", "--view-format", extension)
            self.dpt("segment", *LABELS, "a.png", "-o", "small", "--legend", "--view-format", extension)
        names = [f"a.{kind}.{e}" for kind in ("color", "legend", "overlay") for e in ("jpg", "webp")]
        self.assertEqual(self.files("small"), sorted([*names, "a.depth.png", "a.labels.png"]))
        for kind in ("color", "legend", "overlay"):
            expected = self.png(f"a.{kind}.png")
            self.assert_close_as_jpeg(f"small/a.{kind}.jpg", expected[..., :3])
            with Image.open(self.folder / "small" / f"a.{kind}.webp") as picture:
                self.assertEqual(picture.format, "WEBP")
                np.testing.assert_array_equal(np.array(picture.convert("RGB")), expected[..., :3])

    @unittest.skipIf(Image is None, "PIL is not installed (python3-pil)")
    def test_pictures_to_look_at_by_their_names(self):
        self.picture("a.png", "coffee.png")
        self.dpt("depth", *DEPTH, "a.png", "-o", "d.npy", "--color=c.png")
        self.dpt("depth", *DEPTH, "a.png", "-o", "d.npy", "--color=c.JPG")
        self.assert_close_as_jpeg("c.JPG", self.png("c.png"))
        self.dpt("segment", *LABELS, "a.png", "-o", "l.npy", "--overlay=o.png")
        self.dpt("segment", *LABELS, "a.png", "-o", "l.npy", "--overlay=o.jpeg")
        self.assert_close_as_jpeg("o.jpeg", self.png("o.png")[..., :3])
        (self.folder / "o.jpg").write_bytes(
            self.dpt("segment", *LABELS, "a.png", "-o", "l.npy", "--overlay=-", "--view-format", "jpg").stdout
        )
        self.assertEqual((self.folder / "o.jpg").read_bytes(), (self.folder / "o.jpeg").read_bytes())
        self.dpt("segment", *LABELS, "a.png", "-o", "l.npy", "--classes", "0,1", "--cutout=k.png")
        self.dpt("segment", *LABELS, "a.png", "-o", "l.npy", "--classes", "0,1", "--cutout=k.webp")
        with Image.open(self.folder / "k.webp") as picture:
            np.testing.assert_array_equal(np.array(picture), self.png("k.png"))
        self.dpt("compare", DEPTH[1], "-i", "a.png", "-o", "x.jpg")
        self.dpt("compare", DEPTH[1], "-i", "a.png", "--format", "jpg")
        for name in ("x.jpg", "a.compare.jpg"):
            with Image.open(self.folder / name) as picture:
                self.assertEqual((picture.format, picture.size[0]), ("JPEG", 2 * self.png("a.png").shape[1]))
        # A scan takes none of them for a photograph.
        self.dpt("depth", *DEPTH, "a.png", "--view-format", "jpg")
        self.dpt("segment", *LABELS, "a.png", "--view-format", "webp")
        (self.folder / "scan").mkdir()
        for name in ("a.png", "a.color.jpg", "a.overlay.webp", "a.compare.jpg", "k.webp"):
            (self.folder / "scan" / name).write_bytes((self.folder / name).read_bytes())
        self.dpt("depth", *DEPTH, "scan", "-o", "again", "--no-color")
        self.assertEqual(self.files("again"), ["a.depth.png", "k.depth.png"])

    def test_refused_formats_of_pictures_to_look_at(self):
        self.picture("a.png")
        for text, *arguments in (
            ("-o d.jpg: .jpg is for a picture to look at (--color d.jpg); known are .png", "depth", "-o", "d.jpg"),
            ("-o l.webp: .webp is for a picture to look at (--overlay l.webp)", "segment", "-o", "l.webp"),
            ("--color c.gif: unknown extension .gif; known are .png, .jpg, .jpeg, .webp", "depth", "--color=c.gif"),
            ("--mask m.jpg: unknown extension .jpg; known are .png", "segment", "--classes=0", "--mask=m.jpg"),
            ("--cutout m.jpg: unknown extension .jpg; known are .png,", "segment", "--classes=0", "--cutout=m.jpg"),
            ("--color c.png: the extension contradicts --view-format", "depth", "--color=c.png", "--view-format=jpg"),
            ("--view-format is for --color, and --no-color is given", "depth", "--no-color", "--view-format", "jpg"),
            ("--view-format is for --overlay and --legend", "segment", "--no-overlay", "--view-format", "jpg"),
            ("--view-format: gif not in {png,jpg,webp}", "depth", "--view-format", "gif"),
            ("-o c.png: the extension contradicts --format", "compare", "-o", "c.png", "--format", "jpg", TINY, "-i"),
        ):
            with self.subTest(arguments=arguments):
                self.fails(2, text, *arguments, "a.png")
        self.assertEqual(self.files(), ["a.png"])

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
