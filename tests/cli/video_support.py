"""What the tests of dpt video share: FFmpeg's own programs make the inputs and read the results."""

import json
import shutil
import subprocess
import unittest

import numpy as np
from support import TINY, CliTest

FFMPEG, FFPROBE = shutil.which("ffmpeg"), shutil.which("ffprobe")
DEPTH, LABELS = ("-m", TINY / "vit-depth"), ("-m", TINY / "vit-segmentation")


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

    def video(self, *arguments, model=DEPTH, **options):
        return self.dpt("video", *model, *arguments, **options)
