"""What the tests of dpt video share: FFmpeg's own programs make the inputs and read the results."""

import json
import shutil
import struct
import subprocess
import unittest

import numpy as np
from support import TINY, CliTest

FFMPEG, FFPROBE = shutil.which("ffmpeg"), shutil.which("ffprobe")
DEPTH, LABELS = ("-m", TINY / "vit-depth"), ("-m", TINY / "vit-segmentation")

QUARTER = (0, 1, 0, -1, 0, 0, 0, 0, 1)  # a matrix that turns clockwise


@unittest.skipUnless(FFMPEG and FFPROBE, "ffmpeg and ffprobe are not installed")
class VideoTest(CliTest):
    def ffmpeg(self, *arguments):
        command = [FFMPEG, "-v", "error", "-y", *map(str, arguments)]
        quiet = {"capture_output": True, "stdin": subprocess.DEVNULL}
        return subprocess.run(command, cwd=self.folder, check=True, **quiet).stdout

    def clip(self, name="clip.mp4", *options, size="96x64", rate=10, seconds=2, sound=True):
        source = ["-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}:duration={seconds}"]
        if sound:
            source += ["-f", "lavfi", "-i", f"sine=440:duration={seconds}"]
        self.ffmpeg(*source, *options, name)
        return name

    def probe(self, name, entries="stream=width,height,nb_read_frames,avg_frame_rate,pix_fmt,color_range,codec_name"):
        """The first video stream as ffprobe sees it, its frames counted by decoding."""
        command = [FFPROBE, "-v", "error", "-select_streams", "v:0", "-count_frames", "-show_entries", entries]
        done = subprocess.run([*command, "-of", "json", name], cwd=self.folder, check=True, capture_output=True)
        return json.loads(done.stdout)["streams"][0]

    def probe_text(self, *arguments):
        command = [FFPROBE, "-v", "error", *map(str, arguments)]
        return subprocess.run(command, cwd=self.folder, check=True, capture_output=True).stdout.decode()

    def frame_times(self, name):
        command = [FFPROBE, "-v", "error", "-select_streams", "v:0"]
        entries = ["-show_entries", "frame=best_effort_timestamp_time"]
        command += [*entries, "-of", "csv=p=0", name]
        done = subprocess.run(command, cwd=self.folder, check=True, capture_output=True)
        return [float(line.strip(",")) for line in done.stdout.decode().split()]

    def pixels(self, name, width, height):
        """[frames, height, width, 3] as ffmpeg decodes them."""
        raw = self.ffmpeg("-i", name, "-f", "rawvideo", "-pix_fmt", "rgb24", "-")
        return np.frombuffer(raw, np.uint8).reshape(-1, height, width, 3)

    def turned(self, name, matrix):
        """The file with another matrix for showing its picture; FFmpeg's options for that differ between versions."""
        data = bytearray((self.folder / name).read_bytes())
        at = data.find(b"tkhd") + 4 + 40  # version 0: behind times, layer and volume
        self.assertEqual(data[at - 44 + 4], 0)
        data[at : at + 36] = struct.pack(">9i", *(v << 16 if i % 3 < 2 else v << 30 for i, v in enumerate(matrix)))
        (self.folder / f"turned.{name}").write_bytes(data)
        return f"turned.{name}"

    def video(self, *arguments, model=DEPTH, **options):
        return self.dpt("video", *model, *arguments, **options)
