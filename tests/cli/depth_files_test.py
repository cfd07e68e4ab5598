"""Depth and label files in every layout that docs/evaluation.md has, against numpy; and what files of ours say that
they are. The files are written by numpy, Pillow and the writers of depth_files.py."""

import io
import json
import struct
import unittest

import numpy as np
from depth_files import exr, pfm, tiff
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from support import IMAGES, TINY, CliTest, read_png, write_png

DEPTH, LABELS = ("-m", TINY / "vit-depth"), ("-m", TINY / "vit-segmentation")
METRIC = ("-m", TINY / "hybrid-depth/official.pt", "--model-type", "dpt_hybrid_nyu")
H, W = 13, 21


def npy(array):
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


def npz(**arrays):
    out = io.BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()


def pil_tiff(array, **options):
    out = io.BytesIO()
    Image.fromarray(array).save(out, "TIFF", **options)
    return out.getvalue()


def text_png(array, **text):
    out = io.BytesIO()
    info = PngInfo()
    for key, value in text.items():
        info.add_text(key, value)
    Image.fromarray(array).save(out, "PNG", pnginfo=info)
    return out.getvalue()


class DepthFiles(CliTest):
    def setUp(self):
        super().setUp()
        rng = np.random.default_rng(7)
        self.real = rng.uniform(1, 60, (H, W))
        self.whole = rng.integers(1, 60, (H, W))
        self.prediction = rng.uniform(1, 60, (H, W)).astype(np.float32)
        (self.folder / "pr").mkdir()

    def evaluate(self, files, *options, code=0):
        """files: {name: bytes} of truth. Gives {name: AbsRel, or the error's text}."""
        lines = []
        for name, data in files.items():
            (self.folder / name).write_bytes(data)
            np.save(self.folder / f"pr/p-{name}.npy", self.prediction)
            lines.append(f"p-{name}.jpg\t{name}\n")
        (self.folder / "l.txt").write_text("".join(lines))
        arguments = ("eval", "depth", "list", "l.txt", "--predictions", "pr", "--prediction-kind", "depth")
        done = self.dpt(*arguments, "--json", "-", *options, code=code)
        found = json.loads(done.stdout)
        results = {p["picture"][2:]: p["abs_rel"] for p in found["pictures"]}
        results.update({p["picture"][2:]: p["error"] for p in found["failed"]})
        self.assertEqual(set(results), set(files))
        return results

    def check(self, files, *options):
        """files: {name: (bytes, the metres that they hold)}; 0 does not count."""
        found = self.evaluate({name: data for name, (data, _) in files.items()}, *options)
        for name, (_, truth) in files.items():
            truth = np.asarray(truth).astype(np.float32).astype(np.float64)
            known = truth > 0
            expected = np.mean(np.abs(self.prediction[known] - truth[known]) / truth[known])
            self.assertAlmostEqual(found[name], expected, 9, name)

    def refuse(self, files, *options):
        """files: {name: (bytes, text of the error)}"""
        found = self.evaluate({name: data for name, (data, _) in files.items()}, *options, code=1)
        for name, (_, text) in files.items():
            self.assertIsInstance(found[name], str, f"{name} was read")
            self.assertIn(name + ": ", found[name])
            self.assertIn(text, found[name])

    def test_npy(self):
        files = {}
        for kind in "u1 u2 u4 u8 i1 i2 i4 i8 f2 f4 f8".split():
            values = (self.real if kind[0] == "f" else self.whole).astype(kind)
            for order in "<>":
                for layout in "CF":
                    array = np.asarray(values, dtype=order + kind, order=layout)
                    files[f"{order == '<'}-{kind}-{layout}.npy"] = (npy(array), values)
        f4 = self.real.astype(np.float32)
        for name, array in (
            ("hw1", f4[..., None]), ("1hw", f4[None]), ("11hw", f4[None, None]), ("1hw1", f4[None, ..., None]),
            ("hw1f", np.asfortranarray(f4[..., None])), ("1hwf", np.asfortranarray(f4[None])),
        ):  # fmt: skip
            files[name + ".npy"] = (npy(array), f4)
        for version in ((1, 0), (2, 0), (3, 0)):
            out = io.BytesIO()
            np.lib.format.write_array(out, f4, version)
            files[f"v{version[0]}.npy"] = (out.getvalue(), f4)
        body = npy(f4)[128:]
        python2 = b"{'descr': '<f4', 'fortran_order': False, 'shape': (13L, 21L), }"
        files["python2.npy"] = (b"\x93NUMPY\1\0" + bytes([len(python2), 0]) + python2 + body, f4)
        self.check(files)

    def test_npy_refused(self):
        f4 = self.real.astype(np.float32)
        data = npy(f4)
        records = np.zeros((H, W), [("z", "<f4"), ("shape", "<i4")])
        self.refuse({
            "bool.npy": (npy(f4 > 2), "holds bool, expected float16, float32, float64 or integers"),
            "complex.npy": (npy(f4.astype(np.complex64)), "holds elements of type '<c8'"),
            "records.npy": (npy(records), "holds records"),
            "objects.npy": (npy(np.full((H, W), None)), "holds Python objects"),
            "text.npy": (npy(np.full((H, W), "z")), "holds elements of type '<U1', expected float16"),
            "rgb.npy": (npy(np.dstack([f4] * 3)), "shape is (13, 21, 3), expected (height, width)"),
            "line.npy": (npy(f4[0]), "shape is (21,), expected"),
            "empty.npy": (npy(f4[:0]), "21x0 pixels, expected at least 1x1"),
            "short.npy": (data[:-1], "ends too early, expected 1092 bytes of numbers for (13, 21) of float32, found"),
            "long.npy": (data + b"\n", "is longer than its header says, expected 1092 bytes"),
            "two.npy": (data + data, "is longer than its header says"),
        })  # fmt: skip

    def test_npz(self):
        f4 = self.real.astype(np.float32)
        packed = io.BytesIO()
        np.savez_compressed(packed, depth=np.asfortranarray(self.real), mask=f4 > 3)
        self.check({
            "one.npz": (npz(anything=f4.astype(np.float16)), f4.astype(np.float16)),
            "named.npz": (npz(rgb=np.zeros((H, W, 3)), depth=f4[..., None], valid=f4 > 0), f4),
            "packed.npz": (packed.getvalue(), self.real),
            "unit.npz": (npz(depth=f4, unit=np.array("metre")), f4),
        })  # fmt: skip
        damaged = bytearray(npz(depth=f4))
        damaged[400] ^= 1
        self.refuse({
            "several.npz": (npz(left=f4, right=f4), "has 2 arrays (left, right), expected one, or one named depth"),
            "bool.npz": (npz(depth=f4 > 1), "bool.npz: depth: the NPY file holds bool"),
            "damaged.npz": (bytes(damaged), "the NPZ file has a damaged member"),
        })  # fmt: skip

    def test_pfm(self):
        f4 = self.real.astype(np.float32)
        # The first number's first byte is one that could end a line.
        f4.view("u1").reshape(H, -1)[-1, 0] = 10
        cases = {
            "lf": pfm(f4), "crlf": pfm(f4, newline="\r\n"), "cr": pfm(f4, newline="\r"),
            "big": pfm(f4, scale="1.0", order=">"), "plus": pfm(f4, scale="+1", order=">"),
            "scale": pfm(f4, scale="-0.003922"),
            "blanks": pfm(f4, newline=" \n"), "blanks_crlf": pfm(f4, newline=" \r\n"), "words": pfm(f4, newline=" "),
            "comment": pfm(f4, before_scale="# -3 by a tool\n"), "indented": pfm(f4, before_scale="  "),
            "colour": pfm(np.dstack([f4] * 3), "PF"), "colour_crlf": pfm(np.dstack([f4] * 3), "PF", "\r\n"),
        }  # fmt: skip
        self.check({name + ".pfm": (data, f4) for name, data in cases.items()})
        self.refuse({
            "short.pfm": (pfm(f4)[:-1], "ends too early, expected 1092 bytes of numbers, found 1091"),
            "short_crlf.pfm": (pfm(f4, newline="\r\n")[:-1], "expected 1092 bytes of numbers, found 1091"),
            "long.pfm": (pfm(f4) + b"\n", "is longer than its header says, expected 1092 bytes of numbers, found 1093"),
            "long_crlf.pfm": (pfm(f4, newline="\r\n") + b"\0", "is longer than its header says"),
            "colours.pfm": (pfm(np.dstack([f4, f4, f4 + 1]), "PF"), 'a PFM of colours ("PF"), whose channels differ'),
            "scale.pfm": (pfm(f4, scale="nan"), "header is damaged"),
            "gray.pgm": (b"P5\n2 2\n255\n1234", 'begins with "P5", expected a grey PFM ("Pf"); of integers, PNG, TIFF'),
        })  # fmt: skip

    def test_tiff(self):
        files = {}
        for kind in "u1 u2 u4 u8 i1 i2 i4 i8 f2 f4 f8".split():
            values = (self.real if kind[0] == "f" else self.whole).astype(kind)
            for order in "<>":
                for big in (False, True):
                    for tile in (None, (16, 16)):
                        data = tiff(values, order, big, tile)
                        files[f"{kind}-{order == '<'}-{big}-{tile is None}.tif"] = (data, values)
        f4, u2 = self.real.astype(np.float32), self.whole.astype(np.uint16)
        for name, array in (("f4", f4), ("u2", u2)):
            for compression in ("tiff_lzw", "tiff_adobe_deflate", "packbits"):
                for predictor in (1, 2):
                    if predictor == 2 and (name == "f4" or compression == "packbits"):
                        continue
                    data = pil_tiff(array, compression=compression, tiffinfo={317: predictor})
                    files[f"pil-{name}-{compression}-{predictor}.tif"] = (data, array)
        files["upright.tif"] = (tiff(u2, extra=[(274, 3, 1)]), u2)
        self.check(files)

    def test_tiff_refused(self):
        u2 = self.whole.astype(np.uint16)
        data = tiff(u2, rows=H)
        colour = np.dstack([u2.astype(np.uint8)] * 3)
        palette = io.BytesIO()
        Image.fromarray(u2.astype(np.uint8)).convert("P").save(palette, "TIFF")
        self.refuse({
            "rgb.tif": (pil_tiff(colour), "TIFF with 3 unsigned samples of 8 bits a pixel, expected 1 float"),
            "bilevel.tif": (pil_tiff(u2 > 9), "TIFF with 1 unsigned samples of 1 bits"),
            "palette.tif": (palette.getvalue(), "photometric interpretation 3, expected grey"),
            "white.tif": (tiff(u2, white_is_zero=True), "TIFF whose zero is white"),
            "turned.tif": (tiff(u2, extra=[(274, 3, 6)]), "TIFF with orientation 6, expected rows from top to bottom"),
            "pages.tif": (tiff(u2, pages=2), "TIFF of several pages, expected one"),
            "complex.tif": (tiff(self.real).replace(b"\x53\1\3\0\1\0\0\0\3", b"\x53\1\3\0\1\0\0\0\6"),
                            "TIFF with 1 other samples of 64 bits"),
        })  # fmt: skip
        for cut in (8 + 40, len(data) - 60):
            self.refuse({"cut.tif": (data[:cut], "cannot handle the TIFF file")})
        # One row more than there are bytes of: in the strip, and in the file.
        taller = data.replace(struct.pack("<HHII", 257, 4, 1, H), struct.pack("<HHII", 257, 4, 1, H + 1))
        taller = taller.replace(struct.pack("<HHII", 278, 4, 1, H), struct.pack("<HHII", 278, 4, 1, H + 1))
        counted = taller.replace(struct.pack("<HHII", 279, 4, 1, 2 * H * W), struct.pack("<HHII", 279, 4, 1, 9999))
        text = "TIFF whose strips or tiles are not as long as its size asks for"
        self.refuse({"taller.tif": (taller, text), "counted.tif": (counted, text)})

    def test_exr(self):
        f4 = self.real.astype(np.float32)
        f2, u4 = self.real.astype(np.float16), self.whole.astype(np.uint32)
        other = f4[::-1].copy()
        normal = {f"L.Normal.{c}": other for c in "XYZ"}
        framed = np.zeros((H, W), np.float32)
        framed[3:8, 5:17] = f4[3:8, 5:17]
        cases = {
            "one": ({"anything": f4}, f4), "half": ({"Y": f2}, f2), "uint": ({"Z": u4}, u4),
            "z_of_rgba": ({"R": other, "G": other, "B": other, "A": other, "Z": f4}, f4),
            "rgb": ({"R": f4, "G": f4, "B": f4}, f4), "rgba": ({"R": f2, "G": f2, "B": f2, "A": other}, f2),
            "layer_rgb": ({"depth.R": f4, "depth.G": f4, "depth.B": f4}, f4),
            "layer_z": ({"ViewLayer.Depth.Z": f4, "ViewLayer.Combined.R": other, **normal}, f4),
            "named_z": ({"V.Depth.Z": f4, "V.Denoising Depth.Z": other}, f4),
            "layer_v": ({"depth.V": f2, "color.R": other, "color.G": other, "color.B": other}, f2),
        }  # fmt: skip
        files = {name + ".exr": (exr(channels), truth) for name, (channels, truth) in cases.items()}
        inside = {"Z": f4[3:8, 5:17]}
        files["inside.exr"] = (exr(inside, (5, 3, 16, 7), (0, 0, W - 1, H - 1)), framed)
        files["shifted.exr"] = (exr(inside, (-5, 103, 6, 107), (-10, 100, W - 11, H + 99)), framed)
        larger = np.pad(f4, 2, constant_values=50)
        files["overscan.exr"] = (exr({"Z": larger}, (-2, -2, W + 1, H + 1), (0, 0, W - 1, H - 1)), f4)
        self.check(files)

    def test_exr_refused(self):
        f4 = self.real.astype(np.float32)
        data = exr({"Z": f4})
        several = bytearray(data)
        several[5] = 0x10
        self.refuse({
            "colour.exr": (exr({"R": f4, "G": f4, "B": f4 + 1}), "channels R, G, B differ, expected one channel of"),
            "normals.exr": (exr({"X": f4, "Y": f4, "Z": f4}), "has the channels X, Y, Z; expected one alone, or Z, Y,"),
            "stereo.exr": (exr({"left.Z": f4, "right.Z": f4}), "has the channels left.Z, right.Z; expected one alone"),
            "yc.exr": (exr({"Y": f4, "RY": f4, "BY": f4}), "has the channels BY, RY, Y; expected"),
            "parts.exr": (bytes(several), "several parts, expected one part; save its depth alone"),
            "outside.exr": (exr({"Z": f4}, display=(500, 500, 520, 512)), "data lie outside of its picture"),
            "cut.exr": (data[:-1], "cannot decode the OpenEXR file"),
        })  # fmt: skip

    def test_png(self):
        u2 = self.whole.astype(np.uint16)
        self.check({"u2.png": (text_png(u2), self.whole), "u1.png": (text_png(u2.astype(np.uint8)), self.whole)})
        rgb = np.dstack([u2.astype(np.uint8)] * 3)
        self.refuse({"rgb.png": (text_png(rgb), "PNG with colour type 2, expected grey or palette")})

    def test_every_layout_is_a_prediction_too(self):
        """As truth is read, so are predictions; integers of others' PNG need --prediction-scale."""
        f4, u2 = self.real.astype(np.float32), self.whole.astype(np.uint16)
        np.save(self.folder / "truth.npy", self.prediction)
        files = {
            "a.tif": (tiff(u2, ">", True), u2), "b.npy": (npy(np.asfortranarray(u2.astype(">i4"))), u2),
            "c.exr": (exr({"R": f4, "G": f4, "B": f4}), f4), "d.pfm": (pfm(f4, newline="\r\n"), f4),
            "e.npz": (npz(depth=f4[None], other=f4), f4), "f.png": (text_png(u2), u2),
        }  # fmt: skip
        for name, (data, _) in files.items():
            (self.folder / "pr" / name).write_bytes(data)
        (self.folder / "l.txt").write_text("".join(f"{name[0]}.jpg truth.npy\n" for name in files))
        options = ("--predictions", "pr", "--prediction-kind", "depth", "--prediction-scale", "1", "--json", "-")
        found = json.loads(self.dpt("eval", "depth", "list", "l.txt", *options).stdout)
        for picture, (_, values) in zip(found["pictures"], files.values(), strict=True):
            expected = np.mean(np.abs(values / self.prediction.astype(np.float64) - 1))
            self.assertAlmostEqual(picture["abs_rel"], expected, 7, picture["picture"])

    def test_labels(self):
        labels = (self.whole % 3).astype(np.uint8)
        labels[0, 0] = 1
        lines, expected = "", np.mean((labels == 2)[labels > 0])
        (self.folder / "pr").mkdir(exist_ok=True)
        for kind in "u1 u2 u4 u8 i1 i2 i4 i8 >i4".split():
            name = kind.replace(">", "b")
            np.save(self.folder / f"{name}.npy", np.asarray(labels, dtype=kind, order="F"))
            np.save(self.folder / f"pr/{name}.npy", np.full((H, W), 2, kind))
            lines += f"{name}.jpg {name}.npy\n"
        (self.folder / "l.txt").write_text(lines)
        options = ("eval", "segment", "list", "l.txt", "--predictions", "pr", "--classes", "2", "--json", "-")
        for picture in json.loads(self.dpt(*options).stdout)["pictures"]:
            self.assertEqual(picture["pixel_accuracy"], expected, picture["picture"])
        np.save(self.folder / "i4.npy", labels.astype(np.int32) - 2)
        np.save(self.folder / "i8.npy", labels.astype(np.float32))
        done = self.fails(1, "i4.npy: label -1 in column 0 of row 0, expected 0 to 65535", *options).stderr
        self.assertIn(b"i8.npy: NPY of float32, expected labels of an integer type", done)


