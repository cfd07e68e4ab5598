"""The data sets of dpt eval as tiny trees, and its reports."""

import base64
import html.parser
import json
import unittest

import numpy as np
from support import TINY, CliTest, read_png, write_png

DEPTH, LABELS = ("-m", TINY / "vit-depth"), ("-m", TINY / "vit-segmentation")


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
        (self.folder / "split.txt").write_text(
            "/day/a.png drive/a.png 721.5\nday/b.png None 721.5\n/day/c.png drive/a.png 7\n"
        )
        found = self.score("kitti", "split.txt", "--images", "raw", "--truth", "gt", names=["day/a", "day/c"])
        self.assertEqual((found["missing"], found["samples"], found["setting"]["cap"]), (1, 2, "80"))
        table = self.dpt("eval", "depth", "kitti", "split.txt", "--truth", "gt", "--predictions", "p").stdout.decode()
        self.assertIn("2 pictures, 1 more of the list without truth\n", table)
        # As training/ reads it: one root for both, which is the list's folder where nothing else is said.
        self.codes("root/gt/a.png", 256)
        (self.folder / "root/eigen.txt").write_text("raw/a.png /gt/a.png 721.5377\n/raw/b.png None 721.5377\n")
        self.score("kitti", "root/eigen.txt", names=["raw/a"])
        (self.folder / "root/eigen.txt").rename(self.folder / "eigen.txt")
        self.score("kitti", "eigen.txt", "--images", "root", "--truth", "root", names=["raw/a"])
        (self.folder / "split.txt").write_text("alone\n")
        self.fails(
            1, 'split.txt: line 1 is "alone", expected PICTURE DEPTH|None FOCAL', "eval", "depth", "kitti", "split.txt"
        )

    def test_kitti_crop(self):
        truth = np.linspace(2, 70, 375 * 1242).reshape(375, 1242)
        self.codes("a.gt.png", 256, truth)
        (self.folder / "split.txt").write_text("a.png a.gt.png 721\n")
        np.save(self.folder / "a.npy", truth[23:, 13:1229].astype(np.float32))
        options = (
            "eval",
            "depth",
            "kitti",
            "split.txt",
            "--predictions",
            ".",
            "--prediction-kind",
            "depth",
            "--json",
            "-",
        )
        found = json.loads(self.dpt(*options, "--kitti-crop").stdout)
        self.assertEqual(found["setting"]["crop"], "garg")
        self.assertEqual(found["pictures"][0]["valid"], (371 - 153) * (1197 - 44))
        self.assertEqual(found["summary"]["delta1"], 1)
        whole = json.loads(self.dpt(*options, "--kitti-crop", "--crop", "none").stdout)
        self.assertEqual(whole["pictures"][0]["valid"], 352 * 1216)
        self.assertEqual(whole["summary"]["delta1"], 1)
        np.save(self.folder / "a.npy", (1 / truth[23:, 13:1229]).astype(np.float32))
        relative = (*options[:6], "--prediction-kind", "inverse", "--json", "-", "--kitti-crop")
        found = json.loads(self.dpt(*relative).stdout)
        self.assertEqual((found["setting"]["crop"], found["setting"]["align"]), ("none", "scale-shift"))
        self.assertEqual(found["pictures"][0]["valid"], 352 * 1216)
        self.assertLess(found["summary"]["abs_rel"], 1e-2)
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
        calibration = (
            f"cam0=[{focal} 0 1244; 0 {focal} 1019; 0 0 1]\ncam1=[1 0 2]\ndoffs={offset}\nbaseline={baseline}\n"
        )
        (scene / "calib.txt").write_text(calibration)
        found = self.score("middlebury", "d", names=["Motorcycle/im0"])
        self.assertEqual(found["pictures"][0]["valid"], 11)
        (scene / "calib.txt").write_text("doffs=1\n")
        error = "calib.txt: expected lines cam0=[f ...], doffs= and baseline="
        self.fails(1, error, "eval", "depth", "middlebury", "d", *DEPTH)

    def test_tum(self):
        for name in "abc":
            self.codes(f"d/depth/{name}.png", 5000)
        (self.folder / "d/rgb.txt").write_text(
            "# color\n10.000 rgb/1.png\n10.1 rgb/2.png\n10.5 rgb/3.png\n11 rgb/4.png\n"
        )
        (self.folder / "d/depth.txt").write_text(
            "# depth\n9.99 depth/a.png\n10.015 depth/b.png\n10.119 depth/c.png\n10.53 depth/a.png\n"
        )
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
        self.fails(
            1, 'list.txt: line 1 is "a.jpg", expected PICTURE TRUTH [PAIRS]', "eval", "depth", "list", "list.txt"
        )

    def test_diw(self):
        """Depth in the Wild: a picture's line, then its points, y before x, from 1; beyond the rim means at it."""
        lines = "./DIW_test/a.thumb\n1,1,3,4,<,4,3\n./DIW_test/b.thumb\n1,1,9,9,>,4,3\n"
        (self.folder / "DIW_test.csv").write_text(lines)
        (self.folder / "p").mkdir()
        nearer_first = np.linspace(1, 0, 12, dtype=np.float32).reshape(3, 4)
        for name in "ab":
            np.save(self.folder / f"p/{name}.npy", nearer_first)
        options = ("eval", "depth", "diw", "DIW_test.csv", "--predictions", "p", "--json", "-")
        found = json.loads(self.dpt(*options).stdout)
        self.assertEqual([p["whdr"] for p in found["pictures"]], [0, 1])
        self.assertEqual([p["picture"] for p in found["pictures"]], ["DIW_test/a", "DIW_test/b"])
        self.assertEqual(found["summary"]["whdr"], 0.5)
        for lines, error in (
            ("a.thumb\n1,1,3,4,=,4,3\n", "line 2 is \"1 1 3 4 = 4 3\", expected yA,xA,yB,xB,>|<,WIDTH,HEIGHT"),
            ("a.thumb\n1,1,3,4,<,4,0\n", "expected yA,xA,yB,xB,>|<,WIDTH,HEIGHT"),
            ("a.thumb\n1,1,3,4,<,4,3\nb.thumb\n", "line 3 is \"b.thumb\", expected a PICTURE, and its points"),
        ):
            (self.folder / "DIW_test.csv").write_text(lines)
            self.fails(1, error, *options)

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

    def test_pascal_context_as_training_has_it(self):
        self.labels("d/Context/2008_1.png", [[0, 1, 59, 255]])
        self.picture("d/JPEGImages/2008_1.jpg", "tiny_gray.png")
        self.labels("p/2008_1.png", [[1, 1, 2, 1]])
        (self.folder / "d/val.txt").write_text("2008_1\n\n")
        options = ("eval", "segment", "pascal-context", "d", "--predictions", "p", "--json", "-", "--html", "r.html")
        found = json.loads(self.dpt(*options).stdout)
        self.assertEqual([p["picture"] for p in found["pictures"]], ["2008_1"])
        self.assertEqual((found["confusion"][0][0], found["confusion"][58][1]), (1, 1))


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
            ramp = np.linspace(1000, 5000, width) * np.ones((height, 1)) + random.uniform(
                0, 300 + 1000 * i, (height, width)
            )
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

    def test_html_of_merged_shares(self):
        """What the shares' own reports show is shown: of all, the pictures that one run would show."""
        self.pairs(["a", "b", "c", "d", "e", "f"])
        options = ("eval", "depth", "pairs", "d", *DEPTH, "--show", 1)
        self.dpt(*options, "--html", "whole.html", "--json", "whole.json")
        for k in (1, 2):
            self.dpt(*options, "--shard", f"{k}/2", "--html", f"{k}.html", "--json", f"{k}.json")
        self.dpt("eval", "merge", "1.json", "2.json", "--show", 1, "--html", "m.html", "--json", "m.json")
        whole, merged = Parser(), Parser()
        whole.feed((self.folder / "whole.html").read_text())
        merged.feed((self.folder / "m.html").read_text())
        self.assertEqual(len(whole.images), 8)
        self.assertEqual((merged.images, merged.text), (whole.images, whole.text))
        self.assertEqual((self.folder / "m.json").read_bytes(), (self.folder / "whole.json").read_bytes())
        text = (self.folder / "1.json").read_text()
        (self.folder / "1.json").write_text(text.replace("iVBOR", "<script>", 1))
        self.fails(1, '1.json: is no result of dpt eval: "png" is no base64', "eval", "merge", "1.json", "2.json")

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
            self.dpt(
                "depth", *DEPTH, "d", "-o", f"{suffix}/", "--format", suffix, "--upsample", "bilinear", "--no-color"
            )
            by_file = json.loads(self.dpt(*options, "--predictions", suffix).stdout)
            self.assertEqual(by_file["pictures"], by_model["pictures"], suffix)
        self.dpt("depth", *DEPTH, "d", "-o", "png/", "--upsample", "bilinear", "--no-color")
        by_file = json.loads(self.dpt(*options, "--predictions", "png").stdout)
        self.assertAlmostEqual(by_file["summary"]["abs_rel"], by_model["summary"]["abs_rel"], 3)
        self.assertEqual(by_file["setting"]["prediction"], "inverse")
        bicubic = json.loads(self.dpt(*options, *DEPTH, "--upsample", "bicubic").stdout)
        self.assertNotEqual(bicubic["pictures"], by_model["pictures"])


if __name__ == "__main__":
    unittest.main()
