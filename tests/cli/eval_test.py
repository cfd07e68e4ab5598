"""dpt eval against formulas written here in numpy: 200 seeded pairs, whole and in merged shares; data sets; errors."""

import base64
import csv
import html.parser
import io
import json
import unittest
import zlib

import numpy as np
from support import TINY, CliTest, read_png, write_png

COUNT = 200
FIGURES = ["abs_rel", "sq_rel", "rmse", "rmse_log", "log10", "silog", "delta1", "delta2", "delta3", "outliers"]
DEPTH, LABELS = ("-m", TINY / "vit-depth"), ("-m", TINY / "vit-segmentation")


# Depth, from the definitions (Eigen et al. 2014, MiDaS, BTS), in float64.


def bilinear(plane, height, width):
    """PyTorch's interpolate(mode="bilinear", align_corners=False) in float32."""
    plane = plane.astype(np.float32)
    if plane.shape == (height, width):
        return plane

    def taps(size, out):
        at = np.float32(size) / np.float32(out) * (np.arange(out, dtype=np.float32) + np.float32(0.5)) - np.float32(0.5)
        at = np.maximum(at, np.float32(0))
        low = np.minimum(at.astype(int), size - 1)
        return low, np.minimum(low + 1, size - 1), (at - low).astype(np.float32)

    low, high, t = taps(plane.shape[1], width)
    rows = plane[:, low] * (1 - t) + plane[:, high] * t
    low, high, t = taps(plane.shape[0], height)
    return rows[low] * (1 - t)[:, None] + rows[high] * t[:, None]


def region(shape, crop):
    inside = np.zeros(shape, bool)
    height, width = shape
    fractions = {
        "garg": (0.40810811, 0.99189189, 0.03594771, 0.96405229),
        "eigen-kitti": (0.3324324, 0.91351351, 0.0359477, 0.96405229),
    }
    if crop == "none":
        inside[:] = True
    elif crop == "eigen-nyu":
        inside[45:471, 41:601] = True
    else:
        top, bottom, left, right = fractions[crop]
        inside[int(top * height) : int(bottom * height), int(left * width) : int(right * width)] = True
    return inside


def fitted(x, y):
    """Scale and shift of least squares; 0, 0 where they are not determined."""
    if len(x) == 0:
        return 0.0, 0.0
    solution, _, rank, _ = np.linalg.lstsq(np.stack([x, np.ones_like(x)], 1), y, rcond=1e-10)
    return tuple(solution) if rank == 2 else (0.0, 0.0)


def aligned(prediction, kind, truth, how, least, cap):
    """Metres at the pixels that count; prediction and truth are their values there."""
    p = prediction.astype(np.float64)
    inverse = kind == "inverse"
    if how == "scale-shift" and not inverse:
        p = 1 / np.where(np.isnan(p), least, np.clip(p, least, cap))
        inverse = True
    t = 1 / truth if inverse else truth
    finite = np.isfinite(p)
    scale, shift = 1.0, 0.0
    if how == "scale-shift":
        scale, shift = fitted(p[finite], t[finite])
    if how == "median":
        middle = np.median(p[finite]) if finite.any() else 0
        scale = np.median(t[finite]) / middle if middle > 0 else 0.0
    with np.errstate(invalid="ignore"):
        p = (scale * p if scale != 0 else np.zeros_like(p)) + shift
        if inverse:
            p = 1 / np.maximum(p, 1 / cap)
    return np.where(np.isnan(p), least, np.clip(p, least, cap)), scale, shift


def figures(z, t):
    e = np.log(z) - np.log(t)
    ratio = np.maximum(z / t, t / z)
    return {
        "abs_rel": np.mean(np.abs(z - t) / t),
        "sq_rel": np.mean((z - t) ** 2 / t),
        "rmse": np.sqrt(np.mean((z - t) ** 2)),
        "rmse_log": np.sqrt(np.mean(e**2)),
        "log10": np.mean(np.abs(np.log10(z) - np.log10(t))),
        "silog": 100 * np.sqrt(np.var(e)),
        "delta1": np.mean(ratio < 1.25),
        "delta2": np.mean(ratio < 1.25**2),
        "delta3": np.mean(ratio < 1.25**3),
        "outliers": 100 * np.mean(ratio > 1.25),
    }


def drawn_pairs(truth, count, seed, index):
    """The pairs of --whdr-samples: (nearer, farther) pixels."""
    mask = (1 << 64) - 1
    state = (seed << 32) + index

    def following():
        nonlocal state
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = state
        z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ z >> 27) * 0x94D049BB133111EB) & mask
        return z ^ z >> 31

    pixels = np.argwhere(np.isfinite(truth))
    for _ in range(count if len(pixels) else 0):
        a, b = (tuple(pixels[following() % len(pixels)]) for _ in range(2))
        if truth[b] >= 1.02 * truth[a]:
            yield a, b
        elif truth[a] >= 1.02 * truth[b]:
            yield b, a


