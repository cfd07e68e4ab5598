"""dpt video: what names mean, and that no result takes the place of another source's."""

import json
import shutil
import subprocess
import unittest

from support import DPT, divide_weights, environment
from video_support import DEPTH, VideoTest


class VideoNames(VideoTest):
    def brief(self, name, seconds=0.3):
        """A clip, made under another name: FFmpeg's program takes some names for patterns and protocols."""
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        self.clip("made.mp4", seconds=seconds, sound=False, size="64x64")
        (self.folder / "made.mp4").rename(self.folder / name)
        return name

    def output_of(self, *arguments):
        return json.loads(self.video("--json", *arguments).stdout)["output"]

    def frames(self, name):
        """Of a result, whose name may be one that FFmpeg's programs take for something else."""
        shutil.copy(self.folder / name, self.folder / "seen.bin")
        count = int(self.probe("seen.bin")["nb_read_frames"])
        (self.folder / "seen.bin").unlink()
        return count

    def test_a_file_that_exists_is_a_file(self):
        names = {
            "50% a.mp4": "50% a.depth.mp4",
            "100% b.mp4": "100% b.depth.mp4",
            "50%done.mp4": "50%done.depth.mp4",
            "a%04d.mp4": "a%04d.depth.mp4",
            "a%%b.mp4": "a%%b.depth.mp4",
            "20% off/c.mp4": "20% off/c.depth.mp4",
            "a:b.mp4": "a:b.depth.mp4",
            "concat:c.mp4": "concat:c.depth.mp4",
            "file:d.mp4": "file:d.depth.mp4",
            "pipe:.mp4": "pipe:.depth.mp4",
            " e .mp4": " e .depth.mp4",
            "-f.mp4": "-f.depth.mp4",
            "a*[1]?.mp4": "a*[1]?.depth.mp4",
            "two\nlines.mp4": "two\nlines.depth.mp4",
            "http://h.mp4": "http://h.depth.mp4",
            "7": "7.depth.mp4",
        }
        for i, (name, result) in enumerate(names.items()):
            with self.subTest(name):
                self.brief(name, seconds=0.3 + i / 10)
                result = "http:/h.depth.mp4" if name.startswith("http") else result
                self.assertEqual(self.output_of("--", name).removeprefix("./"), result)
        for i, result in enumerate(names.values()):
            self.assertEqual(self.frames(result), 3 + i, result)

    def test_pictures_and_folders_with_percent_signs(self):
        for i in range(3):
            self.picture(f"10% in/50% %{i}.png")
            self.picture(f"10% in/a%%_{i}.png")
            self.picture(f"10%d in/b{i}.png")
        self.assertEqual(self.output_of("10% in/50% %%%d.png"), "10% in/50% %.depth.mp4")
        self.assertEqual(self.frames("10% in/50% %.depth.mp4"), 3)
        self.assertEqual(self.output_of("10% in/a%%%%_%d.png"), "10% in/a%%.depth.mp4")
        self.assertEqual(self.output_of("10%d in/b%d.png"), "10%d in/b.depth.mp4")
        self.assertEqual(self.output_of("10%d in/"), "10%d in.depth.mp4")
        self.assertEqual(self.frames("10%d in.depth.mp4"), 3)
        # One picture whose name is a pattern's.
        self.picture("one%02d.png")
        self.assertEqual(self.output_of("one%02d.png"), "one%02d.depth.mp4")
        self.assertEqual(self.frames("one%02d.depth.mp4"), 1)
        # Formats that only FFmpeg reads, in a folder whose percent signs are its own.
        (self.folder / "5% x").mkdir()
        self.clip("5%% x/f%02d.dpx", seconds=0.3, sound=False)
        self.assertEqual(self.output_of("5% x/f%02d.dpx", "-o", "dpx.mp4"), "dpx.mp4")
        self.assertEqual(self.frames("dpx.mp4"), 3)

    def test_outputs_with_percent_signs(self):
        self.brief("s.mp4")
        for name in ("7% x.mp4", "50%done.mkv", "a%d.mp4", "%%.mp4", "5% d/x.mp4", "-o.mp4", "x:y.mp4", "pipe:1.mp4"):
            (self.folder / name).parent.mkdir(exist_ok=True)
            self.assertEqual(self.output_of("s.mp4", f"--output={name}"), name)
            self.assertEqual(self.frames(name), 3, name)
        (self.folder / "3% o").mkdir()
        self.assertEqual(self.output_of("s.mp4", "-o", "3% o"), "3% o/s.depth.mp4")
        self.video("s.mp4", "-o", "4%d/100% %02d%%.png")
        self.assertEqual(self.files("4%d"), [f"100% {i:02}%.png" for i in (1, 2, 3)])
        self.video("s.mp4", "-o", "6%/%d.npy")
        self.assertEqual(self.files("6%"), ["1.npy", "2.npy", "3.npy"])
        before = self.files()
        for name in ("100%.png", "a%x.npy", "%d_%d.png", "%%d.exr"):
            message = f"-o {name}: expected one number in the files' name"
            self.fails(2, message, "video", *DEPTH, "s.mp4", "-o", name)
        self.assertEqual(self.files(), before)

    def test_ailias_video(self):
        self.brief("-50% s.mp4")
        command = [f"{DPT}-ailia", "--video=-50% s.mp4", "--savepath=-7% x.mp4", "--task", "monodepth", *DEPTH]
        done = subprocess.run(command, cwd=self.folder, env=environment(), capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.frames("-7% x.mp4"), 3)
        self.assertEqual(self.files(), ["-50% s.mp4", "-7% x.mp4"])

    def test_files_of_the_model_are_no_results(self):
        model = self.folder / "model"
        shutil.copytree(DEPTH[1], model)
        divide_weights(model, "one.mp4", "part-02.png")
        self.brief("a.mp4")
        before = {path.name: path.read_bytes() for path in model.iterdir()}
        for output, victim in (("model/one.mp4", "one.mp4"), ("model/part-%02d.png", "part-02.png")):
            with self.subTest(output):
                text = f"model/{victim}: would be overwritten, and is an input"
                self.fails(2, text, "video", "-m", "model", "a.mp4", "-o", output)
        self.assertEqual({path.name: path.read_bytes() for path in model.iterdir()}, before)
        self.dpt("video", "-m", "model", "a.mp4", "-o", "model/part-%03d.png")
        self.assertEqual(self.files("model"), sorted([*before, *(f"part-{i:03d}.png" for i in (1, 2, 3))]))

    def test_names_that_two_sources_would_share(self):
        self.brief("clip.mp4", seconds=0.3)
        self.assertEqual(self.output_of("clip.mp4"), "clip.depth.mp4")
        self.picture("clip.png")  # what else bears the name of a video is no video
        (self.folder / "clip.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nwords\n")
        (self.folder / "clip").mkdir()
        self.assertEqual(self.output_of("clip.mp4"), "clip.depth.mp4")
        self.brief("clip.mov", seconds=0.4)
        self.assertEqual(self.output_of("clip.mov"), "clip.mov.depth.mp4")
        self.assertEqual(self.output_of("clip.mp4"), "clip.mp4.depth.mp4")
        self.assertEqual(self.frames("clip.depth.mp4"), 3)
        for folder in ("shots.v1", "shots.v2"):
            self.picture(f"{folder}/a.png")
            self.assertEqual(self.output_of(folder), f"{folder}.depth.mp4")
        for name in ("A_01.png", "B_01.png", "B_1.png", "1.png", "1.bmp"):
            self.picture(f"in/{name}")
        outputs = [self.output_of(f"in/{name}") for name in ("A_%02d.png", "B_%02d.png", "B_%d.png", "%d.png")]
        names = ("A", "B", "B-2", "frames")
        self.assertEqual(outputs, [f"in/{name}.depth.mp4" for name in names])
        self.assertEqual(self.output_of("in/%d.bmp"), "in/frames-2.depth.mp4")


if __name__ == "__main__":
    unittest.main()
