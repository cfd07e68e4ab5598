"""dpt video: what FFmpeg's own programs and numpy see in its results."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

import numpy as np
from support import DPT, IMAGES, ROOT, environment
from video_support import DEPTH, FFMPEG, LABELS, QUARTER, VideoTest


class Video(VideoTest):
    def test_times_sound_and_size_are_the_sources(self):
        self.clip()
        done = self.video("clip.mp4", "--json")
        record = json.loads(done.stdout)
        self.assertEqual((record["output"], record["frames"], record["damaged_frames"]), ("clip.depth.mp4", 20, 0))
        stream = self.probe("clip.depth.mp4")
        self.assertEqual(
            (stream["width"], stream["height"], stream["nb_read_frames"], stream["avg_frame_rate"]),
            (96, 64, "20", "10/1"),
        )
        self.assertEqual(self.frame_times("clip.depth.mp4"), self.frame_times("clip.mp4"))
        sound = ("-map", "0:a", "-c", "copy", "-f", "md5", "-")
        self.assertEqual(self.ffmpeg("-i", "clip.depth.mp4", *sound), self.ffmpeg("-i", "clip.mp4", *sound))
        self.video("clip.mp4", "-o", "silent.mkv", "--no-audio")
        with self.assertRaises(subprocess.CalledProcessError):
            self.ffmpeg("-i", "silent.mkv", *sound)
        done = self.video("clip.mp4", "-o", "clip.webm")
        self.assertIn(b"clip.webm: cannot hold aac sound; it is converted to opus", done.stderr)
        self.assertEqual(self.probe("clip.webm")["codec_name"], "vp9")

    def test_variable_frame_rate(self):
        self.clip("vfr.mkv", "-vf", "select='not(mod(n,3))+gt(n,12)'", "-vsync", "vfr", sound=False)
        times = self.frame_times("vfr.mkv")
        self.assertGreater(len(set(np.diff(times).round(3))), 1)
        for output in ("out.mkv", "out.mp4"):
            self.video("vfr.mkv", "-o", output)
            np.testing.assert_allclose(self.frame_times(output), times, atol=0.0011)

    def test_frames_are_what_dpt_depth_and_segment_give(self):
        self.clip("rgb.mkv", "-c:v", "ffv1", "-pix_fmt", "bgr0", seconds=0.5, sound=False)
        self.ffmpeg("-i", "rgb.mkv", "f%03d.png")
        self.video("rgb.mkv", "-o", "d/%03d.npy")
        self.video("rgb.mkv", "-o", "l/%d.png", model=LABELS)
        self.assertEqual(self.files("d"), [f"{i:03}.npy" for i in range(1, 6)])
        for name in ("exr", "npz"):
            self.video("rgb.mkv", "-o", f"{name}/%d.{name}")
            self.dpt("depth", *DEPTH, "f002.png", "-o", f"one.{name}")
            self.assertEqual(
                (self.folder / f"{name}/2.{name}").read_bytes(), (self.folder / f"one.{name}").read_bytes()
            )
        for i in (1, 5):
            self.dpt("depth", *DEPTH, f"f{i:03}.png", "-o", "one.npy")
            np.testing.assert_array_equal(np.load(self.folder / f"d/{i:03}.npy"), np.load(self.folder / "one.npy"))
            self.dpt("segment", *LABELS, f"f{i:03}.png", "-o", "one.png")
            self.assertEqual((self.folder / f"l/{i}.png").read_bytes(), (self.folder / "one.png").read_bytes())

    def test_range_and_views(self):
        self.clip("rgb.mkv", "-c:v", "ffv1", "-pix_fmt", "bgr0", seconds=0.5, sound=False)
        source = self.pixels("rgb.mkv", 96, 64)
        self.video("rgb.mkv", "-o", "d/%d.npy")
        depth = np.stack([np.load(self.folder / f"d/{i}.npy") for i in range(1, 6)])
        low, high = float(depth.min()), float(depth.max())
        lossless = ("--codec", "ffv1", "--pixel-format", "bgr0", "--colormap", "gray")
        self.video("rgb.mkv", "-o", "fixed.mkv", "--range", f"{low},{high}", *lossless)
        fixed = self.pixels("fixed.mkv", 96, 64)[..., 0].astype(int)
        expected = np.floor(255 * (depth - low) / (high - low))
        self.assertLessEqual(np.abs(fixed - expected).max(), 1)
        self.video("rgb.mkv", "-o", "frame.mkv", "--range", "frame", *lossless)
        frame = self.pixels("frame.mkv", 96, 64)[..., 0]
        self.assertEqual([(f.min(), f.max()) for f in frame], [(0, 255)] * 5)
        self.video("rgb.mkv", "-o", "global.mkv", "--range", "global", *lossless)
        low, high = np.quantile(depth, 0.01, axis=(1, 2)).min(), np.quantile(depth, 0.99, axis=(1, 2)).max()
        expected = np.clip(255 * (depth - low) / (high - low), 0, 255)
        # Quantiles are taken of one of each pixel here (96 x 64 is small), by rank instead of interpolated.
        self.assertLess(np.abs(self.pixels("global.mkv", 96, 64)[..., 0] - expected).max(), 3)
        sizes = {"side": (192, 64), "stack": (96, 128), "overlay": (96, 64)}
        for view, (width, height) in sizes.items():
            self.video("rgb.mkv", "-o", "view.mkv", "--view", view, "--range", "frame", *lossless)
            shown = self.pixels("view.mkv", width, height)
            if view == "overlay":
                mean = (source.astype(int) + frame[..., None] + 1) // 2
                np.testing.assert_array_equal(shown, mean)
            else:
                np.testing.assert_array_equal(shown[:, :64, :96], source)
                np.testing.assert_array_equal(shown[:, -64:, -96:, 0], frame)
        self.video("rgb.mkv", "-o", "l.mkv", "--view", "overlay", model=LABELS)
        self.assertEqual(self.probe("l.mkv")["nb_read_frames"], "5")

    def test_orientation_depth_of_color_and_range(self):
        self.clip("flat.mp4")
        differences = []
        for name, width, height in (("flat.mp4", 96, 64), (self.turned("flat.mp4", QUARTER), 64, 96)):
            self.video(name, "-o", "side.mkv", "--view", "side", "--codec", "ffv1", "--pixel-format", "bgr0")
            ours = self.pixels("side.mkv", 2 * width, height)[:, :, :width].astype(int)
            seen = self.pixels(name, width, height)  # ffmpeg turns it as well
            differences.append(np.abs(ours - seen).mean())
        # Chroma is enlarged differently from ffmpeg's default, with or without the turn.
        self.assertLess(differences[0], 8)
        self.assertAlmostEqual(differences[0], differences[1], delta=0.5)
        self.clip("ten.mkv", "-c:v", "ffv1", "-pix_fmt", "yuv420p10le", sound=False)
        self.video("ten.mkv", "-o", "ten.mp4", "--pixel-format", "yuv420p10le")
        self.assertEqual(self.probe("ten.mp4")["pix_fmt"], "yuv420p10le")
        for colors in ("tv", "pc"):
            self.clip("range.mp4", "-vf", f"scale=out_range={colors}", "-color_range", colors)
            self.video("range.mp4", "-o", "out.mp4", "--view", "side")
            self.assertEqual(self.probe("out.mp4").get("color_range"), colors)
            shown = self.pixels("out.mp4", 192, 64)[:, :, :96]
            # A range taken for the other changes contrast by 255/219 = 1.16.
            self.assertAlmostEqual(shown.std() / self.pixels("range.mp4", 96, 64).std(), 1, delta=0.08)

    def test_pictures_as_source(self):
        for i in range(4):
            self.picture(f"in/{i:02}.png", "tiny_gray.png")
        for source in ("in/", "in/%02d.png"):
            self.video(source, "-o", "out.mp4", "--frame-rate", "5")
            stream = self.probe("out.mp4")
            self.assertEqual((stream["nb_read_frames"], stream["avg_frame_rate"]), ("4", "5/1"))
        self.video("in/")
        self.assertIn("in.depth.mp4", self.files())
        for source in ("in/", "in/%02d.png"):
            self.fails(2, "is in the folder of the source's pictures", "video", *DEPTH, source, "-o", "./in/%03d.png")
        self.picture("in/10.png")
        for name in ("in/9.jpg", "in/8.depth.png", "in/11.mpo", "in/12", "in/.hidden.png"):
            self.picture(name)
        (self.folder / "in/notes.txt").write_text("no picture")
        left_out = b"dpt: in/: left out 1 file: 1 .txt\n"
        for source, frames, note in (("in/", 8, left_out), ("in/%02d.png", 5, b"")):  # without those beyond 10
            done = self.video(source, "-o", "out.mp4", "--json")
            record = json.loads(done.stdout)
            self.assertEqual((record["frames"], record["complete"], done.stderr), (frames, True, note))
        self.video("in/", "-o", "made/", "--frames", "2")
        self.assertEqual(self.probe("made/in.depth.mp4")["nb_read_frames"], "2")

    def test_damaged_frames_are_left_out(self):
        self.clip("whole.ts", "-c:v", "mpeg2video", "-g", "5", seconds=4, sound=False, size="320x240")
        data = bytearray((self.folder / "whole.ts").read_bytes())
        data[len(data) // 2 : len(data) // 2 + 4000] = os.urandom(4000)
        (self.folder / "bad.ts").write_bytes(data)
        done = self.fails(1, " left out", "video", *DEPTH, "bad.ts", "-o", "out.mp4", "--json")
        record = json.loads(done.stdout)
        self.assertGreaterEqual(record["frames"], 30)
        self.assertLess(record["frames"], 40)
        self.assertGreater(record["damaged_frames"], 0)
        self.assertFalse(record["complete"])
        self.assertEqual(self.probe("out.mp4")["nb_read_frames"], str(record["frames"]))
        (self.folder / "cut.ts").write_bytes(data[: len(data) // 3])
        self.fails(1, "left out", "video", *DEPTH, "cut.ts", "-o", "cut.mp4")
        self.assertGreater(int(self.probe("cut.mp4")["nb_read_frames"]), 5)

    def test_ends_before_its_end(self):
        self.clip("whole.mp4", "-movflags", "+faststart", "-g", "10")
        self.clip("whole.mkv")
        self.clip("whole.avi", "-c:v", "mpeg4", sound=False)
        promises = {"mp4": "of its 20 frames", "mkv": "of its 2.0 seconds", "avi": "of its 20 frames"}
        for kind, promise in promises.items():
            data = (self.folder / f"whole.{kind}").read_bytes()
            (self.folder / f"cut.{kind}").write_bytes(data[: len(data) * 4 // 10])
            command = ["video", *DEPTH, f"cut.{kind}", "-o", "out.mp4", "--json"]
            done = self.fails(1, f"cut.{kind}: ends before its end: it holds", *command)
            self.assertIn(promise, done.stderr.decode())
            record = json.loads(done.stdout)
            self.assertFalse(record["complete"])
            self.assertEqual(self.probe("out.mp4")["nb_read_frames"], str(record["frames"]))
        # Shortened without being coded again: an edit list hides frames that the file holds.
        self.ffmpeg("-ss", "0.5", "-i", "whole.mp4", "-t", "1", "-c", "copy", "part.mp4")
        self.assertTrue(json.loads(self.video("part.mp4", "-o", "out.mp4", "--json").stdout)["complete"])
        limited = self.video("cut.mp4", "-o", "out.mp4", "--frames", "2", "--json")
        self.assertTrue(json.loads(limited.stdout)["complete"])

    def test_damaged_pictures_are_named(self):
        for i in range(4):
            self.picture(f"in/{i}.png")
        data = (self.folder / "in/0.png").read_bytes()
        for name in ("0.png", "3.png", "2.png"):
            (self.folder / "in" / name).write_bytes(data[: len(data) // 2])
            for source in ("in", "in/%d.png"):
                command = ["video", *DEPTH, source, "-o", "out.mp4", "--json"]
                done = self.fails(1, f"dpt: in/{name}: ", *command)
                self.assertIn(f"{source}: 1 damaged frame left out", done.stderr.decode())
                record = json.loads(done.stdout)
                self.assertEqual((record["frames"], record["damaged_frames"], record["complete"]), (3, 1, False))
            self.picture(f"in/{name}")

    def test_encoders_say_nothing_of_their_own(self):
        self.clip("s.mp4", sound=False, seconds=0.5)
        for codec in ("libx264", "libx265", "libvpx-vp9"):
            known = subprocess.run([FFMPEG, "-v", "quiet", "-encoders"], capture_output=True, check=True).stdout
            if codec.encode() not in known:
                continue
            self.assertEqual(self.video("s.mp4", "-o", "out.mkv", "--codec", codec, "-q").stderr, b"", codec)

    def test_smoothing_halves_flicker(self):
        """bench/flicker.py, shortened: still, and panning, against each frame's own range."""
        script = ROOT / "bench" / "flicker.py"
        photo = IMAGES / "coffee.png"
        command = [sys.executable, script, photo, "--frames", "20", "--json", "f.json", "--dpt", DPT]
        subprocess.run(command, cwd=self.folder, env=environment(), check=True, capture_output=True)
        rows = json.loads((self.folder / "f.json").read_text())
        for clip in (rows[:3], rows[3:]):
            per_frame, _, smooth = clip
            self.assertLess(smooth["flicker"], 0.5 * per_frame["flicker"], clip)
            self.assertGreater(smooth["sharpness"], 0.9 * per_frame["sharpness"], clip)
        self.clip("s.mp4")
        self.fails(2, "--smooth: Value -1 not in range", "video", "s.mp4", "--smooth=-1")

    def start(self, *arguments):
        command = [DPT, "video", *DEPTH, *arguments, "-q"]
        return subprocess.Popen(list(map(str, command)), cwd=self.folder, env=environment(), stderr=subprocess.PIPE)

    def test_interruption_leaves_a_playable_file(self):
        self.clip("long.mkv", "-c:v", "mpeg4", seconds=400, rate=50, sound=False, size="64x48")
        process = self.start("long.mkv", "-o", "out.mp4", "--preset", "ultrafast")
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        message = process.communicate(timeout=60)[1].decode()
        self.assertEqual(process.returncode, 130)
        self.assertRegex(message, r"^dpt: interrupted after \d+ frames\n$")
        frames = int(self.probe("out.mp4")["nb_read_frames"])
        self.assertEqual(frames, int(message.split()[3]))
        self.assertGreater(frames, 0)
        killed = self.start("long.mkv", "-o", "killed.mp4")
        time.sleep(0.5)
        killed.kill()
        killed.communicate(timeout=60)
        self.assertEqual(self.files(), ["long.mkv", "out.mp4"])

    def test_memory_does_not_grow_with_frames(self):
        peaks = []
        self.clip("long.mkv", "-c:v", "mpeg4", seconds=100, rate=50, size="64x48", sound=False)
        for frames in (500, 5000):
            process = self.start("long.mkv", "-o", "out.mkv", "--preset", "ultrafast", "--frames", frames, "-t", "1")
            process.stderr.close()
            _, status, usage = os.wait4(process.pid, 0)
            self.assertEqual(os.waitstatus_to_exitcode(status), 0)
            process.returncode = 0
            peaks.append(usage.ru_maxrss / 1024)
        self.assertEqual(self.probe("out.mkv")["nb_read_frames"], "5000")
        # Encoder and allocator fill their own reserves during the first frames: 10 MB for 4500 frames is
        # 2 kB a frame, less than a fourth of one 64 x 48 picture.
        self.assertLess(peaks[1] - peaks[0], 10)

    def test_errors(self):
        self.clip("s.mp4")
        (self.folder / "text.mp4").write_text("no video " * 100)
        (self.folder / "empty").mkdir()
        (self.folder / "texts").mkdir()
        (self.folder / "texts/a.txt").write_text("no picture")
        self.ffmpeg("-f", "lavfi", "-i", "sine=440:duration=1", "sound.m4a")
        cases = [
            (1, "none.mp4: cannot open: No such file or directory", ["none.mp4"]),
            (1, "text.mp4: cannot open: Invalid data found", ["text.mp4"]),
            (1, "sound.m4a: holds no video", ["sound.m4a"]),
            (1, "empty: the folder holds no pictures", ["empty"]),
            (1, "texts: the folder holds no pictures", ["texts"]),
            (1, "empty/%d.png: no such picture is there", ["empty/%d.png"]),
            (2, "SOURCE empty/%x.png: expected one number in the files' name", ["empty/%x.png"]),
            (2, "unexpected text.mp4", ["s.mp4", "text.mp4"]),
            (1, "/dev/video97: cannot open: No such file", ["/dev/video97", "-o", "a.mp4"]),
            (1, "cannot open: Connection refused", ["http://127.0.0.1:1/x", "-o", "a.mp4"]),
            (1, "s.mp4/x: cannot make the folder: Not a directory", ["s.mp4", "-o", "s.mp4/x/a.mp4"]),
            (2, "y.foo: no video container has this extension", ["s.mp4", "-o", "x/y.foo"]),
            (2, "-o rtmp://host/live: a video goes to a file, not to an address", ["s.mp4", "-o", "rtmp://host/live"]),
            (2, "s.mp4: the output would overwrite the source", ["s.mp4", "-o", "./s.mp4"]),
            (2, "x.foo: no video container has this extension", ["s.mp4", "-o", "x.foo"]),
            (2, "x.png: no video container has this extension", ["s.mp4", "-o", "x.png"]),
            (2, "a video cannot go to standard output", ["s.mp4", "-o", "-"]),
            (2, "-o must name the output of a camera or a stream", ["rtsp://127.0.0.1:1/x"]),
            (2, "--range 3: expected smooth, frame, global or two", ["s.mp4", "--range", "3"]),
            (2, "--range 1,1: expected", ["s.mp4", "--range", "1,1"]),
            (2, "--range 5,1: expected", ["s.mp4", "--range", "5,1"]),
            (2, "--quality 60: libx264 has 0 to 51", ["s.mp4", "--quality", "60"]),
            (2, "cannot be read twice", ["http://127.0.0.1:1/x", "-o", "a.mp4", "--range", "global"]),
            (2, "--codec nope: this FFmpeg has no such video encoder", ["s.mp4", "--codec", "nope"]),
            (2, "--codec aac: this FFmpeg has no such video encoder", ["s.mp4", "--codec", "aac"]),
            (2, "cannot be put in a .webm file", ["s.mp4", "--codec", "libx264", "-o", "a.webm"]),
            (2, "has no such format", ["s.mp4", "--pixel-format", "abc"]),
            (2, "--preset foo: libx264 has ultrafast,", ["s.mp4", "--preset", "foo"]),
            (2, "--smooth is for depth, and vit-segmentation is a model", [*LABELS, "s.mp4", "--smooth", "1"]),
            (2, "-o is given 2 times", ["s.mp4", "-o", "a.mp4", "-o", "b.mp4"]),
            (2, "--task segmentation: vit-depth is a model for depth", ["s.mp4", "--task", "segmentation"]),
            (2, "expected one number in the files' name", ["s.mp4", "-o", "a%x.png"]),
            (2, "unknown extension .jpg; known are .png, .npy", ["s.mp4", "-o", "a%d.jpg"]),
            (2, "unknown option --colourmap; did you mean --colormap?", ["s.mp4", "--colourmap", "gray"]),
        ]
        self.fails(1, 's.mp4: is a video, which "dpt video" takes', "depth", *DEPTH, "s.mp4")
        before = self.files()
        for code, text, arguments in cases:
            with self.subTest(arguments):
                self.fails(code, text, "video", *DEPTH, *arguments)
        self.assertEqual(self.files(), before)
        self.assertFalse((self.folder / "x").exists())
        limited = ["bash", "-c", 'ulimit -f 8; trap "" XFSZ; exec "$@"', "bash"]
        self.clip("noise.mkv", "-vf", "noise=alls=90:allf=t", "-c:v", "ffv1", seconds=5, size="320x240")
        command = [*limited, DPT, "video", *map(str, DEPTH), "noise.mkv", "-o", "big.mkv", "--view", "side", "-q"]
        done = subprocess.run(command, cwd=self.folder, env=environment(), capture_output=True, check=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn(b"dpt: big.mkv: cannot write: File too large", done.stderr)
        self.assertNotIn("big.mkv", self.files())

    def test_what_was_written_and_is_replaced(self):
        self.clip("s.mp4", seconds=1, size="32x32")
        old = b"an earlier result"
        for output, name, wrote in (
            ("a/b/c.mp4", "a/b/c.mp4", "a/b/c.mp4"),
            ("folder", "folder/s.depth.mp4", "folder/s.depth.mp4"),
            ("n/%02d.npy", "n/02.npy", "n/01.npy to n/03.npy"),
        ):
            command = ("video", *DEPTH, "s.mp4", "-o", output, "--frames", "3")
            text = self.on_terminal(*command)
            self.assertRegex(text, rf"^wrote {wrote} \(3 frames, 0:\d\d\)\n$")
            (self.folder / name).write_bytes(old)
            first = name.replace("02", "01")
            text = self.on_terminal(*command, answers="n\n", code=1)
            self.assertIn(f"{first} is there already. Replace it? [y/N]", text)
            self.fails(1, f"{first}: is there already", *command, "--overwrite", "no")
            self.assertEqual((self.folder / name).read_bytes(), old)
            self.assertEqual(self.dpt(*command).stderr, b"")
            self.assertNotEqual((self.folder / name).read_bytes(), old)
            self.assertEqual(self.on_terminal(*command, "-q", "--overwrite", "yes"), "")

    def test_the_program_for_videos_is_missing(self):
        alone = self.folder / "dpt"
        shutil.copy(DPT, alone)
        done = subprocess.run([alone, "video", "a.mp4"], env=environment(), capture_output=True, check=False)
        self.assertEqual(done.returncode, 4)
        self.assertIn(b"dpt-video: the program for videos is not there", done.stderr)
        self.assertTrue(Path(DPT).with_name("dpt-video").exists())


if __name__ == "__main__":
    unittest.main()