def depth_case(random, i):
    """(prediction, truth) with one peculiarity in each ten."""
    height, width = random.integers(12, 40, 2)
    truth = random.uniform(0.2, 14, (height, width)).astype(np.float32)
    truth[random.random(truth.shape) < 0.2] = 0
    prediction = (1 / np.maximum(truth, 0.3) + random.normal(0, 0.2, truth.shape)).astype(np.float32)
    special = i % 10
    if special == 1:
        truth[:] = random.choice([0, -1, np.nan, np.inf])
    if special == 2:
        truth[:] = 0
        truth[height // 2, width // 2] = 3
    if special == 3:
        prediction[:] = 1.7
    if special == 4:
        prediction[random.random(prediction.shape) < 0.3] = random.choice([0, -2])
    if special == 5:
        values = np.array([np.inf, -np.inf, np.nan])
        some = random.random(prediction.shape) < (0.2 if i % 20 == 5 else 2)
        prediction[some] = random.choice(values, some.sum())
    if special == 6:
        prediction = bilinear(prediction, *random.integers(8, 50, 2))
    if special == 7:
        truth[: height // 2] *= 20
    if special == 8:
        prediction = -prediction
    if special == 9:
        prediction = -np.abs(prediction) - 0.1
    return prediction, truth


class Depth(CliTest):
    def setUp(self):
        super().setUp()
        random = np.random.default_rng(20240229)
        (self.folder / "p").mkdir()
        self.cases = [depth_case(random, i) for i in range(COUNT)]
        for i, (prediction, truth) in enumerate(self.cases):
            np.save(self.folder / f"p/{i:03}.npy", prediction)
            np.save(self.folder / f"{i:03}.t.npy", truth)
        self.list = "".join(f"{i:03}.png {i:03}.t.npy\n" for i in range(COUNT))
        (self.folder / "list.txt").write_text(self.list)

    def whole_and_shares(self, *options):
        """The JSON of one run, which that of four merged shares must equal to the last byte."""
        self.dpt("eval", *options, "--json", "whole.json", "-q")
        parts = [f"part{i}.json" for i in range(4)]
        for i, part in enumerate(parts):
            self.dpt("eval", *options, "--json", part, "--shard", f"{i + 1}/4", "-q", "-t", 1 + i % 2)
        self.dpt("eval", "merge", *parts[::-1], "--json", "merged.json")
        whole = (self.folder / "whole.json").read_bytes()
        self.assertEqual(whole, (self.folder / "merged.json").read_bytes())
        return json.loads(whole)

    def check(self, found, kind, how, crop, cap, least=1e-3, whdr=None):
        self.assertEqual(found["samples"], COUNT)
        self.assertEqual([p["index"] for p in found["pictures"]], list(range(COUNT)))
        expected = []
        for picture, (prediction, truth) in zip(found["pictures"], self.cases):
            truth = truth.astype(np.float64)
            with np.errstate(invalid="ignore"):
                counts = region(truth.shape, crop) & (truth > least) & (truth < cap)
            self.assertEqual(picture["valid"], counts.sum())
            prediction = bilinear(prediction, *truth.shape)
            values = dict.fromkeys([*FIGURES, "whdr"], np.nan)
            if counts.any():
                z, scale, shift = aligned(prediction[counts], kind, truth[counts], how, least, cap)
                values.update(figures(z, truth[counts]))
                np.testing.assert_allclose([picture["scale"], picture["shift"]], [scale, shift], rtol=1e-6, atol=1e-9)
            if whdr:
                pairs = list(drawn_pairs(np.where(counts, truth, np.nan), *whdr, picture["index"]))
                sign = 1 if kind == "inverse" else -1
                wrong = [not sign * prediction[a] > sign * prediction[b] for a, b in pairs]
                values["whdr"] = np.mean(wrong) if wrong else np.nan
            got = {name: np.nan if picture[name] is None else picture[name] for name in values}
            for name, value in values.items():
                message = f"{name} of picture {picture['index']}, {kind} {how} {crop} {cap}"
                np.testing.assert_allclose(got[name], value, rtol=1e-6, atol=1e-6, err_msg=message)
            expected.append(list(values.values()))
        expected = np.array(expected)
        self.assertEqual(found["skipped"], int(np.isnan(expected).all(1).sum()))
        for name, column in zip([*FIGURES, "whdr"], expected.T):
            if np.isnan(column).all():
                self.assertIsNone(found["summary"][name])
            else:
                np.testing.assert_allclose(found["summary"][name], np.nanmean(column), rtol=1e-6, atol=1e-6)

    def test_figures_against_numpy(self):
        options = ("depth", "list", "list.txt", "--predictions", "p", "--prediction-kind")
        for kind in ("inverse", "depth"):
            for how, crop, cap in (
                ("none", "none", 10), ("median", "garg", 10), ("scale-shift", "eigen-kitti", 10), ("scale-shift", "none", 4)
            ):  # fmt: skip
                with self.subTest(kind=kind, how=how):
                    protocol = ("--align", how, "--crop", crop, "--cap", cap)
                    self.check(self.whole_and_shares(*options, kind, *protocol), kind, how, crop, cap)
        found = self.whole_and_shares(*options, "inverse", "--whdr-samples", 40, "--seed", 7, "--min-depth", 0.5)
        self.check(found, "inverse", "scale-shift", "none", 80, least=0.5, whdr=(40, 7))

    def test_nyu_crop(self):
        random = np.random.default_rng(3)
        truth = random.uniform(0.5, 9, (480, 640)).astype(np.float32)
        self.cases = [(truth + random.normal(0, 1, truth.shape).astype(np.float32), truth)]
        for name, array in (("p/000.npy", self.cases[0][0]), ("000.t.npy", truth)):
            np.save(self.folder / name, array)
        (self.folder / "one.txt").write_text("000.png 000.t.npy\n")
        options = ("--predictions", "p", "--prediction-kind", "depth", "--crop", "eigen-nyu", "--cap", 10)
        found = json.loads(self.dpt("eval", "depth", "list", "one.txt", *options, "--json", "-").stdout)
        self.assertEqual(found["pictures"][0]["valid"], 426 * 560)
        values = figures(np.clip(self.cases[0][0], 1e-3, 10).astype(np.float64)[45:471, 41:601], truth[45:471, 41:601].astype(np.float64))
        for name, value in values.items():
            np.testing.assert_allclose(found["summary"][name], value, rtol=1e-6)
        np.save(self.folder / "000.t.npy", truth[:100])
        error = "--crop eigen-nyu is for truth of 640x480, found 640x100"
        self.fails(1, error, "eval", "depth", "list", "one.txt", *options)

    def test_csv_has_the_same_numbers(self):
        options = ("eval", "depth", "list", "list.txt", "--predictions", "p", "-q")
        found = json.loads(self.dpt(*options, "--json", "-").stdout)
        rows = list(csv.DictReader(io.StringIO(self.dpt(*options, "--csv", "-").stdout.decode())))
        self.assertEqual(len(rows), COUNT)
        for row, picture in zip(rows, found["pictures"]):
            self.assertEqual({k: "" if v is None else v for k, v in picture.items()},
                             {k: type(picture[k])(v) if v and picture[k] is not None else v for k, v in row.items()})  # fmt: skip


class Segmentation(CliTest):
    CLASSES = 7

    def cases(self):
        random = np.random.default_rng(99)
        for i in range(COUNT):
            shape = random.integers(5, 30, 2)
            truth = random.integers(0, self.CLASSES + 1, shape)
            if i % 10 == 1:
                truth[:] = 0
            truth[truth == 5] = 2  # class 4 is in no truth
            predicted = np.where(random.random(shape) < 0.6, truth, random.integers(0, self.CLASSES + 3, shape))
            predicted[predicted == 6] = 1  # class 5 is never predicted
            yield truth.astype(np.uint8), predicted.astype(np.uint8)

    @staticmethod
    def matrix(truth, predicted, classes):
        """Rows: truth; columns: predictions, the last one for none."""
        counted = truth > 0
        t, p = truth[counted].astype(int) - 1, predicted[counted].astype(int) - 1
        p = np.where((p >= 0) & (p < classes), p, classes)
        return np.bincount(t * (classes + 1) + p, minlength=classes * (classes + 1)).reshape(classes, classes + 1)

    def check(self, found, cases):
        n = self.CLASSES
        total = sum(self.matrix(t, p, n) for t, p in cases)
        self.assertEqual(np.array(found["confusion"]).tolist(), total.tolist())

        def summary(matrix):
            right, rows, columns = np.diag(matrix), matrix.sum(1), matrix[:, :n].sum(0)
            with np.errstate(invalid="ignore", divide="ignore"):
                accuracy = right / rows
                iou = right / (rows + columns - right)
                mean = [np.nan if np.isnan(v).all() else np.nanmean(v) for v in (accuracy, iou)]
                return [right.sum() / matrix.sum(), *mean], accuracy, iou

        (pixel, mean_accuracy, mean_iou), accuracy, iou = summary(total)
        got = found["summary"]
        np.testing.assert_allclose(
            [got["pixel_accuracy"], got["mean_accuracy"], got["mean_iou"]], [pixel, mean_accuracy, mean_iou], atol=1e-12
        )
        numbers = lambda key: [np.nan if c[key] is None else c[key] for c in found["classes"]]  # noqa: E731
        np.testing.assert_allclose(numbers("iou"), iou, atol=1e-12)
        np.testing.assert_allclose(numbers("accuracy"), accuracy, atol=1e-12)
        self.assertIsNone(found["classes"][4]["accuracy"])
        for picture, (truth, predicted) in zip(found["pictures"], cases):
            values = summary(self.matrix(truth, predicted, n))[0]
            for name, value in zip(("pixel_accuracy", "mean_accuracy", "mean_iou"), values):
                self.assertEqual(picture[name] is None, bool(np.isnan(value)))
                if picture[name] is not None:
                    self.assertAlmostEqual(picture[name], value, 12)

    def test_figures_against_numpy(self):
        cases = list(self.cases())
        (self.folder / "p").mkdir()
        for i, (truth, predicted) in enumerate(cases):
            write_png(self.folder / f"{i}.t.png", truth)
            if i % 2:
                np.save(self.folder / f"p/{i}.npy", predicted.astype(np.uint16))
            else:
                write_png(self.folder / f"p/{i}.labels.png", predicted)
        (self.folder / "list.txt").write_text("".join(f"{i}.png {i}.t.png\n" for i in range(COUNT)))
        options = ("segment", "list", "list.txt", "--predictions", "p", "--classes", self.CLASSES)
        found = Depth.whole_and_shares(self, *options)
        self.check(found, cases)
        self.compare_with_sklearn(found, cases)
        # The same labels, stored as the class itself with 255 for none.
        for i, (truth, predicted) in enumerate(cases):
            write_png(self.folder / f"{i}.t.png", (truth - 1).astype(np.uint8))
            np.save(self.folder / f"p/{i}.npy", predicted - np.uint8(1))
            (self.folder / f"p/{i}.labels.png").unlink(missing_ok=True)
        again = Depth.whole_and_shares(self, *options, "--zero-based", "--truth-zero-based")
        self.assertEqual(again["confusion"], found["confusion"])

    def compare_with_sklearn(self, found, cases):
        with self.subTest("scikit-learn"):
            try:
                from sklearn.metrics import accuracy_score, jaccard_score
            except ImportError:
                self.skipTest("scikit-learn is not installed")
            truth, predicted = (np.concatenate([case[k].ravel() for case in cases]) for k in (0, 1))
            truth, predicted = truth[truth > 0], predicted[truth > 0]
            self.assertAlmostEqual(found["summary"]["pixel_accuracy"], accuracy_score(truth, predicted), 9)
            labels = list(range(1, self.CLASSES + 1))
            expected = jaccard_score(truth, predicted, labels=labels, average=None, zero_division=0)
            np.testing.assert_allclose([c["iou"] or 0 for c in found["classes"]], expected, atol=1e-9)

    def test_model_gives_what_segment_gives(self):
        self.picture("a.png", "coffee.png")
        self.picture("b.png", "chelsea.png")
        for name in "ab":
            height, width = read_png(self.folder / f"{name}.png")[0].shape[:2]
            write_png(self.folder / f"{name}.t.png", np.arange(height * width).reshape(height, width).astype(np.uint8) % 8)
        (self.folder / "list.txt").write_text("a.png a.t.png\nb.png b.t.png\n")
        self.dpt("segment", *LABELS, "a.png", "b.png", "-o", "out/")
        options = ("eval", "segment", "list", "list.txt", "--json", "-")
        by_model = json.loads(self.dpt(*options, *LABELS).stdout)
        by_file = json.loads(self.dpt(*options, "--predictions", "out", "--classes", 7).stdout)
        self.assertEqual(by_model["confusion"], by_file["confusion"])
        self.assertEqual(by_model["classes"][3]["name"], "LABEL_3")
        views = ("--scales", "0.5,1", "--flip", "--window", 96, "--stride", 64)
        several = json.loads(self.dpt(*options, *LABELS, *views).stdout)
        self.assertEqual(np.sum(several["confusion"]), np.sum(by_model["confusion"]))
        self.assertNotEqual(several["confusion"], by_model["confusion"])
        self.assertEqual(several["setting"]["scales"], "0.5 1, mirrored too")
        in_one_piece = json.loads(self.dpt(*options, *LABELS, "--scales", "1,1.5").stdout)
        self.assertEqual(in_one_piece["evaluated"], 2)


class Parser(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.images, self.sections, self.text = [], [], {}, ""

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "img":
            self.images.append(attributes)
            self.sections[self.section].append(attributes["alt"])
        elif tag != "meta":
            self.open.append(tag)
        if tag == "section":
            self.section = attributes["id"]
            self.sections[self.section] = []
        assert not {"href", "onload"} & set(attributes)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag

    def handle_data(self, data):
        self.text += data


class Reports(CliTest):
    def pairs(self, names):
        random = np.random.default_rng(5)
        for i, name in enumerate(names):
            self.picture(f"d/{name}.png", "coffee.png")
            height, width = read_png(self.folder / f"d/{name}.png")[0].shape[:2]
            ramp = np.linspace(1000, 5000, width) * np.ones((height, 1)) + random.uniform(0, 300 + 1000 * i, (height, width))
            write_png(self.folder / f"d/{name}.depth.png", ramp.astype(np.uint16))

    def test_html(self):
        self.pairs(["one", "<b>&two", "three"])
        self.dpt("eval", "depth", "pairs", "d", *DEPTH, "--html", "r.html", "--show", 2)
        parser = Parser()
        text = (self.folder / "r.html").read_text()
        parser.feed(text)
        self.assertEqual(parser.open, [])
        self.assertEqual(parser.sections["worst"], 2 * ["photo", "prediction", "truth", "error, 0 to 50 %"])
        self.assertEqual(len(parser.sections["best"]), 4)  # the third picture: none is shown twice
        for image in parser.images:
            kind, data = image["src"].split(",")
            self.assertEqual(kind, "data:image/png;base64")
            pixels = read_png(base64.b64decode(data, validate=True))[0]
            self.assertEqual(pixels.shape[:2], (int(image["height"]), int(image["width"])))
            self.assertLessEqual(pixels.shape[1], 320)
        self.assertIn("<b>&two", parser.text)
        self.assertFalse("://" in text, "the report refers to something outside")
        table = self.dpt("eval", "depth", "pairs", "d", *DEPTH).stdout.decode()
        for figure in table.splitlines()[4].split():
            self.assertIn(figure, parser.text)
        self.dpt("eval", "depth", "pairs", "d", *DEPTH, "--json", "a.json")
        self.dpt("eval", "merge", "a.json", "--html", "m.html")
        merged = Parser()
        merged.feed((self.folder / "m.html").read_text())
        self.assertEqual((merged.images, merged.open), ([], []))
        self.assertIn("<b>&two", merged.text)

    def test_html_of_labels(self):
        self.picture("a.png", "coffee.png")
        height, width = read_png(self.folder / "a.png")[0].shape[:2]
        write_png(self.folder / "t.png", np.full((height, width), 3, np.uint8))
        (self.folder / "list.txt").write_text("a.png t.png\n")
        self.dpt("eval", "segment", "list", "list.txt", *LABELS, "--html", "r.html")
        parser = Parser()
        parser.feed((self.folder / "r.html").read_text())
        self.assertEqual(parser.sections, {"worst": ["photo", "prediction", "truth", "wrong in red"], "best": []})
        self.assertIn("LABEL_2", parser.text)

    def test_model_gives_what_depth_gives(self):
        self.pairs(["one", "two"])
        options = ("eval", "depth", "pairs", "d", "--json", "-", "-q")
        by_model = json.loads(self.dpt(*options, *DEPTH).stdout)
        for suffix in ("npy", "npz", "exr", "tif", "pfm"):
            self.dpt("depth", *DEPTH, "d", "-o", f"{suffix}/", "--format", suffix, "--upsample", "bilinear", "--no-color")
            by_file = json.loads(self.dpt(*options, "--predictions", suffix).stdout)
            self.assertEqual(by_file["pictures"], by_model["pictures"], suffix)
        self.dpt("depth", *DEPTH, "d", "-o", "png/", "--upsample", "bilinear", "--no-color")
        by_file = json.loads(self.dpt(*options, "--predictions", "png").stdout)
        self.assertAlmostEqual(by_file["summary"]["abs_rel"], by_model["summary"]["abs_rel"], 3)
        self.assertEqual(by_file["setting"]["prediction"], "inverse")
        bicubic = json.loads(self.dpt(*options, *DEPTH, "--upsample", "bicubic").stdout)
        self.assertNotEqual(bicubic["pictures"], by_model["pictures"])


class Datasets(CliTest):
    """Each layout as a tiny tree, scored with predictions that are the truth itself."""

    TRUTH = np.linspace(1, 5, 12).reshape(3, 4)

    def codes(self, path, scale, truth=None):
        write_png(self.folder / path, np.round((self.TRUTH if truth is None else truth) * scale).astype(np.uint16))

    def score(self, *arguments, names, code=0, truth=None):
        for name in names:
            path = self.folder / f"p/{name}.npy"
            path.parent.mkdir(parents=True, exist_ok=True)
            np.save(path, (self.TRUTH if truth is None else truth).astype(np.float32))
        options = ("--predictions", "p", "--prediction-kind", "depth", "--crop", "none", "--json", "-")
        found = json.loads(self.dpt("eval", "depth", *arguments, *options, code=code).stdout)
        if code == 0:
            self.assertEqual([p["picture"] for p in found["pictures"]], names)
            self.assertLess(found["summary"]["abs_rel"], 1e-3)
            self.assertEqual(found["summary"]["delta1"], 1)
        return found

    def test_nyu(self):
        for name in ("bath/{}_00045", "{}_00046"):
            self.codes("d/" + name.format("sync_depth") + ".png", 1000)
        found = self.score("nyu", "d", names=["bath/rgb_00045", "rgb_00046"])
        self.assertEqual(found["setting"]["cap"], "10")
        (self.folder / "x.mat").write_text("")
        self.fails(1, "x.mat: MATLAB files are not read", "eval", "depth", "nyu", "x.mat", *DEPTH)
        self.fails(1, "--crop eigen-nyu is for truth of 640x480, found 4x3",
                   "eval", "depth", "nyu", "d", "--predictions", "p", "--prediction-kind", "depth")  # fmt: skip

    def test_kitti(self):
        self.codes("gt/drive/a.png", 256)
        (self.folder / "split.txt").write_text("/day/a.png drive/a.png 721.5\nday/b.png None 721.5\n/day/c.png drive/a.png 7\n")
        found = self.score("kitti", "split.txt", "--images", "raw", "--truth", "gt", names=["day/a", "day/c"])
        self.assertEqual((found["missing"], found["samples"], found["setting"]["cap"]), (1, 2, "80"))
        table = self.dpt("eval", "depth", "kitti", "split.txt", "--truth", "gt", "--predictions", "p").stdout.decode()
        self.assertIn("2 pictures, 1 more of the list without truth\n", table)
        (self.folder / "split.txt").write_text("alone\n")
        self.fails(1, 'split.txt: line 1 is "alone", expected PICTURE DEPTH|None FOCAL', "eval", "depth", "kitti", "split.txt")

    def test_kitti_crop(self):
        truth = np.linspace(2, 70, 375 * 1242).reshape(375, 1242)
        self.codes("a.gt.png", 256, truth)
        (self.folder / "split.txt").write_text("a.png a.gt.png 721\n")
        np.save(self.folder / "a.npy", truth[23:, 13:1229].astype(np.float32))
        options = ("eval", "depth", "kitti", "split.txt", "--predictions", ".", "--prediction-kind", "depth", "--json", "-")
        found = json.loads(self.dpt(*options, "--kitti-crop").stdout)
        self.assertEqual(found["setting"]["crop"], "garg")
        self.assertEqual(found["pictures"][0]["valid"], (371 - 153) * (1197 - 44))
        self.assertEqual(found["summary"]["delta1"], 1)
        whole = json.loads(self.dpt(*options, "--kitti-crop", "--crop", "none").stdout)
        self.assertEqual(whole["pictures"][0]["valid"], 375 * 1242)
        self.assertAlmostEqual(whole["summary"]["delta1"], 352 * 1216 / (375 * 1242), 6)
        self.fails(1, "the prediction is 4x3 and the truth 1242x375, expected 1216x352 and no less",
                   *self.with_prediction(options, self.TRUTH), "--kitti-crop")  # fmt: skip

    def with_prediction(self, options, values):
        np.save(self.folder / "a.npy", values.astype(np.float32))
        return options

    def test_middlebury(self):
        baseline, focal, offset = 193.001, 3979.911, 124.343
        disparity = (baseline / 1000 * focal / self.TRUTH - offset).astype("<f4")
        disparity[0, 0] = np.inf
        scene = self.folder / "d/Motorcycle"
        scene.mkdir(parents=True)
        (scene / "disp0.pfm").write_bytes(b"Pf\n4 3\n-1\n" + disparity[::-1].tobytes())
        calibration = f"cam0=[{focal} 0 1244; 0 {focal} 1019; 0 0 1]\ncam1=[1 0 2]\ndoffs={offset}\nbaseline={baseline}\n"
        (scene / "calib.txt").write_text(calibration)
        found = self.score("middlebury", "d", names=["Motorcycle/im0"])
        self.assertEqual(found["pictures"][0]["valid"], 11)
        (scene / "calib.txt").write_text("doffs=1\n")
        error = "calib.txt: expected lines cam0=[f ...], doffs= and baseline="
        self.fails(1, error, "eval", "depth", "middlebury", "d", *DEPTH)

    def test_tum(self):
        for name in "abc":
            self.codes(f"d/depth/{name}.png", 5000)
        (self.folder / "d/rgb.txt").write_text("# color\n10.000 rgb/1.png\n10.1 rgb/2.png\n10.5 rgb/3.png\n11 rgb/4.png\n")
        (self.folder / "d/depth.txt").write_text("# depth\n9.99 depth/a.png\n10.015 depth/b.png\n10.119 depth/c.png\n10.53 depth/a.png\n")
        found = self.score("tum", "d", names=["rgb/1", "rgb/2"])
        self.assertEqual(found["missing"], 2)
        (self.folder / "d/associations.txt").write_text("1 rgb/1.png 1 depth/a.png\n2 depth/b.png 2 rgb/3.png\n")
        self.score("tum", "d", names=["rgb/1", "rgb/3"])
        (self.folder / "d/associations.txt").write_text("1 rgb/1.png\n")
        self.fails(1, "expected TIME FILE TIME FILE", "eval", "depth", "tum", "d", *DEPTH)
        (self.folder / "d/associations.txt").unlink()
        (self.folder / "d/rgb.txt").write_text("now rgb/1.png\n")
        self.fails(1, 'line 1 is "now rgb/1.png", expected a number as word 1', "eval", "depth", "tum", "d", *DEPTH)

    def test_pairs(self):
        for name in ("0000", "kitchen/0001"):
            self.codes(f"d/{name}.depth.png", 1000)
        found = self.score("pairs", "d", names=["0000", "kitchen/0001"])
        self.assertEqual(found["setting"]["cap"], "10")
        self.codes("d/0000.depth.png", 1000, np.where(self.TRUTH > 3, 0, self.TRUTH))
        found = self.score("pairs", "d", names=["0000", "kitchen/0001"])
        self.assertEqual([p["valid"] for p in found["pictures"]], [6, 12])

    def test_list(self):
        self.codes("t/a.png", 100, 1 / self.TRUTH)
        (self.folder / "list.txt").write_text("# comment\n\nx y.jpg\tt/a.png\r\n")
        options = ("list", "list.txt", "--truth-scale", 100, "--truth-kind", "disparity")
        self.score(*options, names=["x y"], truth=1 / (np.round(100 / self.TRUTH) / 100))
        (self.folder / "list.txt").write_text("a.jpg\n")
        self.fails(1, 'list.txt: line 1 is "a.jpg", expected PICTURE TRUTH [PAIRS]', "eval", "depth", "list", "list.txt")

    def test_points(self):
        """DIW: no truth but pairs of points."""
        (self.folder / "a.txt").write_text("0 0 3 2 <\n0,0,3,2,>\n1 1 0 0 >\n2 2 2 2 <\n")
        (self.folder / "list.txt").write_text("a.jpg - a.txt\n")
        options = ("eval", "depth", "list", "list.txt", "--predictions", "p", "--json", "-")
        (self.folder / "p").mkdir()
        np.save(self.folder / "p/a.npy", (1 / self.TRUTH).astype(np.float32))
        found = json.loads(self.dpt(*options).stdout)
        self.assertEqual((found["summary"]["whdr"], found["summary"]["abs_rel"]), (0.5, None))
        self.assertEqual(found["skipped"], 0)
        found = json.loads(self.dpt(*options, "--prediction-kind", "depth").stdout)
        self.assertEqual(found["summary"]["whdr"], 0.75)  # equal points are wrong both times
        table = self.dpt(*options[:-2]).stdout.decode()
        self.assertIn("0.5000", table)
        for line, error in (
            ("0 0 4 0 <", "the point (4, 0) lies outside the depth of 4x3"),
            ("0 0 1 0 =", 'a.txt: line 1 is "0 0 1 0 =", expected X Y X Y and < or >'),
            ("0 0 1 x <", "expected a whole number as word 4"),
        ):
            (self.folder / "a.txt").write_text(line + "\n")
            self.fails(1, error, *options)

    def labels(self, path, values):
        write_png(self.folder / path, np.array(values, np.uint8))

    def test_ade20k(self):
        self.labels("d/annotations/validation/v1.png", [[0, 1, 150]])
        (self.folder / "d/images/validation").mkdir(parents=True)
        self.labels("p/v1.png", [[7, 1, 3]])
        options = ("eval", "segment", "ade20k", "d", "--predictions", "p", "--json", "-")
        found = json.loads(self.dpt(*options).stdout)
        self.assertEqual(np.shape(found["confusion"]), (150, 151))
        self.assertEqual((found["confusion"][0][0], found["confusion"][149][2]), (1, 1))
        self.assertEqual((found["summary"]["pixel_accuracy"], found["classes"][0]["name"]), (0.5, "wall"))
        self.labels("d/annotations/validation/v1.png", [[0, 1, 151]])
        self.fails(1, "v1.png: label 151, expected 1 to 150, or 0 for none", *options)
        self.fails(2, "the model has 7 classes, the data set 150", *options[:4], *LABELS)

    def test_pascal_context(self):
        for name in ("2008_1", "2008_2"):
            self.labels(f"d/SegmentationClassContext/{name}.png", [[0, 1, 59, 255]])
            self.labels(f"p/{name}.png", [[1, 1, 2, 1]])
        names = self.folder / "d/ImageSets/SegmentationContext/val.txt"
        names.parent.mkdir(parents=True)
        names.write_text("2008_1\n2008_2\n")
        options = ("eval", "segment", "pascal-context", "d", "--predictions", "p", "--json", "-")
        found = json.loads(self.dpt(*options).stdout)
        self.assertEqual(np.sum(found["confusion"]), 4)
        self.assertEqual((found["confusion"][0][0], found["confusion"][58][1]), (2, 2))


class Errors(CliTest):
    def setUp(self):
        super().setUp()
        for name in "abc":
            self.picture(f"d/{name}.png", "tiny_gray.png")
            height, width = read_png(self.folder / f"d/{name}.png")[0].shape[:2]
            write_png(self.folder / f"d/{name}.depth.png", np.full((height, width), 2000, np.uint16))

    def test_a_bad_picture_is_named_and_the_others_are_done(self):
        (self.folder / "d/b.png").write_text("no picture")
        (self.folder / "d/c.depth.png").write_text("no depth")
        done = self.fails(1, "b.png: ", "eval", "depth", "pairs", "d", *DEPTH, "--json", "-", "--html", "r.html")
        self.assertIn("c.depth.png: ", done.stderr.decode())
        found = json.loads(done.stdout)
        self.assertEqual([p["picture"] for p in found["pictures"]], ["a"])
        self.assertEqual([p["index"] for p in found["failed"]], [1, 2])
        self.assertIn("c.depth.png", found["failed"][1]["error"])
        self.assertIn("3 pictures, 2 failed", (self.folder / "r.html").read_text())

    def test_usage(self):
        for code, error, arguments in (
            (2, "unknown command dept; did you mean depth?", ["dept"]),
            (2, "KIND is required", ["depth"]),
            (2, "PATH is required", ["depth", "pairs"]),
            (2, "data set ade20k: expected one of nyu, kitti, middlebury, tum, pairs, list", ["depth", "ade20k", "d"]),
            (2, "data set nyu: expected one of ade20k, pascal-context, list", ["segment", "nyu", "d"]),
            (2, "--images and --truth are for kitti and list, not pairs", ["depth", "pairs", "d", "--images", "d"]),
            (2, "--truth-scale and --truth-kind are for list, not pairs", ["depth", "pairs", "d", "--truth-scale", "5"]),
            (2, "--predictions and -m: expected one of them", ["depth", "pairs", "d", *DEPTH, "--predictions", "d"]),
            (2, "--prediction-scale and --prediction-kind are for --predictions", ["depth", "pairs", "d", "--prediction-scale", "2"]),
            (2, "--min-depth is 9 and the cap 8, expected less", ["depth", "pairs", "d", *DEPTH, "--min-depth", "9", "--cap", "8"]),
            (2, "--json, --csv and --html: only one of them may be -", ["depth", "pairs", "d", *DEPTH, "--json", "-", "--csv", "-"]),
            (2, "--shard 3/2: expected i/n", ["depth", "pairs", "d", *DEPTH, "--shard", "3/2"]),
            (2, "is a segmentation model, expected a depth model", ["depth", "pairs", "d", *LABELS]),
            (3, "none.pt: neither a file", ["depth", "pairs", "d", "-m", "none.pt"]),
            (4, "no such device: cuda:0", ["depth", "pairs", "d", "--device", "cuda:0"]),
            (1, "d2: is no folder, expected one with NAME.jpg and NAME.depth.png", ["depth", "pairs", "d2"]),
            (1, "no.txt: is no file, expected a list of", ["depth", "list", "no.txt"]),
            (1, "no.txt: is no file, expected a list of", ["depth", "kitti", "no.txt"]),
            (1, "d: holds no picture with truth, expected a folder with rgb_NNNNN.jpg", ["depth", "nyu", "d"]),
            (1, "d: holds no picture with truth, expected a folder of scenes", ["depth", "middlebury", "d"]),
            (1, "rgb.txt: is no file, expected rgb.txt with depth.txt, or associations.txt", ["depth", "tum", "d"]),
            (1, "validation: is no folder, expected ADE20K's pictures", ["segment", "ade20k", "d"]),
            (1, "val.txt: is no file, expected the names of Pascal Context's", ["segment", "pascal-context", "d"]),
            (1, "--predictions none: is no folder", ["depth", "pairs", "d", "--predictions", "none"]),
            (1, "x/r.html: cannot write: its folder does not exist", ["depth", "pairs", "d", *DEPTH, "--html", "x/r.html"]),
            (1, "d/: cannot write: is a folder", ["depth", "pairs", "d", *DEPTH, "--csv", "d/"]),
        ):  # fmt: skip
            with self.subTest(error):
                self.fails(code, error, "eval", *arguments)

    def test_segment_usage(self):
        (self.folder / "list.txt").write_text("d/a.png d/a.depth.png\n")
        given = ["segment", "list", "list.txt"]
        for error, arguments in (
            ("--scales 1,x: expected numbers from 0.1 to 10", [*LABELS, "--scales", "1,x"]),
            ("--stride needs --window", [*LABELS, "--stride", "8"]),
            ("--stride 65 leaves gaps between windows of 64", [*LABELS, "--window", "64", "--stride", "65"]),
            ("windows of 50 pixels, expected a multiple of 32", [*LABELS, "--window", "50"]),
            ("--protocol has its own --flip", [*LABELS, "--protocol", "ade20k-multiscale", "--flip"]),
            ("--flip, --scales, --window, --stride and --protocol are for a model", ["--predictions", "d", "--flip"]),
            ("--zero-based is for --predictions", [*LABELS, "--zero-based"]),
            ("--classes must say how many classes the list has", ["--predictions", "d"]),
            ("the model has 7 classes, the data set 8", [*LABELS, "--classes", "8"]),
            ("is a depth model, expected a segmentation model", [*DEPTH, "--classes", "1"]),
            ("is a depth model, expected a segmentation model", [*DEPTH, "--classes", "1", "--flip"]),
        ):
            with self.subTest(error):
                self.fails(2, error, "eval", *given, *arguments)
        (self.folder / "d/a.png").unlink()
        self.fails(2, "--truth-zero-based, --ignore-label and --classes are for list, not ade20k",
                   "eval", "segment", "ade20k", self.ade20k(), "--classes", "3")  # fmt: skip

    def ade20k(self):
        write_png(self.folder / "ade/annotations/validation/a.png", np.ones((2, 2), np.uint8))
        (self.folder / "ade/images/validation").mkdir(parents=True)
        return "ade"

    def test_predictions(self):
        (self.folder / "p").mkdir()
        options = ("eval", "depth", "pairs", "d", "--predictions", "p")
        self.fails(1, "no prediction p/a.npy (or .depth.npy, or another format)", *options)
        write_png(self.folder / "p/a.png", np.full((4, 4), 9, np.uint16))
        self.fails(1, "a.png: the PNG's text has no scale of its values; --prediction-scale says", *options)
        (self.folder / "p/a.png").unlink()
        truth = read_png(self.folder / "d/a.depth.png")[0]
        for name in "abc":
            write_png(self.folder / f"p/{name}.png", truth)
        found = json.loads(self.dpt(*options, "--prediction-scale", 1000, "--prediction-kind", "depth", "--json", "-").stdout)
        self.assertLess(found["summary"]["abs_rel"], 1e-6)
        (self.folder / "p/b.depth.npz").write_text("PK no archive")
        self.fails(1, "the NPZ file has no directory", *options, "--prediction-scale", 1000)

    def test_files_that_contradict_each_other(self):
        self.dpt("depth", *DEPTH, "d/a.png", "d/b.png", "-o", "p/", "--no-color")
        self.dpt("depth", *DEPTH, "d/c.png", "-o", "p/c.depth.exr", "--no-color")
        data = (self.folder / "p/b.depth.png").read_bytes()
        at = data.index(b"tEXtunit\0")
        (length,) = np.frombuffer(data[at - 4 : at], ">u4")
        body = b"tEXtunit\0metre"
        chunk = np.array([len(body) - 4], ">u4").tobytes() + body + np.array([zlib.crc32(body)], ">u4").tobytes()
        (self.folder / "p/b.depth.png").write_bytes(data[: at - 4] + chunk + data[at + 4 + length + 4 :])
        options = ("eval", "depth", "pairs", "d", "--predictions", "p")
        done = self.fails(1, "b.png: the prediction is depth, the others are inverse", *options)
        self.assertIn("3 pictures, 1 failed", done.stdout.decode())
        self.dpt(*options, "--prediction-kind", "inverse")

    def test_labels(self):
        (self.folder / "list.txt").write_text("d/a.png t.png\n")
        write_png(self.folder / "t.png", np.ones((2, 3), np.uint8))
        write_png(self.folder / "p/d/a.png", np.ones((3, 3), np.uint8))
        options = ("eval", "segment", "list", "list.txt", "--predictions", "p", "--classes", 2)
        self.fails(1, "d/a.png: the labels are 3x3, the truth 3x2", *options)
        np.save(self.folder / "p/d/a.npy", np.ones((2, 3), np.float32))
        (self.folder / "p/d/a.png").unlink()
        self.fails(1, "a.npy: NPY of float32, expected labels of type uint8 or uint16", *options)
        (self.folder / "list.txt").write_text("d/a.png - x.txt\n")
        self.fails(1, "the list names no truth", *options)

    def test_merge(self):
        run = ("eval", "depth", "pairs", "d", *DEPTH, "-q", "--json")
        for i in (1, 2, 3):
            self.dpt(*run, f"{i}.json", "--shard", f"{i}/3")
        self.dpt(*run, "capped.json", "--shard", "2/3", "--cap", 5)
        (self.folder / "list.txt").write_text("d/a.png d/a.depth.png\nd/b.png d/b.depth.png\n")
        labels = ("eval", "segment", "list", "list.txt", "--predictions", "d", "--classes", 2, "-q")
        self.dpt(*labels, "--json", "labels.json", code=1)
        self.dpt("eval", "merge", "1.json", "2.json", "3.json")
        self.fails(1, "1 of the data set's 3 pictures are in none of the files", "eval", "merge", "1.json", "3.json")
        self.fails(1, "1.json: picture 0 of the data set is there twice", "eval", "merge", "1.json", "1.json")
        self.fails(1, "capped.json: cap is 5, that of the first file 10", "eval", "merge", "1.json", "capped.json")
        self.fails(1, "labels.json: is of another task than the first file", "eval", "merge", "1.json", "labels.json")
        self.fails(1, "none.json: cannot open", "eval", "merge", "none.json")
        self.fails(2, "PART is required", "eval", "merge")
        good = json.loads((self.folder / "1.json").read_text())
        for change, error in (
            ({"format": "else"}, 'expected "format": "dpt-eval", "version": 1'),
            ({"task": "sleep"}, "task sleep, expected depth or segmentation"),
            ({"samples": -1}, "-1 is no number from 0 to"),
            ({"samples": 0}, "samples is 0"),
            ({"pictures": [{**good["pictures"][0], "index": 3}]}, "3 is no number from 0 to 2"),
            ({"pictures": 2 * good["pictures"]}, "picture 0 of the data set is there twice"),
            ({"pictures": [{"index": 0}]}, "is no result of dpt eval: "),
            ({"pictures": [{**good["pictures"][0], "abs_rel": "x"}]}, "is no result of dpt eval: "),
            ({"setting": 3}, "is no result of dpt eval: "),
            ({"task": "segmentation", "pictures": [], "confusion": [[1, 2], [3, 4]], "classes": []}, "the confusion matrix has 4"),
            ({"task": "segmentation", "pictures": [], "confusion": [[1, 2]], "classes": []}, "0 names of 1 classes"),
            ({"task": "segmentation", "pictures": [], "confusion": [[1, -2]], "classes": []}, "-2 is no number"),
        ):  # fmt: skip
            with self.subTest(error):
                (self.folder / "bad.json").write_text(json.dumps({**good, **change}))
                self.fails(1, error, "eval", "merge", "bad.json")
        (self.folder / "bad.json").write_text("[" * 100000)
        self.fails(1, "bad.json: is no result of dpt eval", "eval", "merge", "bad.json")
        (self.folder / "bad.json").write_text(json.dumps({**good, "samples": 4}))
        self.fails(1, "bad.json: is of another data set than the first file", "eval", "merge", "2.json", "bad.json")

    def test_help_has_the_data_sets(self):
        for task, kinds in (("depth", ("nyu", "kitti", "middlebury", "tum", "pairs", "list")), ("segment", ("ade20k", "list"))):
            text = self.dpt("eval", task, "--help").stdout.decode()
            self.assertIn("Examples:", text)
            for kind in kinds:
                self.assertIn(f"\n  {kind} ", text)


if __name__ == "__main__":
    unittest.main()