class OwnFiles(CliTest):
    """Files that the program wrote say what they are, and are not taken for something else."""

    def setUp(self):
        super().setUp()
        self.picture("e/a.png", "tiny_gray.png")

    def list_of(self, truth):
        (self.folder / "l.txt").write_text(f"e/a.png\t{truth}\n")
        return ("eval", "depth", "list", "l.txt", *DEPTH)

    def test_relative_depth_is_no_truth(self):
        self.dpt("depth", *DEPTH, "e/")
        text = "a.depth.png: is relative inverse depth by dpt (vit-depth), expected measured depth in metres"
        self.fails(1, text, "eval", "depth", "pairs", "e", *DEPTH)
        for name in ("t.npz", "t.tif", "t.exr", "t.png"):
            self.dpt("depth", *DEPTH, "e/a.png", "-o", name)
            for options in ((), ("--truth-scale", "2"), ("--truth-kind", "disparity")):
                self.fails(1, f"{name}: is relative inverse depth by dpt", *self.list_of(name), *options)

    def test_metres_are_as_the_file_says(self):
        """A list may name metres that a model gave; what a folder holds beside its pictures is not measured."""
        self.dpt("depth", *METRIC, "e/a.png", "-o", "t.npy")
        truth = np.load(self.folder / "t.npy").astype(np.float64)
        (self.folder / "pr").mkdir()
        prediction = (truth * np.linspace(0.9, 1.2, truth.size).reshape(truth.shape)).astype(np.float32)
        np.save(self.folder / "pr/a.npy", prediction)
        expected = np.mean(np.abs(prediction - truth) / truth)
        saved = ("--predictions", "pr", "--prediction-kind", "depth", "--cap", "1000", "--json", "-")
        step = np.ptp(truth) / 65535 / truth.min()
        for name, options, error in (
            ("a.npz", (), 1e-9), ("a.tif", (), 1e-9), ("a.exr", (), 1e-9), ("a.png", (), step),
            ("b.png", ("--depth-scale", "4000"), 1 / 4000 / truth.min()),
        ):  # fmt: skip
            self.dpt("depth", *METRIC, "e/a.png", "-o", name, *options)
            (self.folder / "l.txt").write_text(f"e/a.png {name}\n")
            found = json.loads(self.dpt("eval", "depth", "list", "l.txt", *saved).stdout)["pictures"][0]
            self.assertEqual(found["valid"], truth.size, name)
            self.assertLessEqual(abs(found["abs_rel"] - expected), 1.3 * error, name)
            text = f"{name}: is depth in metres by dpt"
            self.fails(1, text, "eval", "depth", "list", "l.txt", *saved, "--truth-kind", "disparity")
        self.dpt("depth", *METRIC, "e/a.png")
        text = "a.depth.png: is depth in metres by dpt (official.pt), expected measured depth in metres; a list"
        self.fails(1, text, "eval", "depth", "pairs", "e", *DEPTH)

    def test_metres_as_predictions(self):
        """What every format that knows its unit gives back is what the model gave."""
        self.dpt("depth", *METRIC, "e/a.png", "-o", "t.npy")
        truth = np.load(self.folder / "t.npy").astype(np.float64) * 1.25
        np.save(self.folder / "truth.npy", truth)
        (self.folder / "l.txt").write_text("e/a.png truth.npy\n")
        for name in ("a.npz", "a.tif", "a.exr", "a.png"):
            (self.folder / f"p-{name}").mkdir()
            self.dpt("depth", *METRIC, "e/a.png", "-o", f"p-{name}/{name}")
            options = ("--predictions", f"p-{name}", "--cap", "1000", "--json", "-")
            found = json.loads(self.dpt("eval", "depth", "list", "l.txt", *options).stdout)
            self.assertEqual(found["setting"]["prediction"], "depth", name)
            self.assertAlmostEqual(found["summary"]["abs_rel"], 0.2, 4 if name == "a.png" else 7, name)

    def test_views_and_labels_are_no_depth(self):
        self.dpt("depth", *DEPTH, "e/a.png", "--view", "side", "--color=v.png", "-o", "d.png")
        self.dpt("segment", *LABELS, "e/a.png", "-o", "s.png", "--overlay=o.png", "--legend=l.png")
        self.dpt("segment", *LABELS, "e/a.png", "-o", "z.png", "--classes", "0", "--mask=m.png", "--cutout=c.png")
        self.dpt("compare", TINY / "vit-depth", TINY / "vit-segmentation", "-i", "e/a.png", "-o", "x.png")
        kinds = {
            "v.png": "a view of depth by dpt (vit-depth)", "s.png": "labels by dpt (vit-segmentation)",
            "o.png": "a view of labels by dpt", "l.png": "a legend by dpt", "m.png": "a mask by dpt",
            "c.png": "a cut-out by dpt", "x.png": "a comparison by dpt",
            "d.png": "relative inverse depth by dpt (vit-depth)",
        }  # fmt: skip
        segment = ("eval", "segment", "list", "l.txt", "--classes", "150", "--predictions")
        (self.folder / "pr").mkdir()
        for name, what in kinds.items():
            with self.subTest(name):
                self.fails(1, f"{name}: is {what}", *self.list_of(name))
                if name != "s.png":
                    self.fails(1, f"{name}: is {what}", *segment, "pr")
                    (self.folder / "pr/a.png").write_bytes((self.folder / name).read_bytes())
                    (self.folder / "l.txt").write_text("e/a.png s.png\n")
                    self.fails(1, f"a.png: is {what}", *segment, "pr")
                note = self.dpt("depth", *DEPTH, name, "-o", "y.npy").stderr.decode()
                self.assertIn(f"dpt: {name}: is {what}", note)
                self.assertTrue(note.rstrip().endswith(", read as a photograph"), note)
                self.assertEqual(self.dpt("depth", *DEPTH, name, "-o", "y.npy", "-q").stderr, b"")

    def test_labels_say_where_they_begin(self):
        self.dpt("segment", *LABELS, "e/a.png", "-o", "one.png")
        self.dpt("segment", *LABELS, "e/a.png", "-o", "zero.png", "--zero-based")
        (self.folder / "pr").mkdir()
        (self.folder / "l.txt").write_text("e/a.png one.png\n")
        options = ("eval", "segment", "list", "l.txt", "--classes", 7, "--predictions", "pr", "--json", "-")
        for name in ("one.png", "zero.png"):
            (self.folder / "pr/a.png").write_bytes((self.folder / name).read_bytes())
            found = json.loads(self.dpt(*options).stdout)
            self.assertEqual(found["summary"]["pixel_accuracy"], 1, name)
        (self.folder / "pr/a.png").write_bytes((self.folder / "one.png").read_bytes())
        text = "a.png: stores class 0 as 1 (labels by dpt (vit-segmentation)); leave out --zero-based"
        self.fails(1, text, *options, "--zero-based")
        self.fails(1, "one.png: stores class 0 as 1", *options, "--truth-zero-based")
        (self.folder / "l.txt").write_text("e/a.png zero.png\n")
        self.fails(1, "zero.png: stores class 0 as 0", *options)
        found = json.loads(self.dpt(*options, "--truth-zero-based").stdout)
        self.assertEqual(found["summary"]["pixel_accuracy"], 1)


