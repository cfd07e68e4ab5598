"""dpt segment: labels against the reference pipeline, extras, JSON."""

import unittest

import numpy as np
from support import IMAGES, TINY, CliTest, json_lines, read_png, read_safetensors

HF = TINY / "vit-segmentation"
OFFICIAL = HF / "official.pt"
# Specification, appendix A: the first colours of ADE20K.
PALETTE = [(0, 0, 0), (120, 120, 120), (180, 120, 120), (6, 230, 230)]


class Segment(CliTest):
    def labels(self, *arguments, name="labels.npy"):
        self.dpt("segment", *arguments, "-o", name)
        return np.load(self.folder / name)

    def test_agrees_with_the_reference_pipeline(self):
        expected = read_safetensors(HF / "expected_pipeline.safetensors")
        for image in ("tiny_gray", "coffee"):
            keys = [key for key in expected if key.startswith("labels/bilinear/") and key.endswith(image)]
            self.assertEqual(len(keys), 1)
            labels = self.labels(IMAGES / f"{image}.png", "-m", HF)
            self.assertEqual(labels.dtype, np.uint8)
            clear = expected[keys[0].replace("labels/", "margin/")] > 0.05
            np.testing.assert_array_equal(labels[clear], expected[keys[0]][clear] + 1)
            self.assertGreater(clear.mean(), 0.5)

    def test_png_is_a_palette_picture_of_the_labels(self):
        picture = self.picture()
        labels = self.labels(picture, "-m", HF)
        self.dpt("segment", picture, "-m", HF)
        pixels, palette, _ = read_png(self.folder / "tiny_gray.labels.png")
        np.testing.assert_array_equal(pixels, labels)
        self.assertEqual([tuple(color) for color in palette[:4]], PALETTE)
        self.assertEqual(len(palette), 8)

    def test_zero_based(self):
        picture = self.picture()
        labels = self.labels(picture, "-m", HF)
        np.testing.assert_array_equal(self.labels(picture, "-m", HF, "--zero-based"), labels - 1)
        self.dpt("segment", picture, "-m", HF, "--zero-based")
        pixels, palette, _ = read_png(self.folder / "tiny_gray.labels.png")
        np.testing.assert_array_equal(pixels, labels - 1)
        self.assertEqual([tuple(color) for color in palette[:3]], PALETTE[1:])

    def test_overlay_where(self):
        picture = self.picture()
        labels, overlay = "tiny_gray.labels.png", "tiny_gray.overlay.png"
        for arguments, expected in (
            ((), [labels, overlay]),
            (("-o", "l.npy"), ["l.npy"]),
            (("-o", "l.npy", "--overlay"), ["l.npy", "l.overlay.png"]),
            (("--no-overlay",), [labels]),
            (("-o", "out"), [f"out/{labels}", f"out/{overlay}"]),
            (("-o", "out/", "--no-overlay", "--format", "npy"), ["out/tiny_gray.labels.npy"]),
            (("--overlay=o.png",), ["o.png", labels]),
            (("--legend",), [labels, "tiny_gray.legend.png", overlay]),
            (("--classes", "0"), [labels, "tiny_gray.mask.png"]),
            (("--classes", "0", "--overlay"), [labels, "tiny_gray.mask.png", overlay]),
            (("-o", "-"), []),
        ):
            with self.subTest(arguments=arguments):
                self.dpt("segment", picture, "-m", HF, *arguments)
                made = [name for name in self.files() if name != "tiny_gray.png"]
                self.assertEqual(made, expected)
                for name in made:
                    (self.folder / name).unlink()

    def test_overlay_is_the_official_blend(self):
        picture = self.picture()
        labels = self.labels(picture, "-m", HF)
        self.dpt("segment", picture, "-m", HF, "--overlay")
        _, palette, _ = read_png(self.folder / "tiny_gray.labels.png")
        source, _, _ = read_png(picture)
        gray = (255 * (source / 255)).astype(np.uint8)
        colors = palette[labels].astype(np.float32)
        base = np.repeat(gray[..., None], 3, axis=2).astype(np.float32)
        blended, _, _ = read_png(self.folder / "tiny_gray.overlay.png")
        self.assertEqual(blended.shape, (*labels.shape, 4))
        np.testing.assert_array_equal(blended[..., :3], (base + np.float32(0.5) * (colors - base)).astype(np.uint8))
        self.assertTrue(np.all(blended[..., 3] == 255))

    def test_scores(self):
        picture = self.picture()
        self.dpt("segment", picture, "-m", HF, "--scores")
        scores = np.load(self.folder / "tiny_gray.scores.npy")
        self.assertEqual((scores.dtype, scores.shape), (np.float32, (97, 61)))
        self.assertTrue(np.all(scores > 1 / 7 - 1e-6) and np.all(scores <= 1))

    def test_extras_at_given_places(self):
        picture = self.picture()
        extras = ("--overlay", "o.png", "--legend=g.png", "--scores", "s.npy")
        self.dpt("segment", picture, "-m", HF, "-o", "l.png", *extras)
        self.assertEqual(self.files(), ["g.png", "l.png", "o.png", "s.npy", "tiny_gray.png"])
        legend, _, _ = read_png(self.folder / "g.png")
        self.assertEqual(legend.shape[2], 3)
        self.dpt("segment", picture, "-m", HF, "-o", "x/", "--overlay", "--legend", "--scores")
        names = ["tiny_gray.labels.png", "tiny_gray.legend.png", "tiny_gray.overlay.png", "tiny_gray.scores.npy"]
        self.assertEqual(self.files("x"), names)

    def test_an_extra_before_the_only_input(self):
        self.picture()
        self.dpt("segment", "-m", HF, "--overlay", "tiny_gray.png")
        self.assertEqual(self.files(), ["tiny_gray.labels.png", "tiny_gray.overlay.png", "tiny_gray.png"])

    def test_an_extra_to_standard_output(self):
        out = self.dpt("segment", self.picture(), "-m", HF, "--overlay", "-").stdout
        self.assertEqual(read_png(out)[0].shape, (97, 61, 4))

    def test_json(self):
        picture = self.picture()
        labels = self.labels(picture, "-m", HF)
        record = json_lines(self.dpt("segment", picture, "-m", HF, "--json", "--overlay").stdout)[0]
        self.assertEqual(record["output"], str(self.folder / "tiny_gray.labels.png"))
        self.assertEqual(record["overlay"], str(self.folder / "tiny_gray.overlay.png"))
        self.assertEqual((record["width"], record["height"]), (61, 97))
        self.assertEqual((record["network_width"], record["network_height"]), (96, 96))
        classes = record["classes"]
        self.assertEqual({c["label"]: c["pixels"] for c in classes}, dict(zip(*np.unique(labels, return_counts=True))))
        shares = [c["share"] for c in classes]
        self.assertEqual(shares, sorted(shares, reverse=True))
        self.assertAlmostEqual(sum(shares), 1)
        self.assertTrue(all(isinstance(c["name"], str) for c in classes))

    def test_official_convention(self):
        picture = self.picture()
        same = self.labels(picture, "-m", HF, "--convention", "official")
        np.testing.assert_array_equal(self.labels(picture, "-m", OFFICIAL), same)

    def test_wrong_task(self):
        self.picture()
        self.fails(
            3, "is a depth model, expected a segmentation model", "segment", "tiny_gray.png", "-m", TINY / "vit-depth"
        )

    def test_starter_model_has_the_names_of_ade20k(self):
        done = self.dpt("segment", self.picture(), "--json")
        self.assertIn(b"starter-segmentation", done.stderr)
        names = {c["name"] for c in json_lines(done.stdout)[0]["classes"]}
        self.assertTrue(names)
        self.assertFalse(any(name.startswith(("class ", "LABEL_")) for name in names))


if __name__ == "__main__":
    unittest.main()
