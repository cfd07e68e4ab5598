"""dpt depth: every format by an independent reader, against the reference pipeline and against each other."""

import io
import json
import os
import struct
import unittest

import numpy as np
from support import IMAGES, TINY, CliTest, error_of_range, json_lines, read_pfm, read_png, read_safetensors, read_tiff

HF = TINY / "vit-depth"
OFFICIAL = HF / "official.pt"
HYBRID = TINY / "hybrid-depth" / "official.pt"
INFERNO_FIRST, INFERNO_LAST = (0, 0, 4), (252, 255, 164)


class Depth(CliTest):
    def values(self, *arguments, name="depth.npy", **options):
        self.dpt("depth", *arguments, "-o", name, **options)
        return np.load(self.folder / name)

    def test_agrees_with_the_reference_pipeline(self):
        expected = read_safetensors(HF / "expected_pipeline.safetensors")
        for image in ("tiny_gray", "coffee"):
            result = self.values(IMAGES / f"{image}.png", "-m", HF)
            reference = expected[f"depth/bilinear/{image}"]
            self.assertEqual(result.dtype, np.float32)
            self.assertEqual(result.shape, reference.shape)
            self.assertLess(error_of_range(result, reference), 1e-4)

    def test_a_weight_file_beside_its_config_means_the_folder(self):
        picture = self.picture()
        of_folder = self.values(picture, "-m", HF)
        of_file = self.values(picture, "-m", HF / "model.safetensors")
        np.testing.assert_array_equal(of_file, of_folder)

    def test_conventions(self):
        picture = self.picture()
        official = self.values(picture, "-m", OFFICIAL)
        same = self.values(picture, "-m", HF, "--convention", "official")
        np.testing.assert_array_equal(same, official)
        self.assertGreater(error_of_range(self.values(picture, "-m", HF, "--convention", "hf"), official), 1e-3)

    def test_threads_do_not_change_the_result_beyond_rounding(self):
        picture = self.picture()
        one = self.values(picture, "-m", HF, "-t", "1")
        for threads in ("2", "7"):
            self.assertLess(error_of_range(self.values(picture, "-m", HF, "-t", threads), one), 1e-5)
        self.assertLess(error_of_range(self.values(picture, "-m", HF, variables={"DPT_THREADS": "3"}), one), 1e-5)

    def test_formats_hold_the_same_values(self):
        picture = self.picture()
        values = self.values(picture, "-m", HF)
        for extension in ("pfm", "tif", "tiff", "PFM"):
            self.dpt("depth", picture, "-m", HF, "-o", f"depth.{extension}")
        np.testing.assert_array_equal(read_pfm(self.folder / "depth.pfm"), values)
        np.testing.assert_array_equal(read_pfm(self.folder / "depth.PFM"), values)
        np.testing.assert_array_equal(read_tiff(self.folder / "depth.tif"), values)
        np.testing.assert_array_equal(read_tiff(self.folder / "depth.tiff"), values)

    def test_png_is_min_max_and_says_how_to_get_the_values_back(self):
        picture = self.picture()
        values = self.values(picture, "-m", HF)
        self.dpt("depth", picture, "-m", HF, "-o", "depth.png")
        codes, palette, texts = read_png(self.folder / "depth.png")
        self.assertIsNone(palette)
        self.assertEqual(codes.dtype, ">u2")
        low, high = values.min(), values.max()
        np.testing.assert_array_equal(codes, (np.float32(65535) * (values - low) / (high - low)).astype(np.uint16))
        self.assertEqual(texts["unit"], "relative inverse depth")
        self.assertEqual(texts["model"], "vit-depth")
        scale = float(texts["scale"])
        back = float(texts["offset"]) + scale * codes.astype(np.float64)
        # Truncation loses up to one code; the float32 arithmetic of the script up to 0.01 of one.
        lost = (values - back) / scale
        self.assertTrue(lost.min() > -0.01 and lost.max() < 1.01, (lost.min(), lost.max()))

    def test_absolute_depth(self):
        picture = self.picture()
        values = self.values(picture, "-m", HF)
        self.dpt("depth", picture, "-m", HF, "-o", "depth.png", "--absolute-depth")
        codes, _, texts = read_png(self.folder / "depth.png")
        np.testing.assert_array_equal(codes, np.clip(values, 0, 65535).astype(np.uint16))
        self.assertEqual((texts["scale"], texts["offset"]), ("1", "0"))

    def test_metric_models_carry_the_official_unit_in_png_and_pfm(self):
        picture = self.picture()
        for model_type, unit in (("dpt_hybrid_kitti", 256), ("dpt_hybrid_nyu", 1000)):
            model = ("-m", HYBRID, "--model-type", model_type)
            metres = self.values(picture, *model)
            self.dpt("depth", picture, *model, "-o", "m.pfm")
            self.dpt("depth", picture, *model, "-o", "m.tif")
            self.dpt("depth", picture, *model, "-o", "a.png", "--absolute-depth")
            record = json_lines(self.dpt("depth", picture, *model, "-o", "m.png", "--json").stdout)[0]
            scaled = metres * np.float32(unit)
            np.testing.assert_array_equal(read_pfm(self.folder / "m.pfm"), scaled)
            np.testing.assert_array_equal(read_tiff(self.folder / "m.tif"), metres)
            codes, _, texts = read_png(self.folder / "a.png")
            np.testing.assert_array_equal(codes, np.clip(scaled, 0, 65535).astype(np.uint16))
            self.assertEqual(texts["unit"], "metre")
            self.assertAlmostEqual(float(texts["scale"]), 1 / unit)
            codes, _, texts = read_png(self.folder / "m.png")
            back = float(texts["offset"]) + float(texts["scale"]) * codes.astype(np.float64)
            self.assertLess(np.abs(back - metres).max(), 1.01 * float(texts["scale"]) + 1e-6)
            self.assertEqual(record["unit"], "metre")
            self.assertAlmostEqual(record["max"], float(metres.max()), places=5)

    def test_default_outputs_stand_beside_the_picture(self):
        self.picture("photos/a.png")
        self.dpt("depth", "photos/a.png", "-m", HF)
        self.assertEqual(self.files("photos"), ["a.color.png", "a.depth.png", "a.png"])

    def test_color(self):
        picture = self.picture()
        values = self.values(picture, "-m", HF)
        self.dpt("depth", picture, "-m", HF)
        pixels, _, _ = read_png(self.folder / "tiny_gray.color.png")
        self.assertEqual(pixels.shape, (*values.shape, 3))
        self.assertEqual(tuple(pixels[np.unravel_index(values.argmin(), values.shape)]), INFERNO_FIRST)
        self.assertEqual(tuple(pixels[np.unravel_index(values.argmax(), values.shape)]), INFERNO_LAST)
        self.dpt("depth", picture, "-m", HF, "-o", "d.npy", "--colormap", "gray")
        pixels, _, _ = read_png(self.folder / "d.color.png")
        low, high = values.min(), values.max()
        expected = (np.float32(255) * ((values - low) / (high - low))).astype(np.uint8)
        np.testing.assert_array_equal(pixels, np.repeat(expected[..., None], 3, axis=2))

    def test_color_where(self):
        picture = self.picture()
        for arguments, expected in (
            (("-o", "d.npy"), ["d.npy"]),
            (("-o", "d.npy", "--color"), ["d.color.png", "d.npy"]),
            (("-o", "d.depth.npy", "--color"), ["d.color.png", "d.depth.npy"]),
            (("-o", "d.npy", "--color", "c.png"), ["c.png", "d.npy"]),
            (("--no-color",), ["tiny_gray.depth.png"]),
            (("--color=c/",), ["c/tiny_gray.color.png", "tiny_gray.depth.png"]),
            (("-o", "out/"), ["out/tiny_gray.color.png", "out/tiny_gray.depth.png"]),
            (("-o", "out/", "--no-color", "--format", "pfm"), ["out/tiny_gray.depth.pfm"]),
            (("-o", "-", "--color"), ["tiny_gray.color.png"]),
        ):
            with self.subTest(arguments=arguments):
                self.dpt("depth", picture, "-m", HF, *arguments)
                made = [name for name in self.files() if name != "tiny_gray.png"]
                self.assertEqual(made, expected)
                for name in made:
                    (self.folder / name).unlink()

    def test_standard_output(self):
        picture = self.picture()
        values = self.values(picture, "-m", HF)
        out = self.dpt("depth", picture, "-m", HF, "-o", "-", "--format", "npy").stdout
        np.testing.assert_array_equal(np.load(io.BytesIO(out)), values)
        codes, _, _ = read_png(self.dpt("depth", picture, "-m", HF, "-o", "-").stdout)
        self.assertEqual(codes.shape, values.shape)

    def test_json(self):
        picture = self.picture("ä b.png")
        self.picture("c.png", "wide.png")
        out = self.dpt("depth", picture, "c.png", "-m", HF, "--json").stdout
        first, second = json_lines(out)
        self.assertEqual(first["input"], str(picture))
        self.assertEqual(first["output"], str(self.folder / "ä b.depth.png"))
        self.assertEqual(first["color"], str(self.folder / "ä b.color.png"))
        self.assertEqual((first["width"], first["height"]), (61, 97))
        self.assertEqual((first["network_width"], first["network_height"]), (96, 96))
        self.assertEqual((first["model"], first["unit"]), ("vit-depth", "relative inverse depth"))
        self.assertLess(first["min"], first["max"])
        self.assertGreater(first["seconds"], 0)
        self.assertEqual(second["input"], "c.png")

    def test_json_of_a_name_that_is_no_utf8(self):
        os.rename(self.picture("x.png"), str(self.folder).encode() + b"/\xff.png")
        out = self.dpt("depth", str(self.folder) + "/\udcff.png", "-m", HF, "--json").stdout
        self.assertTrue(json.loads(out)["input"].endswith("\ufffd.png"))

    def test_kitti_crop(self):
        (self.folder / "big.ppm").write_bytes(b"P6 1300 400 255\n" + bytes(range(250)) * 6240)
        crop = bytearray()
        data = (self.folder / "big.ppm").read_bytes()[16:]
        for y in range(48, 400):
            crop += data[(y * 1300 + 42) * 3 : (y * 1300 + 42 + 1216) * 3]
        (self.folder / "crop.ppm").write_bytes(b"P6 1216 352 255\n" + crop)
        cropped = self.values("big.ppm", "-m", HF, "--kitti-crop")
        self.assertEqual(cropped.shape, (352, 1216))
        np.testing.assert_array_equal(cropped, self.values("crop.ppm", "-m", HF))
        metric = ("-m", HYBRID, "--model-type", "dpt_hybrid_kitti")
        metres = self.values("big.ppm", *metric, "--kitti-crop")
        self.assertEqual(metres.shape, (352, 1216))
        np.testing.assert_array_equal(metres, self.values("crop.ppm", *metric))
        # The network may be right at 0 (1 / 0.00579 metres), and never beyond.
        self.assertTrue(0 < metres.min() < metres.max() < 173)
        self.picture()
        self.fails(1, "tiny_gray.png: picture of 61x97", "depth", "tiny_gray.png", "-m", HF, "--kitti-crop")

    def test_exif_orientation(self):
        turned = IMAGES.parent / "image" / "pictures" / "exif6.jpg"
        upright = self.values(turned, "-m", HF)
        stored = self.values(turned, "-m", HF, "--no-exif-orientation")
        self.assertEqual(upright.shape, stored.shape[::-1])

    def test_weight_standardization(self):
        picture = self.picture()
        variance = self.values(picture, "-m", HYBRID, "--weight-standardization", "variance")
        np.testing.assert_array_equal(self.values(picture, "-m", HYBRID), variance)
        deviation = self.values(picture, "-m", HYBRID, "--weight-standardization", "deviation")
        self.assertGreater(np.abs(deviation - variance).max(), 0)

    def test_starter_model_and_its_note(self):
        picture = self.picture()
        note = self.dpt("depth", picture).stderr.decode()
        self.assertEqual(note.count("\n"), 1)
        self.assertIn("starter-depth, a small demonstration model", note)
        self.assertEqual(self.dpt("depth", picture, "-q").stderr, b"")
        self.assertEqual(self.dpt("depth", picture, "-m", "starter").stderr, b"")

    def test_wrong_task_and_type(self):
        self.picture()
        segmentation = TINY / "vit-segmentation"
        self.fails(3, "is a segmentation model, expected a depth model", "depth", "tiny_gray.png", "-m", segmentation)
        self.fails(2, "no model type 'nonsense'", "depth", "tiny_gray.png", "-m", HF, "--model-type", "nonsense")
        self.fails(
            2, "which model type 'dpt_hybrid' is not", "depth", "tiny_gray.png", "-m", HF, "--model-type", "dpt_hybrid"
        )

    def test_picture_without_a_network_size(self):
        (self.folder / "thin.pgm").write_bytes(b"P5 3000 20 255\n" + bytes(60000))
        self.fails(1, "thin.pgm: ", "depth", "thin.pgm", "-m", OFFICIAL)

    def test_pfm_is_the_official_layout(self):
        self.dpt("depth", self.picture(), "-m", HF, "-o", "d.pfm")
        data = (self.folder / "d.pfm").read_bytes()
        self.assertTrue(data.startswith(b"Pf\n61 97\n-1.000000\n"))
        self.assertEqual(len(data), len(b"Pf\n61 97\n-1.000000\n") + 61 * 97 * struct.calcsize("f"))


if __name__ == "__main__":
    unittest.main()
