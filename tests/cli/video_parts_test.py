"""dpt video: a part of the source, sequences that go on, detail and edges as pictures have them."""

import json
import os
import shutil
import signal
import subprocess
import time
import unittest

import numpy as np
from support import DPT, TINY, CliTest, environment

FFMPEG, FFPROBE = shutil.which("ffmpeg"), shutil.which("ffprobe")
DEPTH, LABELS = ("-m", TINY / "vit-depth"), ("-m", TINY / "vit-segmentation")


@unittest.skipUnless(FFMPEG and FFPROBE, "ffmpeg and ffprobe are not installed")
class Parts(CliTest):
    def ffmpeg(self, *arguments):
        command = [FFMPEG, "-v", "error", "-y", *map(str, arguments)]
        quiet = {"capture_output": True, "stdin": subprocess.DEVNULL}
        return subprocess.run(command, cwd=self.folder, check=True, **quiet).stdout

    def clip(self, name, *options, rate=10, seconds=4, size="96x64", sound=True):
        source = ["-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}:duration={seconds}"]
        if sound:
            source += ["-f", "lavfi", "-i", f"sine=440:duration={seconds}"]
        self.ffmpeg(*source, *options, name)
        return name

    def probe(self, name, *arguments):
        command = [FFPROBE, "-v", "error", *arguments, "-of", "json", name]
        return json.loads(subprocess.run(command, cwd=self.folder, check=True, capture_output=True).stdout)

    def frame_times(self, name):
        shown = ("-select_streams", "v:0", "-show_entries", "frame=best_effort_timestamp_time")
        return [float(frame["best_effort_timestamp_time"]) for frame in self.probe(name, *shown)["frames"]]

    def sound(self, name):
        """(time, hash of its bytes) of each packet."""
        shown = ("-select_streams", "a:0", "-show_data_hash", "md5", "-show_entries", "packet=pts_time,data_hash")
        return [(float(p["pts_time"]), p["data_hash"]) for p in self.probe(name, *shown).get("packets", [])]

    def begin(self, name):
        return float(self.probe(name, "-show_entries", "format=start_time")["format"]["start_time"])

    def video(self, *arguments, model=DEPTH, **options):
        return self.dpt("video", *model, *arguments, **options)

    def arrays(self, folder):
        names = sorted(self.files(folder), key=lambda name: int(name.split(".")[0]))
        return [np.load(self.folder / folder / name) for name in names]

    def test_detail_and_edges_are_those_of_pictures(self):
        self.clip("rgb.mkv", "-c:v", "ffv1", "-pix_fmt", "bgr0", seconds=0.3, size="192x128", sound=False)
        self.ffmpeg("-i", "rgb.mkv", "f%d.png")
        for options in (("--tile", "64"), ("--upsample", "guided"), ("--upsample", "nearest", "--tile", "100")):
            self.video("rgb.mkv", "-o", "d/%d.npy", *options)
            self.dpt("depth", *DEPTH, "f2.png", "-o", "one.npy", *options)
            plain = self.arrays("d")[1]
            np.testing.assert_array_equal(plain, np.load(self.folder / "one.npy"))
        self.video("rgb.mkv", "-o", "out.mp4", "--tile", "64", "--upsample", "guided", "--smooth", "0.3")
        for option, value in (("--tile", "64"), ("--upsample", "guided")):
            refused = f"{option} is for depth, and vit-segmentation is a model for segmentation"
            self.fails(2, refused, "video", *LABELS, "rgb.mkv", "-o", "no.mp4", option, value)
        self.fails(2, "--tile: Value 5 not in range", "video", *DEPTH, "rgb.mkv", "-o", "no.mp4", "--tile", "5")

    def test_a_part_to_the_frame_with_its_sound(self):
        kinds = {
            "a.mp4": ("-g", "12", "-bf", "3"),
            "b.mkv": ("-g", "15", "-bf", "2"),
            "c.ts": ("-c:v", "mpeg2video", "-g", "10", "-bf", "2", "-c:a", "aac"),
            "d.ts": ("-g", "250", "-c:a", "aac"),
            "e.avi": ("-c:v", "mpeg4", "-g", "20"),
            "f.mov": ("-c:v", "mjpeg", "-c:a", "pcm_s16le"),
        }
        for name, options in kinds.items():
            self.clip(name, *options, sound=name != "e.avi")
            begin = self.begin(name)
            times = np.array(self.frame_times(name)) - begin
            self.video(name, "-o", "whole/%d.npy")
            whole = self.arrays("whole")
            self.assertEqual(len(whole), len(times), name)
            for start, duration in (("0.95", "1.1"), ("0:02", ""), ("0:00:01.25", "0.31"), ("", "0.85"), ("3.85", "9")):
                asked = [*(("--start", start) if start else ()), *(("--duration", duration) if duration else ())]
                first = {"0:02": 2, "0:00:01.25": 1.25, "": 0}.get(start) or float(start or 0)
                end = first + float(duration or 100)
                wanted = [i for i, t in enumerate(times) if first - 0.0005 <= t < end - 0.0005]
                with self.subTest(name=name, start=start, duration=duration):
                    shutil.rmtree(self.folder / "part", ignore_errors=True)
                    self.video(name, "-o", "part/%d.npy", *asked)
                    part = self.arrays("part")
                    self.assertEqual(len(part), len(wanted))
                    for ours, i in zip(part, wanted):
                        np.testing.assert_array_equal(ours, whole[i])
                    record = json.loads(self.video(name, "-o", "out.mkv", "--json", *asked).stdout)
                    self.assertEqual((record["frames"], record["complete"]), (len(wanted), True))
                    shown = np.array(self.frame_times("out.mkv"))
                    # Sound that begins before 0, for its decoder, moves all in a file that has no such times.
                    shift = 0 if start else shown[0] - times[0]
                    np.testing.assert_allclose(shown - shift, times[wanted] - first, atol=0.0011)
                    packets = [(t - begin - first, data) for t, data in self.sound(name)]
                    begins = -0.0005 if start else -1  # before 0: what a decoder of sound needs to begin
                    kept = [p for p in packets if begins <= p[0] < end - first - 0.0005]
                    found = self.sound("out.mkv")
                    self.assertEqual(len(found), len(kept))
                    if not name.endswith(".ts"):  # where each packet of AAC has a header that Matroska's have not
                        self.assertEqual([data for _, data in found], [data for _, data in kept])
                    np.testing.assert_allclose([t - shift for t, _ in found], [t for t, _ in kept], atol=0.0011)
            shutil.rmtree(self.folder / "whole")
        by_ffmpeg = self.ffmpeg("-ss", "1.25", "-t", "0.9", "-i", "a.mp4", "-map", "0:v", "-f", "framecrc", "-")
        count = sum(not line.startswith(b"#") for line in by_ffmpeg.splitlines())
        ours = self.video("a.mp4", "-o", "o.mkv", "--start", "1.25", "--duration", "0.9", "--json")
        self.assertEqual(json.loads(ours.stdout)["frames"], count)

    def test_a_part_of_pictures_and_of_pipes(self):
        for i in range(1, 12):
            self.picture(f"in/{i}.png")
        (self.folder / "in/2.png").write_bytes(b"damaged, and not in the part")
        record = json.loads(
            self.video("in", "-o", "o.mkv", "--frame-rate", "5", "--start", "0.5", "--duration", "1", "--json").stdout
        )
        self.assertEqual((record["frames"], record["complete"]), (5, True))  # 4.png at 0.6 s to 8.png at 1.4 s
        self.fails(1, "the pictures end at 2.200 seconds", "video", *DEPTH, "in", "-o", "n.mkv", "--frame-rate", "5",
                   "--start", "2.3")  # fmt: skip
        self.clip("b.mkv", "-g", "15", sound=False)
        tail = f"-m {DEPTH[1]} -q -o p/%d.npy --start 1.25 --duration 0.5"
        for source in ("<(cat b.mkv)", "/dev/stdin < <(cat b.mkv)"):
            command = f"{DPT} video {source} {tail}"
            subprocess.run(["bash", "-c", command], cwd=self.folder, env=environment(), check=True, timeout=120)
            self.assertEqual(len(self.arrays("p")), 5)
            shutil.rmtree(self.folder / "p")
        for command, text in (
            (f"{DPT} video <(cat b.mkv) -m {DEPTH[1]}", b"-o must name the output of"),
            (f"{DPT} video <(cat b.mkv) -m {DEPTH[1]} -o o.mkv --range global", b"cannot be read twice"),
            (f"{DPT} video <(cat b.mkv) -m {DEPTH[1]} -o o/%d.npy --resume", b"cannot be read again"),
        ):
            done = subprocess.run(
                ["bash", "-c", command], cwd=self.folder, env=environment(), capture_output=True, check=False
            )
            self.assertEqual(done.returncode, 2)
            self.assertIn(text, done.stderr)

    def test_a_part_that_is_not_there(self):
        self.clip("a.mp4", seconds=1)
        for arguments, text in (
            (("--start", "1:60"), "--start: expected seconds, M:S or H:M:S, found 1:60"),
            (("--start=-1",), "--start: expected seconds, M:S or H:M:S, found -1"),
            (("--duration", "2s"), "--duration: expected seconds, M:S or H:M:S, found 2s"),
            (("--duration", "0"), "--duration: expected more than 0 seconds"),
        ):
            self.fails(2, text, "video", *DEPTH, "a.mp4", *arguments)
        self.fails(1, "a.mp4: no frame of it can be decoded from --start 0:07 on", "video", *DEPTH, "a.mp4", "--start",
                   "0:07")  # fmt: skip
        self.assertEqual(self.files(), ["a.mp4"])

    def killed_after(self, count, *arguments):
        """Starts a run and kills it when so many files are there; gives how many are left."""
        command = [DPT, "video", *map(str, DEPTH), *arguments, "-q", "-t", "1"]
        process = subprocess.Popen(command, cwd=self.folder, env=environment(), stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 120
        while len(self.files("r") if (self.folder / "r").exists() else []) < count:
            self.assertLess(time.monotonic(), deadline)
            self.assertIsNone(process.poll(), "the run ended before it could be killed")
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=60)
        return len(self.files("r"))

    def test_sequences_go_on_after_a_kill(self):
        self.clip("a.mp4", "-g", "12", seconds=12, sound=False)
        for options in ((), ("--smooth", "0.3")):
            for name in ("d", "r"):
                shutil.rmtree(self.folder / name, ignore_errors=True)
            self.video("a.mp4", "-o", "d/%03d.npy", *options)
            left = self.killed_after(7, "a.mp4", "-o", "r/%03d.npy", "--resume", *options)
            self.assertLess(left, 120)
            ages = {name: os.stat(self.folder / "r" / name).st_mtime_ns for name in self.files("r")}
            again = self.video("a.mp4", "-o", "r/%03d.npy", "--resume", "--json", *options)
            record = json.loads(again.stdout)
            self.assertEqual((record["frames_before"], record["frames"]), (left, 120 - left))
            self.assertIn(f"{left} frames are done already", again.stderr.decode())
            self.assertEqual(self.files("r"), self.files("d"))
            for ours, expected in zip(self.arrays("r"), self.arrays("d")):
                np.testing.assert_array_equal(ours, expected)
            for name, age in ages.items():
                self.assertEqual(os.stat(self.folder / "r" / name).st_mtime_ns, age)
        (self.folder / "r/050.npy").unlink()
        record = json.loads(self.video("a.mp4", "-o", "r/%03d.npy", "--resume", "--json", *options).stdout)
        self.assertEqual((record["frames_before"], record["frames"]), (49, 71))
        for ours, expected in zip(self.arrays("r"), self.arrays("d")):
            np.testing.assert_array_equal(ours, expected)
        record = json.loads(self.video("a.mp4", "-o", "r/%03d.npy", "--resume", "--json").stdout)
        self.assertEqual((record["frames_before"], record["frames"], record["complete"]), (120, 0, True))

    def test_what_cannot_go_on(self):
        self.clip("a.mp4", seconds=1, sound=False)
        self.video("a.mp4", "-o", "d/%d.png", "--frames", "3")
        os.utime(self.folder / "a.mp4")  # the source has changed: its frames are others
        record = json.loads(self.video("a.mp4", "-o", "d/%d.png", "--resume", "--json").stdout)
        self.assertEqual((record["frames_before"], record["frames"]), (0, 10))
        for arguments, text in (
            (("a.mp4", "--resume"), "--resume: a video file cannot go on; -o must name a numbered sequence"),
            (("a.mp4", "-o", "x.mkv", "--resume"), "--resume: a video file cannot go on"),
            (("a.mp4", "-o", "x/%d.png", "--resume", "--smooth", "1"), "which .png rounds; write .npy, .npz, .tif"),
            (("http://127.0.0.1:1/x", "-o", "x/%d.png", "--resume"), "http://127.0.0.1:1/x cannot be read again"),
        ):
            self.fails(2, text, "video", *DEPTH, *arguments)
        for i in range(1, 5):
            self.picture(f"in/{i}.png")
        self.video("in", "-o", "p/%d.npy")
        self.picture("in/5.png")  # pictures that come later are done, the others are not again
        os.utime(self.folder / "in/4.png")
        record = json.loads(self.video("in", "-o", "p/%d.npy", "--resume", "--json").stdout)
        self.assertEqual((record["frames_before"], record["frames"]), (3, 2))

    def test_frames_as_pictures(self):
        self.clip("a.mp4", seconds=1.2, sound=False)
        (self.folder / "in").mkdir()
        self.ffmpeg("-i", "a.mp4", "in/f%d.png")
        self.video("in", "-o", "v/%d.npy", "--smooth", "0.3")
        expected = self.arrays("v")
        command = ("depth", *DEPTH, "in", "--format", "npy", "--no-color")
        self.dpt(*command, "-o", "plain/")
        self.assertFalse(np.array_equal(np.load(self.folder / "plain/f5.depth.npy"), expected[4]))
        done = self.dpt(*command, "-o", "out/", "--smooth", "0.3", "--json")
        order = [json.loads(line)["input"] for line in done.stdout.splitlines()]
        self.assertEqual(order, [f"in/f{i}.png" for i in range(1, 13)])

        def check():
            for i, values in enumerate(expected, 1):
                np.testing.assert_array_equal(np.load(self.folder / f"out/f{i}.depth.npy"), values)

        check()
        self.dpt(*command, "-o", "fast/", "--smooth", "0.15", "--frame-rate", "50")
        self.video("in", "-o", "w/%d.npy", "--smooth", "0.15", "--frame-rate", "50")
        for i, values in enumerate(self.arrays("w"), 1):
            np.testing.assert_array_equal(np.load(self.folder / f"fast/f{i}.depth.npy"), values)
            self.assertEqual(i > 1, not np.array_equal(values, expected[i - 1]))
        for gone in ((8, 9, 10, 11, 12), (5,), (1, 2, 7)):
            for i in gone:
                (self.folder / f"out/f{i}.depth.npy").unlink()
            done = self.dpt(*command, "-o", "out/", "--smooth", "0.3", "--resume", "--json")
            self.assertEqual(len(done.stdout.splitlines()), len(gone))
            check()
        os.utime(self.folder / "in/f9.png")  # the ones after it depend on it
        done = self.dpt(*command, "-o", "out/", "--smooth", "0.3", "--resume", "--json")
        self.assertEqual([json.loads(line)["input"] for line in done.stdout.splitlines()][0], "in/f9.png")
        self.assertEqual(len(done.stdout.splitlines()), 4)
        check()
        for arguments, text in (
            (("--smooth", "0.3", "-j", "2"), "--smooth: frames are done one after the other, not with -j 2"),
            (("--smooth", "0.3", "--shard", "1/2"), "--smooth: each frame needs the one before it"),
            (("--frame-rate", "24"), "--frame-rate is for --smooth, which is not given"),
            (("--smooth", "in"), "--smooth: Value in not in range"),
            (("--smooth=61",), "--smooth: Value 61 not in range"),
            (("--smooth", "0.3", "--resume", "--format", "png"), "which .png rounds: --resume and"),
        ):
            self.fails(2, text, *command, "-o", "no/", *arguments)


if __name__ == "__main__":
    unittest.main()
