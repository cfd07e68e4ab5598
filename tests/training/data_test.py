"""Readers, augmentation, mixture: every layout, every refusal, the same pictures from any number of processes."""

import contextlib
import io
import os
import sys
import unittest
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from support import TrainingTest, np, scene, torch, write_scenes

from dpt_training.data import Mixture, Part, parse_part
from dpt_training.data import files as layouts
from dpt_training.data.augment import augment
from dpt_training.data.loader import Loader
from dpt_training.data.photometric import change_looks
from dpt_training.data.sample import Sample, disparity_of, random
from dpt_training.data.scenes import SceneFile, SceneStream
from dpt_training.data.stickers import add_stickers, is_flat
from dpt_training.errors import TrainingError
from dpt_training.hf_folder import label_names

RENDERER = """
import sys
sys.path[:0] = {path!r}
from support import np, record, scene
first = int(sys.argv[1])
for k in range(first, first + 1000):
    sys.stdout.buffer.write(record(*scene(np.random.default_rng(k), 32, 16)))
"""


def save(path, array):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path)


class DataTest(TrainingTest):
    def refuses(self, text, function, *arguments):
        with self.assertRaises(TrainingError) as caught:
            function(*arguments)
        self.assertIn(text, str(caught.exception))


class Scenes(DataTest):
    def test_records(self):
        path = write_scenes(self.folder, 5)
        rng = np.random.default_rng(0)
        found = SceneFile(path)
        self.assertEqual(len(found), 5)
        for k in range(5):
            image, depth, labels = scene(rng)
            np.testing.assert_array_equal(found[k].image, image)
            np.testing.assert_array_equal(found[k].labels, labels)
            np.testing.assert_allclose(found[k].disparity, np.where(np.isinf(depth), 0, 1 / depth), rtol=1e-6)

    def test_unknown_depth(self):
        depth = np.array([[np.inf, 0, np.nan, -1, 4]], np.float32)
        np.testing.assert_array_equal(disparity_of(depth), np.array([[0, np.nan, np.nan, np.nan, 0.25]], np.float32))

    def test_refusals(self):
        path = write_scenes(self.folder, 2)
        path.write_bytes(path.read_bytes()[:-1])
        self.refuses("are no multiple of 24576 (records of 64x48)", SceneFile, path)
        self.refuses("name does not end in _WIDTHxHEIGHT.scenes", SceneFile, path.rename(self.folder / "a.scenes"))
        self.refuses("cannot be read", SceneFile, self.folder / "none_8x8.scenes")

    def test_stream(self):
        program = self.folder / "render.py"
        program.write_text(RENDERER.format(path=[str(Path(__file__).parent)]))
        command = f"{sys.executable} {program} {{first}}"

        def expected(number):
            return scene(np.random.default_rng(number), 32, 16)[0]

        streams = [SceneStream(command, (32, 16), 0, reuse=2, window=3) for _ in range(2)]
        for stream in streams:
            self.addCleanup(stream.close)
        for draw in range(40):
            number = streams[0].record_of(draw)
            self.assertTrue(0 <= draw // 2 - number < 3)
            np.testing.assert_array_equal(streams[0].draw(draw).image, expected(number))
        # One that begins later, as a resumed run does.
        np.testing.assert_array_equal(streams[1].draw(31).image, expected(streams[1].record_of(31)))
        # Threads that ask out of order.
        for draw in (51, 40, 50, 41):
            found = streams[1].draw(draw, apart=11).image
            np.testing.assert_array_equal(found, expected(streams[1].record_of(draw)))
        # Anew.
        streams[0].close()
        np.testing.assert_array_equal(streams[0].draw(0).image, expected(0))

    def test_a_stream_that_failed_begins_anew(self):
        bad, program = self.folder / "bad", self.folder / "render.py"
        ending = f"import os, sys\nif os.path.exists({str(bad)!r}):\n    sys.exit(print('half'))\n"
        program.write_text(ending + RENDERER.format(path=[str(Path(__file__).parent)]))
        for first in (" {first}", " 0"):  # the renderer goes to the first record, or its records are skipped
            stream = SceneStream(f"{sys.executable} {program}{first}", (32, 16), 0, reuse=2, window=3)
            self.addCleanup(stream.close)
            for draw in (31, 3):
                number = stream.record_of(draw)
                bad.touch()
                self.refuses("ended after 5 of", stream.draw, draw)
                self.refuses("ended after 5 of", stream.draw, draw)
                bad.unlink()
                image = scene(np.random.default_rng(number), 32, 16)[0]
                np.testing.assert_array_equal(stream.draw(draw).image, image)
                stream.close()

    def test_stream_refusals(self):
        self.refuses("cannot be started", SceneStream("/no/renderer", (32, 16), 0).draw, 0)
        short = SceneStream(f"{sys.executable} -c print(1)", (32, 16), 0)
        self.addCleanup(short.close)
        self.refuses("ended after 2 of 4096 bytes of a record (exit code 0)", short.draw, 0)
        self.refuses("must be at least 1", SceneStream, "x", (8, 8), 0, 0)


class Damaged(DataTest):
    def test_a_damaged_sample_is_left_out(self):
        """Reported once; the pictures of other places stay what they are."""
        rng = np.random.default_rng(0)
        for k in range(4):
            save(self.folder / f"{k}.png", np.full((32, 32, 3), 60 * k, np.uint8))
            save(self.folder / f"{k}.depth.png", rng.integers(1, 5000, (32, 32)).astype(np.uint16))
        (self.folder / "2.depth.png").write_bytes(b"no picture")

        def pictures():
            mixture = Mixture([parse_part(f"pairs,looks=0:{self.folder}", 0)], 0)
            err = io.StringIO()
            with contextlib.redirect_stderr(err):
                found = [mixture.sample(0, i, 40, 32, 32).image.max() for i in range(40)]
            return found, err.getvalue()

        found, text = pictures()
        self.assertEqual(set(found), {0, 60, 180})
        self.assertEqual(text.count("dpt_training: left out: "), 1)
        self.assertIn("2.depth.png: cannot be read as a picture", text)
        self.assertEqual(pictures()[0], found)
        for k in range(4):
            (self.folder / f"{k}.depth.png").write_bytes(b"no picture")
        self.refuses("10 damaged samples in a row", pictures)

    def test_labels_beyond_the_network(self):
        save(self.folder / "a.png", np.zeros((32, 32, 3), np.uint8))
        save(self.folder / "a.labels.png", np.full((32, 32), 21, np.uint8))
        part = parse_part(f"pairs:{self.folder}", 0)
        self.refuses("has label 21, but the network has 20 classes", Mixture([part], 0, 20).sample, 0, 0, 1, 32, 32)
        Mixture([part], 0, 21).sample(0, 0, 1, 32, 32)

    def test_orientation(self):
        """A photo that its EXIF turns lies on its depth as it is shown."""
        exif = Image.Exif()
        exif[0x0112] = 6  # to be turned by 90 degrees clockwise
        Image.fromarray(np.zeros((8, 12, 3), np.uint8)).save(self.folder / "a.jpg", exif=exif)
        save(self.folder / "a.depth.png", np.ones((12, 8), np.uint16))
        self.assertEqual(layouts.pair_folder(self.folder)[0].image.shape, (12, 8, 3))


class Layouts(DataTest):
    def setUp(self):
        super().setUp()
        rng = np.random.default_rng(0)
        self.image = rng.integers(0, 256, (8, 12, 3), np.uint8)
        self.depth = rng.integers(0, 5000, (8, 12)).astype(np.uint16)
        self.depth[0, 0] = 0
        self.labels = rng.integers(0, 151, (8, 12)).astype(np.uint8)

    def check(self, found, unit=None, labels=None):
        np.testing.assert_array_equal(found.image, self.image)
        if unit is None:
            self.assertTrue(np.isnan(found.disparity).all())
        else:
            self.assertTrue(np.isnan(found.disparity[0, 0]))
            np.testing.assert_allclose(found.disparity[1:], unit / self.depth[1:], rtol=1e-5)
        np.testing.assert_array_equal(found.labels, np.zeros((8, 12)) if labels is None else labels)

    def test_pairs(self):
        save(self.folder / "0000.png", self.image)
        save(self.folder / "0000.depth.png", self.depth)
        save(self.folder / "0001.png", self.image)
        save(self.folder / "0001.labels.png", self.labels)
        save(self.folder / "0002.png", self.image)  # nothing is known of it
        found = layouts.pair_folder(self.folder)
        self.assertEqual(len(found), 2)
        self.check(found[0], unit=1000)
        self.check(found[1], labels=self.labels)

    def test_lists(self):
        save(self.folder / "a/rgb.png", self.image)
        save(self.folder / "a/depth.png", self.depth)
        text = "# picture depth focal\n/a/rgb.png a/depth.png 518.8\n\na/rgb.png None 721\n"
        path = self.folder / "list.txt"
        path.write_text(text)
        self.assertEqual(len(layouts.nyu(path, self.folder, self.folder)), 1)
        self.check(layouts.nyu(path, self.folder, self.folder)[0], unit=1000)
        self.check(parse_part(f"kitti:{path}", 0).source[0], unit=256)
        save(self.folder / "gt/a/depth.png", self.depth * 2)
        self.check(parse_part(f"kitti,truth={self.folder}/gt:{path}", 0).source[0], unit=128)
        path.write_text("a/rgb.png\n")
        self.refuses("expected a picture and a depth file", layouts.nyu, path, self.folder, self.folder)

    def test_lists_as_other_programs_write_them(self):
        save(self.folder / "a/rgb.png", self.image)
        save(self.folder / "a/depth.png", self.depth)
        path = self.folder / "list.txt"
        for text in (
            b"\xef\xbb\xbfa/rgb.png a/depth.png\r\n\r\n# end\r\n",
            b"a/rgb.png a/depth.png\0",
            b"\xef\xbb\xbf# one\n\xef\xbb\xbfa/rgb.png a/depth.png\n",
            b"a/rgb.png a/depth.png\r# end\r",
        ):
            path.write_bytes(text)
            found = layouts.nyu(path, self.folder, self.folder)
            self.assertEqual(len(found), 1, text)
            self.check(found[0], unit=1000)
        for coding in ("utf-16", "utf-32"):
            path.write_bytes("a/rgb.png a/depth.png\n".encode(coding))
            self.refuses(f"list.txt: is {coding.upper()} text, expected UTF-8", layouts.nyu, path, path, path)
        path.write_bytes("\u00e9 b\n".encode("latin-1"))
        self.refuses("list.txt: is no UTF-8 text (byte 0)", layouts.nyu, path, path, path)
        path.write_bytes(b"\xef\xbb\xbfwall\r\nfloor\r\n")
        self.assertEqual(label_names(2, path), ["wall", "floor"])

    def test_lists_from_pipes(self):
        save(self.folder / "a/rgb.png", self.image)
        save(self.folder / "a/depth.png", self.depth)
        for with_root in (True, False):
            reading, writing = os.pipe()
            os.write(writing, b"a/rgb.png a/depth.png\n")
            os.close(writing)
            with contextlib.chdir(self.folder):
                part = parse_part(f"nyu{f',root={self.folder}' if with_root else ''}:/dev/fd/{reading}", 0)
                self.check(part.source[0], unit=1000)
            os.close(reading)

    def test_ade20k(self):
        save(self.folder / "annotations/training/b.png", self.labels)
        (self.folder / "images/training").mkdir(parents=True)
        Image.fromarray(self.image).save(self.folder / "images/training/b.jpg", quality=100)
        found = parse_part(f"ade20k,weight=2:{self.folder}", 0)
        self.assertEqual((found.weight, len(found.source)), (2, 1))
        np.testing.assert_array_equal(found.source[0].labels, self.labels)

    def test_pascal_context(self):
        values = self.labels % 60
        save(self.folder / "Context/c.png", values)
        (self.folder / "JPEGImages").mkdir()
        Image.fromarray(self.image).save(self.folder / "JPEGImages/c.jpg")
        (self.folder / "val.txt").write_text("c\n")
        found = parse_part(f"context,split=val:{self.folder}", 0).source
        np.testing.assert_array_equal(found[0].labels, values)

    def test_refusals(self):
        self.refuses("holds no picture of the expected layout", layouts.pair_folder, self.folder)
        self.refuses("cannot be read: No such file", layouts.pair_folder, self.folder / "none")
        self.refuses("cannot be read: No such file", layouts.nyu, self.folder / "none", self.folder, self.folder)
        save(self.folder / "0.png", self.image)
        save(self.folder / "0.depth.png", self.image)
        self.refuses("has mode RGB, expected one channel", layouts.pair_folder(self.folder).__getitem__, 0)
        save(self.folder / "0.depth.png", self.depth[:4])
        self.refuses("is 12x4, but 0.png is 12x8", layouts.pair_folder(self.folder).__getitem__, 0)
        (self.folder / "0.depth.png").write_bytes(b"no picture")
        self.refuses("cannot be read as a picture", layouts.pair_folder(self.folder).__getitem__, 0)

    def test_files_of_dpt_say_what_they_are(self):
        """src/image/codec/origin.h: relative depth and views are no truth; metres are as the file says."""

        def write(name, array, **text):
            info = PngInfo()
            for key, value in text.items():
                info.add_text(key, value)
            Image.fromarray(array).save(self.folder / name, pnginfo=info)

        save(self.folder / "0.png", self.image)
        found = layouts.pair_folder
        write("0.depth.png", self.depth, unit="metre", model="m", scale="0.001", offset="0.5")
        metres = 0.5 + 0.001 * self.depth.astype(np.float64)
        np.testing.assert_allclose(found(self.folder)[0].disparity, 1 / metres, rtol=1e-6)
        write("0.depth.png", self.depth, unit="relative inverse depth", model="m", scale="1", offset="0")
        expected = "0.depth.png: is relative inverse depth by dpt, expected measured depth in metres"
        self.refuses(expected, found(self.folder).__getitem__, 0)
        write("0.depth.png", self.labels, Software="dpt", content="labels", first_class="1")
        self.refuses("0.depth.png: is labels by dpt", found(self.folder).__getitem__, 0)
        (self.folder / "0.depth.png").unlink()
        write("0.labels.png", self.labels, Software="dpt", content="labels", first_class="1")
        np.testing.assert_array_equal(found(self.folder)[0].labels, self.labels)
        write("0.labels.png", self.labels, Software="dpt", content="labels", first_class="0")
        self.refuses("stores the class itself (dpt segment --zero-based)", found(self.folder).__getitem__, 0)
        write("0.labels.png", self.labels, Software="dpt", content="mask")
        self.refuses("0.labels.png: is mask by dpt, expected labels", found(self.folder).__getitem__, 0)

    def test_specifications(self):
        for text, message in (
            ("scenes", "expected KIND[,OPTION=VALUE]...:WHERE"),
            ("shards:x", "data kind 'shards': expected scenes"),
            ("pairs,weight:x", "option 'weight' has no value"),
            ("pairs,weight=a:x", "weight 'a' is no number from 0 on"),
            ("pairs,looks=-1:x", "looks '-1' is no number from 0 on"),
            ("pairs,weight=nan:x", "weight 'nan' is no number from 0 on"),
            ("stream:render", "needs size=WIDTHxHEIGHT"),
            ("stream,size=8:render", "size '8': expected WIDTHxHEIGHT"),
            ("scenes:/none/*.scenes", "/none/*.scenes: no such file or folder"),
        ):
            self.refuses(message, parse_part, text, 0)
        write_scenes(self.folder)
        self.refuses("scenes has no option 'root'", parse_part, f"scenes,root=x:{self.folder}/*.scenes", 0)
        self.refuses("give --data at least once", Mixture, [], 0)
        part = parse_part(f"scenes:{self.folder}/*.scenes", 0)
        self.refuses("must be above 0", Mixture, [Part(part.source, 0.0)], 0)


class Augmentation(DataTest):
    def sample(self):
        image, depth, labels = scene(np.random.default_rng(3), 96, 64)
        return Sample(image, disparity_of(depth), labels)

    def test_depth_and_labels_stay_together(self):
        """Nearest neighbour: every pair of values was in the picture, and a box's colour stays with its label."""
        sample = self.sample()
        pairs = set(zip(sample.disparity.ravel().tolist(), sample.labels.ravel().tolist()))
        for k in range(20):
            found = augment(sample, 32, 64, random(0, k), strength=0)
            self.assertEqual((found.image.shape, found.disparity.shape), ((32, 64, 3), (32, 64)))
            self.assertLessEqual(set(zip(found.disparity.ravel().tolist(), found.labels.ravel().tolist())), pairs)
            sky = found.image[found.labels == 1]
            if len(sky) > 200:
                self.assertLess(np.abs(np.median(sky, 0) - sample.image[sample.labels == 1][0]).max(), 8)

    def test_a_turned_picture_stays_on_its_depth(self):
        """A wall whose colour and disparity both tell the column, and one that tells the row, rolled together."""
        x, y = np.meshgrid(np.arange(96), np.arange(64))
        image = np.stack([2 * x, 3 * y, np.full_like(x, 90)], 2).astype(np.uint8)
        sample = Sample(image, (x / 96).astype(np.float32), (y // 8).astype(np.uint8))
        slopes = []
        for k in range(60):
            found = augment(sample, 32, 64, random(2, k), strength=0)
            off = np.abs(found.image[..., 0] / 2 - found.disparity * 96)
            self.assertLess(np.percentile(off, 90), 2.5)
            off = np.abs(found.image[..., 1] / 3 - found.labels * 8.0 - 3.5)
            self.assertLess(np.percentile(off, 90), 6.5)
            down = found.disparity[-1].mean() - found.disparity[0].mean()
            across = found.disparity[:, -1].mean() - found.disparity[:, 0].mean()
            slopes.append(abs(down / across))
        self.assertGreater(sum(s > 0.05 for s in slopes), 4)
        self.assertGreater(sum(s < 0.02 for s in slopes), 30)

    def test_stickers_lie_on_planes(self):
        """The left half is a plane, the right half is rough, the top is sky: only the plane changes."""
        rng = np.random.default_rng(5)
        y, x = np.mgrid[:96, :128].astype(np.float32)
        disparity = 0.2 + 0.004 * y + 0.001 * x
        disparity[:, 64:] *= rng.uniform(0.5, 1.5, (96, 64))
        disparity[:24] = 0
        image = np.full((96, 128, 3), 120, np.uint8)
        changed = 0
        for k in range(40):
            found = add_stickers(image, disparity, random(3, k))
            differs = (found != image).any(2)
            self.assertFalse(differs[:, 64:].any() or differs[:24].any())
            changed += differs.any()
        self.assertGreater(changed, 15)
        self.assertEqual(image.min(), 120)  # the given one stays
        disparity[40, 30] = np.nan
        self.assertFalse(is_flat(disparity[30:50, 20:40], np.ones((20, 20), bool)))

    def test_looks_change_in_many_ways_and_stay_pictures(self):
        image = self.sample().image
        seen = set()
        for k in range(50):
            found = change_looks(image, random(1, k), 1.0)
            self.assertEqual((found.shape, found.dtype), (image.shape, np.uint8))
            seen.add(found.tobytes())
        self.assertGreater(len(seen), 45)
        np.testing.assert_array_equal(change_looks(image, random(1, 0), 0.0), image)


class Mixing(DataTest):
    def mixture(self, seed=0):
        parts = []
        for k, weight in ((0, 3.0), (1, 1.0)):
            folder = self.folder / str(k)
            folder.mkdir(exist_ok=True)
            parts.append(Part(SceneFile(write_scenes(folder, seed=k)), weight))
        return Mixture(parts, seed)

    def test_shares_follow_the_weights(self):
        mixture = self.mixture()
        picked = [mixture.part_of(step, index)[0] for step in range(100) for index in range(16)]
        self.assertAlmostEqual(np.mean(picked), 0.25, delta=0.04)

    def test_the_same_pictures_from_any_place(self):
        def batches(first, count, batch, parts, rank, processes):
            loader = Loader(self.mixture(), lambda step: [(32, 64), (64, 32)], batch, parts, rank, processes)
            steps = loader.steps(first)
            found = [torch.cat([b.image for b in next(steps)]) for _ in range(count)]
            loader.close()
            return found

        whole = batches(0, 4, 8, 1, 0, 1)
        self.assertEqual({tuple(b.shape[2:]) for b in whole}, {(32, 64), (64, 32)})
        for a, b in zip(whole[2:], batches(2, 2, 8, 1, 0, 1)):
            self.assertTrue(torch.equal(a, b))
        halves = [batches(0, 4, 2, 2, rank, 2) for rank in (0, 1)]
        for step, a in enumerate(whole):
            self.assertTrue(torch.equal(a, torch.cat([h[step] for h in halves])))

    def test_other_seeds_give_other_pictures(self):
        one, two = (self.mixture(seed).sample(0, 0, 1, 32, 32).image for seed in (0, 1))
        self.assertFalse(np.array_equal(one, two))


if __name__ == "__main__":
    unittest.main()
