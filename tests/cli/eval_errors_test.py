"""What dpt eval refuses, and in which words."""

import json
import shutil
import unittest
import zlib

import numpy as np
from support import TINY, CliTest, read_png, write_png

DEPTH, LABELS = ("-m", TINY / "vit-depth"), ("-m", TINY / "vit-segmentation")


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
            (2, "ade20k: expected one of nyu, kitti, middlebury, tum, pairs, diw, list", ["depth", "ade20k", "d"]),
            (2, "data set nyu: expected one of ade20k, pascal-context, list", ["segment", "nyu", "d"]),
            (2, "--truth are for kitti, diw and list, not pairs", ["depth", "pairs", "d", "--images", "d"]),
            (
                2,
                "--truth-scale and --truth-kind are for list, not pairs",
                ["depth", "pairs", "d", "--truth-scale", "5"],
            ),
            (2, "--predictions and -m: expected one of them", ["depth", "pairs", "d", *DEPTH, "--predictions", "d"]),
            (
                2,
                "--prediction-scale and --prediction-kind are for --predictions",
                ["depth", "pairs", "d", "--prediction-scale", "2"],
            ),
            (
                2,
                "--min-depth is 9 and the cap 8, expected less",
                ["depth", "pairs", "d", *DEPTH, "--min-depth", "9", "--cap", "8"],
            ),
            (
                2,
                "--json, --csv and --html: only one of them may be -",
                ["depth", "pairs", "d", *DEPTH, "--json", "-", "--csv", "-"],
            ),
            (
                2,
                "--json and --csv: both are r, expected files of their own",
                ["depth", "pairs", "d", *DEPTH, "--json", "r", "--csv", "r"],
            ),
            (
                2,
                "--csv and --html: both are ./d/../r, expected files of their own",
                ["depth", "pairs", "d", *DEPTH, "--csv", "r", "--html", "./d/../r"],
            ),
            (2, "--json and --html: both are x", ["merge", "r", "--json", "x", "--html", "x"]),
            (2, "--shard 3/2: expected i/n", ["depth", "pairs", "d", *DEPTH, "--shard", "3/2"]),
            (3, "is a segmentation model, expected a depth model", ["depth", "pairs", "d", *LABELS]),
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
            (1, "d/a.png: cannot make the folder", ["depth", "pairs", "d", *DEPTH, "--html", "d/a.png/r.html"]),
            (1, "d/: cannot write: is a folder", ["depth", "pairs", "d", *DEPTH, "--csv", "d/"]),
        ):
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
        ):
            with self.subTest(error):
                self.fails(2, error, "eval", *given, *arguments)
        for views in ((), ("--flip",)):
            error = "is a depth model, expected a segmentation model"
            self.fails(3, error, "eval", *given, *DEPTH, "--classes", "1", *views)
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
        found = json.loads(
            self.dpt(*options, "--prediction-scale", 1000, "--prediction-kind", "depth", "--json", "-").stdout
        )
        self.assertLess(found["summary"]["abs_rel"], 1e-6)
        (self.folder / "p/b.depth.npz").write_text("PK no archive")
        self.fails(1, "the NPZ file has no directory", *options, "--prediction-scale", 1000)

    def test_a_photo_that_only_the_report_needs(self):
        self.dpt("depth", *DEPTH, "d", "-o", "p/", "--no-color")
        (self.folder / "d/b.png").unlink()
        options = ("eval", "depth", "pairs", "d", "--predictions", "p")
        done = self.fails(0, "--html: d/b.jpg: cannot open", *options, "--html", "r.html")
        self.assertIn("3 pictures\n", done.stdout.decode())
        self.assertEqual((self.folder / "r.html").read_text().count("<img"), 8)

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

    def test_a_damaged_prediction_does_not_end_the_run(self):
        self.dpt("depth", *DEPTH, "d/a.png", "d/b.png", "d/c.png", "-o", "p/", "--no-color")
        (self.folder / "p/a.depth.png").write_bytes(b"\x89PNG\r\n\x1a\njunk")
        options = ("eval", "depth", "pairs", "d", "--predictions", "p", "--json", "-")
        done = self.fails(1, "p/a.depth.png: ", *options)
        self.assertEqual(done.stderr.count(b"\n"), 1)
        found = json.loads(done.stdout)
        self.assertEqual([p["index"] for p in found["failed"]], [0])
        self.assertEqual((found["evaluated"], found["setting"]["prediction"]), (2, "inverse"))
        write_png(self.folder / "p/a.depth.png", np.zeros((3, 3), np.uint16))  # says nothing of its values
        self.assertEqual(json.loads(self.fails(1, "has no scale", *options).stdout)["evaluated"], 2)

    def test_truth_of_which_nothing_counts(self):
        for name in "abc":
            height, width = read_png(self.folder / f"d/{name}.png")[0].shape[:2]
            write_png(self.folder / f"d/{name}.depth.png", np.zeros((height, width), np.uint16))
        options = ("eval", "depth", "pairs", "d", *DEPTH, "-q")
        error = "no pixel of the truth counts: none is inside --crop and between --min-depth and --cap\n"
        done = self.fails(1, error, *options, "--json", "whole.json")
        self.assertEqual(done.stderr.count(b"\n"), 1)
        self.assertIn("3 pictures, 3 without valid truth", done.stdout.decode())
        for i in (1, 2):  # what a share lacks another one may have
            self.dpt(*options, "--shard", f"{i}/2", "--json", f"{i}.json")
        self.fails(1, error, "eval", "merge", "1.json", "2.json")
        (self.folder / "d/b.png").write_text("no picture")
        done = self.fails(1, "b.png: ", *options)
        self.assertIn("no pixel of the truth counts", done.stderr.decode())
        (self.folder / "list.txt").write_text("d/a.png d/a.depth.png\n")
        self.fails(1, "no pixel of the truth counts: all have labels that are ignored",
                   "eval", "segment", "list", "list.txt", *LABELS)  # fmt: skip

    def test_labels(self):
        (self.folder / "list.txt").write_text("d/a.png t.png\n")
        write_png(self.folder / "t.png", np.ones((2, 3), np.uint8))
        write_png(self.folder / "p/d/a.png", np.ones((3, 3), np.uint8))
        options = ("eval", "segment", "list", "list.txt", "--predictions", "p", "--classes", 2)
        self.fails(1, "d/a.png: the labels are 3x3, the truth 3x2", *options)
        np.save(self.folder / "p/d/a.npy", np.ones((2, 3), np.float32))
        (self.folder / "p/d/a.png").unlink()
        self.fails(1, "a.npy: NPY of float32, expected labels of an integer type", *options)
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
        self.dpt(*run, "none.json", "--shard", "4/4")
        self.dpt("eval", "merge", "1.json", "2.json", "3.json", "none.json")
        (self.folder / "none.json").unlink()
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
            ({"pictures": [{"index": 0}]}, 'is no result of dpt eval: an object without "picture"'),
            ({"pictures": [{**good["pictures"][0], "abs_rel": "x"}]}, '"abs_rel" is "x", expected a number'),
            ({"setting": 3}, '"setting" is 3, expected an object'),
            (
                {"task": "segmentation", "pictures": [], "confusion": [[1, 2], [3, 4]], "classes": []},
                "the confusion matrix has 4",
            ),
            ({"task": "segmentation", "pictures": [], "confusion": [[1, 2]], "classes": []}, "0 names of 1 classes"),
            ({"task": "segmentation", "pictures": [], "confusion": [[1, -2]], "classes": []}, "-2 is no number"),
            (
                {"task": "segmentation", "pictures": [], "confusion": 400 * [401 * [10**16]], "classes": []},
                "the confusion matrix counts fewer than 0 or more than 9223372036854775807 pixels",
            ),
        ):
            with self.subTest(error):
                (self.folder / "bad.json").write_text(json.dumps({**good, **change}))
                self.fails(1, error, "eval", "merge", "bad.json")
        for text, error in (
            ("[" * 100000, "bad.json: is no result of dpt eval: lists and objects in one another deeper than 8"),
            (json.dumps(good).replace('"samples": 3', '"samples": ' + 100000 * "[" + 100000 * "]"), "deeper than 8"),
            ('{"samples": [3]}', 'bad.json: is no result of dpt eval: an object without "format"'),
            ("\x00\x1b[31m", "bad.json: is no result of dpt eval: it is no JSON"),
        ):
            (self.folder / "bad.json").write_text(text)
            done = self.fails(1, error, "eval", "merge", "bad.json")
            self.assertEqual(done.stderr.count(b"\n"), 1)
        (self.folder / "bad.json").write_text(json.dumps({**good, "samples": 4}))
        error = "bad.json: is of another data set than the first file, with 4 pictures and not 3"
        self.fails(1, error, "eval", "merge", "2.json", "bad.json")

    def test_merge_refuses_parts_of_other_options(self):
        """Whatever changes figures is in the parts, and the difference is named."""

        def check(run, options, name, here, first, given=()):
            self.dpt(*run, *given, "--shard", "1/2", "--json", "1.json", "-q")
            self.dpt(*run, *options, "--shard", "2/2", "--json", "2.json", "-q")
            with self.subTest(options=options):
                error = f"dpt: 2.json: {name} is {here}, that of the first file {first}\n"
                done = self.fails(1, error, "eval", "merge", "1.json", "2.json")
                self.assertEqual(done.stderr.count(b"\n"), 1)

        shutil.copytree(TINY / "hybrid-depth", self.folder / "hybrid")
        hybrid = ("-m", "hybrid")
        depth = ("eval", "depth", "pairs", "d")
        check((*depth, *hybrid), ["--align", "median"], "align", "median", "scale-shift")
        check((*depth, *hybrid), ["--crop", "garg"], "crop", "garg", "none")
        check((*depth, *hybrid), ["--min-depth", 0.5], "min_depth", "0.5", "0.001")
        check((*depth, *hybrid), ["--upsample", "bicubic"], "upsample", "bicubic", "bilinear")
        check((*depth, *hybrid), ["--whdr-samples", 9], "whdr", "9 pairs, seed 0", "not given")
        check((*depth, *hybrid), ["--no-exif-orientation"], "exif_orientation", "not applied", "not given")
        aspect = "hf 96x96 keeping the aspect, multiples of 32"
        check((*depth, *hybrid), ["--keep-aspect"], "input", aspect, "hf 96x96, multiples of 1")
        check((*depth, *hybrid), ["--input-size", 64], "input", "hf 64x64, multiples of 32", "hf 96x96, multiples of 1")
        check((*depth, *hybrid), ["--weight-standardization", "deviation"], "weight_standardization", "deviation",
              "variance")  # fmt: skip
        found = json.loads(self.dpt(*depth, *hybrid, "--precision", "bf16", "--json", "-").stdout)
        if found["setting"]["precision"] != "fp32":  # this processor has a unit for it
            check((*depth, *hybrid), ["--precision", "bf16"], "precision", "bf16", "fp32")
        config = self.folder / "hybrid/config.json"
        self.dpt(*depth, *hybrid, "--shard", "1/2", "--json", "1.json", "-q")
        config.write_text(config.read_text() + "\n")
        self.dpt(*depth, *hybrid, "--shard", "2/2", "--json", "2.json", "-q")
        self.fails(1, "2.json: sha256 is ", "eval", "merge", "1.json", "2.json")

        self.dpt("depth", *DEPTH, "d/a.png", "d/b.png", "d/c.png", "-o", "p/", "--no-color")
        lines = ["d/a.png d/a.depth.png\n", "d/b.png d/b.depth.png\n"]
        (self.folder / "list.txt").write_text("".join(lines))
        files = ("eval", "depth", "list", "list.txt", "--predictions", "p")
        check(files, ["--prediction-scale", 2], "prediction_scale", "2", "not given")
        check(files, ["--prediction-kind", "depth", "--align", "scale-shift"], "prediction", "depth", "inverse")
        check(files, ["--truth-scale", 1000], "truth_scale", "1000", "500", given=["--truth-scale", 500])
        check(files, ["--truth-kind", "disparity"], "truth_kind", "disparity", "depth")
        (self.folder / "turned.txt").write_text("".join(lines[::-1]))
        turned = ("eval", "depth", "list", "turned.txt", "--predictions", "p")
        self.dpt(*files, "--shard", "1/2", "--json", "1.json", "-q")
        self.dpt(*turned, "--shard", "2/2", "--json", "2.json", "-q")
        self.fails(1, "2.json: names is ", "eval", "merge", "1.json", "2.json")

        for name in "ab":
            height, width = read_png(self.folder / f"d/{name}.png")[0].shape[:2]
            write_png(self.folder / f"d/{name}.depth.png", np.ones((height, width), np.uint8))
            write_png(self.folder / f"l/{name}.png", np.ones((height, width), np.uint8))
        model = ("eval", "segment", "list", "list.txt", *LABELS)
        check(model, ["--scales", 1], "scales", "1", "not given")
        check(model, ["--scales", 1, "--flip"], "scales", "1, mirrored too", "1", given=["--scales", 1])
        check(model, ["--window", 64], "window", "64", "96", given=["--window", 96])
        check(model, ["--window", 64, "--stride", 32], "stride", "32", "42", given=["--window", 64])
        check(model, ["--ignore-label", 7], "ignored", "7", "0")
        files = ("eval", "segment", "list", "list.txt", "--predictions", "l", "--classes", 2)
        check(files, ["--zero-based"], "zero_based", "yes", "not given")
        check(files, ["--truth-zero-based", "--ignore-label", 0], "truth_zero_based", "yes", "not given")

    def test_help_has_the_data_sets(self):
        for task, kinds in (
            ("depth", ("nyu", "kitti", "middlebury", "tum", "pairs", "list")),
            ("segment", ("ade20k", "list")),
        ):
            text = self.dpt("eval", task, "--help").stdout.decode()
            self.assertIn("Examples:", text)
            for kind in kinds:
                self.assertIn(f"\n  {kind} ", text)


if __name__ == "__main__":
    unittest.main()