class Photographs(CliTest):
    """Notes on pictures that are read in another way than they were meant."""

    def note_of(self, name, data):
        (self.folder / name).write_bytes(data)
        return self.dpt("depth", *DEPTH, name, "-o", "y.npy").stderr.decode()

    def test_dark(self):
        gray = np.random.default_rng(3).integers(0, 256, (H, W))
        head = lambda kind, most: f"P{kind}\n{W} {H}\n{most}\n".encode()  # noqa: E731
        wide = lambda values: values.astype(">u2").tobytes()  # noqa: E731
        color = np.dstack([gray] * 3)
        dark = {
            "a.pgm": head(5, 65535) + wide(gray * 4),
            "b.pgm": head(5, 1023) + wide(gray * 4),
            "c.pgm": head(5, 255) + (gray // 32).astype(np.uint8).tobytes(),
            "d.pgm": head(5, 15) + (gray // 16).astype(np.uint8).tobytes(),
            "e.pgm": head(2, 65535) + " ".join(map(str, gray.ravel())).encode(),
            "f.ppm": head(6, 65535) + wide(color),
            "g.ppm": head(3, 1000) + " ".join(map(str, color.ravel() * 3)).encode(),
        }
        for name, data in dark.items():
            self.assertIn(f"dpt: {name}: is nearly black: its brightest value is ", self.note_of(name, data), name)
        write_png(self.folder / "h.png", (gray * 4).astype(np.uint16))
        self.assertIn("h.png: is nearly black", self.note_of("h.png", (self.folder / "h.png").read_bytes()))
        self.assertIn("i.tif: is nearly black", self.note_of("i.tif", tiff((gray * 4).astype(np.uint16))))
        light = {
            "k.pgm": head(5, 65535) + wide(gray * 257),
            "l.pgm": head(5, 255) + gray.astype(np.uint8).tobytes(),
            "m.pgm": head(2, 15) + " ".join(map(str, gray.ravel() // 16)).encode(),
            "n.pgm": head(5, 255) + bytes(H * W),
        }
        for name, data in light.items():
            self.assertEqual(self.note_of(name, data), "", name)

    def test_line_ends_and_what_follows(self):
        gray = np.random.default_rng(4).integers(0, 256, (H, W)).astype(np.uint8)
        gray[0, 0] = 10
        self.dpt("depth", *DEPTH, self.saved("a.png", gray), "-o", "a.npy")
        expected = np.load(self.folder / "a.npy")
        plain = f"P5\n{W} {H}\n255\n".encode() + gray.tobytes()
        crlf = f"P5\r\n# by a tool\r\n{W} {H}\r\n255\r\n".encode() + gray.tobytes()
        for name, data, note in (
            ("lf.pgm", plain, ""),
            ("crlf.pgm", crlf, ""),
            ("words.pgm", f"P5 {W} {H} 255\r\n".encode() + gray.tobytes(), ""),
            ("cr.pgm", f"P5\r{W} {H}\r255\r".encode() + gray.tobytes(), ""),
            ("padded.pgm", plain + b"\r\n", ""),
            ("stream.pgm", plain + plain, f"its first picture ends at byte {len(plain)} of {2 * len(plain)}"),
            ("crlf_stream.pgm", crlf + crlf, f"its first picture ends at byte {len(crlf)} of"),
        ):
            with self.subTest(name):
                found = self.note_of(name, data)
                self.assertEqual((found == "", note in found), (note == "", True), found)
                np.testing.assert_array_equal(np.load(self.folder / "y.npy"), expected)
        for name, data in (("short.pgm", plain[:-1]), ("short_crlf.pgm", crlf[:-1])):
            (self.folder / name).write_bytes(data)
            self.fails(1, f"{name}: the PNM file ends too early", "depth", *DEPTH, name, "-o", "y.npy")

    def saved(self, name, gray):
        write_png(self.folder / name, gray)
        return name


if __name__ == "__main__":
    unittest.main()
