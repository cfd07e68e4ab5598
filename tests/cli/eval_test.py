"""dpt eval against formulas written here in numpy: 200 seeded pairs, whole and in merged shares."""

import csv
import io
import json
import unittest

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
                ("none", "none", 10),
                ("median", "garg", 10),
                ("scale-shift", "eigen-kitti", 10),
                ("scale-shift", "none", 4),
            ):
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
        values = figures(
            np.clip(self.cases[0][0], 1e-3, 10).astype(np.float64)[45:471, 41:601],
            truth[45:471, 41:601].astype(np.float64),
        )
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
            for key, value in picture.items():
                self.assertEqual(row[key] and type(value)(row[key]), "" if value is None else value)


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
            write_png(
                self.folder / f"{name}.t.png", np.arange(height * width).reshape(height, width).astype(np.uint8) % 8
            )
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


if __name__ == "__main__":
    unittest.main()
