"""dpt-scenes: its records and pictures, read without our code."""

import os
import pty
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import numpy as np

os.environ.setdefault("DPT_BINARY", "unused")
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "cli"))
from support import read_png  # noqa: E402

SCENES = os.environ["DPT_SCENES"]
WIDTH, HEIGHT = 64, 48
PIXELS = WIDTH * HEIGHT
SMALL = ("--size", f"{WIDTH}x{HEIGHT}", "--variants", "1")


def records(data, bytes_per_pixel=8):
    """[(rgb, depth, labels, rest)]"""
    size = PIXELS * bytes_per_pixel
    assert len(data) % size == 0, len(data)
    found = []
    for i in range(len(data) // size):
        r = data[i * size : (i + 1) * size]
        found.append(
            (
                np.frombuffer(r, np.uint8, 3 * PIXELS).reshape(HEIGHT, WIDTH, 3),
                np.frombuffer(r, "<f4", PIXELS, 3 * PIXELS).reshape(HEIGHT, WIDTH),
                np.frombuffer(r, np.uint8, PIXELS, 7 * PIXELS).reshape(HEIGHT, WIDTH),
                np.frombuffer(r, np.int8, -1, 8 * PIXELS),
            )
        )
    return found


class Scenes(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_scenes(self, *arguments, code=0):
        done = subprocess.run(
            [SCENES, *map(str, arguments)], cwd=self.folder, capture_output=True, timeout=300, check=False
        )
        self.assertEqual(done.returncode, code, done.stderr.decode())
        return done

    def test_interruption(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            for output in (("-o", "out"), ("--raw", "a.scenes")):
                command = [SCENES, *SMALL, *output, "--count", "1000000"]
                process = subprocess.Popen(command, cwd=self.folder, stderr=subprocess.PIPE)
                time.sleep(1)
                process.send_signal(number)
                message = process.communicate(timeout=60)[1].decode()
                self.assertEqual(process.returncode, 130)
                self.assertRegex(message, r"^dpt-scenes: interrupted after \d+ scenes(; no file is left)?\n$")
        self.assertEqual([p.name for p in self.folder.iterdir()], ["out"])

    def fails(self, code, text, *arguments):
        message = self.run_scenes(*arguments, code=code).stderr.decode()
        self.assertIn(text, message)
        self.assertEqual(len(message.splitlines()), 1, message)

    def test_records_do_not_depend_on_threads_or_count(self):
        one = self.run_scenes(*SMALL, "--raw", "-", "--count", 20, "--threads", 1).stdout
        two = self.run_scenes(*SMALL, "--raw", "-", "--count", 20, "--threads", 2).stdout
        self.assertEqual(one, two)
        self.run_scenes(*SMALL, "--raw", "later.scenes", "--first", 15, "--count", 5)
        self.assertEqual((self.folder / "later.scenes").read_bytes(), one[15 * PIXELS * 8 :])
        other = self.run_scenes(*SMALL, "--raw", "-", "--count", 1, "--seed", 2).stdout
        self.assertNotEqual(other, one[: PIXELS * 8])
        for rgb, depth, labels, _ in records(one):
            self.assertGreater(rgb.std(), 0)
            self.assertTrue((depth > 0).all())
            self.assertTrue((labels[np.isinf(depth)] == 3).all(), "only the sky is infinitely far")
            self.assertLessEqual(labels.max(), 150)

    def test_normals_are_of_unit_length(self):
        found = records(self.run_scenes(*SMALL, "--raw", "-", "--count", 4, "--normals").stdout, 11)
        for _, depth, _, normals in found:
            length = np.linalg.norm(normals.reshape(-1, 3).astype(float), axis=1).reshape(depth.shape)
            self.assertTrue((np.abs(length[np.isfinite(depth)] - 127) < 1.5).all())
            self.assertTrue((length[np.isinf(depth)] == 0).all())

    def test_a_terminal_is_told_what_was_written(self):
        for text, *arguments in (
            (r"wrote 2 scenes to a/b/ \(\d+ s\)\r\n", "-o", "a/b"),
            (r"wrote 2 scenes to c/d/x.scenes \(\d+ s\)\r\n", "--raw", "c/d/x.scenes"),
            ("", "--raw", "/dev/null"),
        ):
            ours, its = pty.openpty()
            command = [SCENES, *SMALL, *arguments, "--count", "2"]
            subprocess.run(command, cwd=self.folder, stderr=its, check=True, timeout=120)
            os.set_blocking(ours, False)
            try:
                shown = os.read(ours, 1000).decode()
            except BlockingIOError:
                shown = ""
            os.close(its)
            os.close(ours)
            self.assertRegex(shown, f"^{text}$")

    def test_pictures_hold_what_the_records_hold(self):
        self.run_scenes(*SMALL, "-o", "out", "--count", 2)
        self.run_scenes(*SMALL, "--raw", "r.scenes", "--count", 2)
        for i, (rgb, depth, labels, _) in enumerate(records((self.folder / "r.scenes").read_bytes())):
            stem = self.folder / "out" / f"{i:06}"
            np.testing.assert_array_equal(read_png(f"{stem}.png")[0], rgb)
            np.testing.assert_array_equal(read_png(f"{stem}.labels.png")[0], labels)
            mm = np.where(depth < 65.535, np.floor(depth * 1000 + 0.5), 0)
            self.assertLessEqual(np.abs(read_png(f"{stem}.depth.png")[0] - mm).max(), 1)
            self.assertTrue(Path(f"{stem}.normals.png").is_file())

    def test_a_stream_goes_on_until_the_reader_stops(self):
        program = subprocess.Popen([SCENES, *SMALL, "--raw", "-"], stdout=subprocess.PIPE)
        self.addCleanup(program.stdout.close)
        self.assertEqual(len(program.stdout.read(PIXELS * 8 * 40)), PIXELS * 8 * 40)
        program.stdout.close()
        self.assertNotEqual(program.wait(timeout=60), 0)

    def test_pipes_and_devices_are_written_to_and_stay(self):
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE) as reader:
            self.run_scenes(*SMALL, "--raw", pipe, "--count", 3)
            found = reader.communicate()[0]
        self.assertTrue(pipe.is_fifo())
        self.assertEqual(found, self.run_scenes(*SMALL, "--raw", "-", "--count", 3).stdout)
        self.run_scenes(*SMALL, "--raw", "/dev/null", "--count", 1)
        self.assertTrue(Path("/dev/null").is_char_device())
        self.fails(1, "/dev/full: cannot write", *SMALL, "--raw", "/dev/full", "--count", 1)

    def test_only_wanted_kinds(self):
        kinds = ("rooms", "corridors", "suburbs", "parks", "landscapes", "solids")
        others = [argument for kind in kinds for argument in (f"--{kind}", 0)]
        found = records(self.run_scenes(*SMALL, *others, "--raw", "-", "--count", 6).stdout)
        for _, _, labels, _ in found:
            self.assertFalse(np.isin([4, 6], labels).any(), "a street has no floor and no ceiling")

    def test_close_ups(self):
        def middles(share):
            found = records(self.run_scenes(*SMALL, "--raw", "-", "--count", 12, "--close-ups", share).stdout)
            return [depth[depth.shape[0] // 2, depth.shape[1] // 2] for _, depth, _, _ in found]

        self.assertLess(np.median(middles(1)), 0.8 * np.median(middles(0)))

    def test_photographs_as_textures(self):
        (self.folder / "t").mkdir()
        images = Path(__file__).resolve().parents[1] / "data" / "images"
        (self.folder / "t" / "coffee.png").write_bytes((images / "coffee.png").read_bytes())
        (self.folder / "t" / "CREDITS.md").write_text("no picture")
        with_photo = self.run_scenes(*SMALL, "--raw", "-", "--count", 30, "--textures", "t").stdout
        without = self.run_scenes(*SMALL, "--raw", "-", "--count", 30).stdout
        self.assertNotEqual(with_photo, without)

    def test_errors(self):
        self.fails(2, "expected one of -o FOLDER and --raw FILE", "--count", 1)
        self.fails(2, "expected one of -o FOLDER and --raw FILE", "-o", "x", "--raw", "y", "--count", 1)
        self.fails(2, "--count: expected how many scenes", "-o", "x")
        for size in ("8x64", "64", "64x48x3", "9000x64", "axb"):
            self.fails(2, f"--size: expected WIDTHxHEIGHT, each from 16 to 4096, found '{size}'",
                       "--size", size, "--raw", "-", "--count", 1)  # fmt: skip
        self.fails(2, "--close-ups: Value 2 not in range", "--close-ups", 2, "--raw", "-", "--count", 1)
        (self.folder / "file").touch()
        self.fails(1, "file: cannot make the folder", *SMALL, "--raw", "file/r.scenes", "--count", 1)
        one = ("--raw", "-", "--count", 1)
        self.fails(1, "no_such_folder: cannot list the folder", "--textures", "no_such_folder", *one)
        self.fails(2, "at least one kind of scene", *SMALL, "--raw", "-", "--count", 1,
                   *[a for k in ("rooms", "corridors", "streets", "suburbs", "parks", "landscapes", "solids")
                     for a in (f"--{k}", 0)])  # fmt: skip
        (self.folder / "empty").mkdir()
        self.fails(1, "empty: holds no picture", "--textures", "empty", "--raw", "-", "--count", 1)
        (self.folder / "empty").rmdir()
        (self.folder / "file").write_text("")
        self.fails(1, "file", *SMALL, "-o", "file", "--count", 1)
        self.assertEqual([p.name for p in self.folder.iterdir()], ["file"], "nothing is left behind")


if __name__ == "__main__":
    unittest.main()
