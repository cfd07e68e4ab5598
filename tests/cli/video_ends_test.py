"""dpt video: sources that end early, begin anew in their middle or are damaged, and those that only look so."""

import json
import unittest

import numpy as np
from video_support import DEPTH, VideoTest

PACKET = 188  # bytes of a transport stream's packet


class VideoEnds(VideoTest):
    def record(self, *arguments, code=0):
        return json.loads(self.video(*arguments, "-o", "out.mkv", "--json", "--preset", "ultrafast", code=code).stdout)

    def cut(self, name, share):
        data = (self.folder / name).read_bytes()
        (self.folder / f"cut.{name}").write_bytes(data[: int(len(data) * share)])
        return f"cut.{name}"

    def is_whole(self, name, frames):
        record = self.record(name)
        self.assertEqual((record["frames"], record["complete"], record["damaged_frames"]), (frames, True, 0), name)

    def test_cut_in_the_middle(self):
        """More than two frames are missing: told by Matroska, MP4, AVI and FLV, whatever their sound."""
        fragments = ("-movflags", "+frag_keyframe+empty_moov", "-g", "10")
        makers = {
            "a.mkv": (),
            "silent.mkv": {"sound": False},
            "b.webm": ("-c:v", "libvpx", "-c:a", "libvorbis", "-deadline", "realtime"),
            "c.mp4": ("-movflags", "+faststart"),
            "d.mov": ("-movflags", "+faststart"),
            "fragments.mp4": fragments,
            "e.avi": ("-c:v", "mpeg4"),
            "f.flv": ("-c:v", "flv", "-ar", "44100"),
            "vfr.mkv": ("-vf", "select='not(mod(n,3))+gt(n,12)'", "-vsync", "vfr"),
            "bframes.mkv": ("-bf", "3", "-c:a", "flac"),
        }  # fmt: skip
        for name, options in makers.items():
            with self.subTest(name):
                if isinstance(options, dict):
                    self.clip(name, **options)
                else:
                    self.clip(name, *options)
                self.is_whole(name, int(self.probe(name)["nb_read_frames"]))
                done = self.fails(1, f"cut.{name}: ends before its end: it holds", "video", *DEPTH, self.cut(name, 0.6),
                                  "-o", "out.mkv", "--json")  # fmt: skip
                record = json.loads(done.stdout)
                self.assertFalse(record["complete"])
                self.assertEqual(self.probe("out.mkv")["nb_read_frames"], str(record["frames"]))

    def test_seconds_and_bytes_that_are_told(self):
        self.clip("a.mkv")
        held = self.frame_times("a.mkv")
        name = self.cut("a.mkv", 0.6)
        frames = len(self.frame_times(name))
        message = f"it holds {held[frames - 1] + 0.1:.1f} of its 2.0 seconds"
        self.fails(1, message, "video", *DEPTH, name, "-o", "out.mkv")
        # Without a length in seconds: Matroska's element for it is made one without a meaning.
        data = (self.folder / "cut.a.mkv").read_bytes()
        at = data.index(b"\x44\x89\x88")
        (self.folder / "cut.a.mkv").write_bytes(data[:at] + b"\xec\x89" + data[at + 2 :])
        size = (self.folder / "a.mkv").stat().st_size
        message = f"it holds {len(data)} of its {size} bytes"
        self.fails(1, message, "video", *DEPTH, "cut.a.mkv", "-o", "out.mkv")

    def test_a_frame_or_two_and_what_is_no_frame(self):
        """What stands behind the last frame is no loss; nor, in Matroska, are two frames one."""
        self.clip("a.mkv")
        command = "-select_streams", "v", "-show_entries", "packet=pos", "-of", "csv=p=0", "a.mkv"
        places = [int(line.split(",")[0]) for line in self.probe_text(*command).split()]
        data = (self.folder / "a.mkv").read_bytes()
        (self.folder / "index.mkv").write_bytes(data[: len(data) - 40])
        self.is_whole("index.mkv", 20)
        (self.folder / "one.mkv").write_bytes(data[: sorted(places)[-1]])
        self.assertTrue(self.record("one.mkv")["complete"])
        (self.folder / "five.mkv").write_bytes(data[: sorted(places)[-5]])
        self.assertFalse(self.record("five.mkv", code=1)["complete"])

    def test_no_false_alarms(self):
        """Whole files whose headers say another length than their pictures have."""
        longer = ("-f", "lavfi", "-i", "testsrc2=size=96x64:rate=10:duration=2", "-f", "lavfi", "-i")
        for kind in ("mkv", "mp4", "mov", "avi", "ts", "flv", "wmv"):
            codec = ("-c:v", "mpeg4") if kind in ("avi", "wmv") else ()
            codec = ("-c:v", "flv", "-ar", "44100") if kind == "flv" else codec
            self.ffmpeg(*longer, "sine=440:duration=5", *codec, f"long_sound.{kind}")
            self.is_whole(f"long_sound.{kind}", 20)
            self.ffmpeg(*longer, "sine=440:duration=0.5", *codec, f"short_sound.{kind}")
            self.is_whole(f"short_sound.{kind}", 20)
        self.clip("whole.mp4", "-g", "10")
        self.ffmpeg("-ss", "0.5", "-i", "whole.mp4", "-t", "1", "-c", "copy", "edited.mp4")
        self.ffmpeg("-ss", "0.5", "-i", "whole.mp4", "-t", "1", "-c", "copy", "edited.mkv")
        for name in ("edited.mp4", "edited.mkv"):
            self.assertTrue(self.record(name)["complete"], name)
        # A last frame that is shown for ten seconds, and gaps: Matroska, MP4 and AVI.
        slides = ("-vf", "setpts='if(eq(N,19),12,if(gt(N,9),N/10+3,N/10))/TB'", "-vsync", "vfr")
        for name, codec in (("slides.mkv", ()), ("slides.mp4", ()), ("slides.avi", ("-c:v", "mpeg4"))):
            self.clip(name, *slides, *codec, sound=False)
            self.assertTrue(self.record(name)["complete"], name)
        # Subtitles that go on, a start that is not zero, and no length at all (written to a pipe).
        (self.folder / "s.srt").write_text("1\n00:00:00,000 --> 00:00:09,000\nwords\n")
        self.ffmpeg("-i", "whole.mp4", "-i", "s.srt", "-c", "copy", "-c:s", "srt", "subtitles.mkv")
        self.is_whole("subtitles.mkv", 20)
        self.ffmpeg("-i", "whole.mp4", "-c", "copy", "-output_ts_offset", "5", "later.mkv")
        self.is_whole("later.mkv", 20)
        (self.folder / "live.mkv").write_bytes(self.ffmpeg("-i", "whole.mp4", "-c", "copy", "-f", "matroska", "-"))
        self.is_whole("live.mkv", 20)
        for kind in ("y4m", "gif", "mpg", "ogv", "nut", "h264", "mxf", "m2ts"):
            codec = ("-c:v", "mpeg2video", "-r", "25") if kind in ("mxf", "mpg") else ()
            self.clip(f"x.{kind}", *codec, sound=False)
            self.is_whole(f"x.{kind}", int(self.probe(f"x.{kind}")["nb_read_frames"]))

    def part(self, name, codec, *options, seconds=2):
        quiet = ("-x265-params", "log-level=none") if codec == "libx265" else ()
        self.clip(name, "-c:v", codec, *quiet, "-g", "10", "-c:a", "mp2", *options, seconds=seconds)
        return (self.folder / name).read_bytes()

    def sounds_and_pictures(self, name):
        """Lengths of the result's two streams in seconds, decoded."""
        sound = len(self.ffmpeg("-i", name, "-map", "0:a", "-f", "s16le", "-ac", "1", "-ar", "8000", "-")) / 16000
        times = self.frame_times(name)
        return sound, times[-1] - times[0] + 0.1

    def test_joined_transport_streams(self):
        for codec in ("mpeg2video", "libx264", "libx265"):
            with self.subTest(codec):
                one = self.part("one.ts", codec)
                (self.folder / "joined.ts").write_bytes(one * 3)
                self.is_whole("joined.ts", 60)
                times = self.frame_times("out.mkv")
                self.assertEqual(len(times), 60)
                steps = np.diff(times)
                self.assertGreater(steps.min(), 0.05)
                self.assertLess(steps.max(), 0.3)
                sound, pictures = self.sounds_and_pictures("out.mkv")
                self.assertAlmostEqual(pictures, 6, delta=0.4)
                self.assertAlmostEqual(sound, pictures, delta=0.4)

    def test_joints_that_jump_forward_or_by_little(self):
        first = self.part("one.ts", "libx264")
        for offset, length in (("3600", 4), ("5", 7), ("0.5", 4)):
            second = self.part("two.ts", "libx264", "-output_ts_offset", offset)
            (self.folder / "joined.ts").write_bytes(first + second)
            self.is_whole("joined.ts", 40)
            times = self.frame_times("out.mkv")
            self.assertGreater(np.diff(times).min(), 0.04)
            # Up to ten seconds are a gap of the recording, as FFmpeg's own program takes them.
            self.assertAlmostEqual(times[-1] - times[0] + 0.1, length, delta=0.4, msg=offset)
        other = self.part("two.ts", "libx264", "-s", "64x48", seconds=1)
        (self.folder / "joined.ts").write_bytes(first + other)
        self.is_whole("joined.ts", 30)

    def test_losses_are_still_counted(self):
        for codec in ("mpeg2video", "libx264", "libx265"):
            data = self.part("one.ts", codec, "-s", "320x240")
            packets = [data[at : at + PACKET] for at in range(0, len(data), PACKET)]
            pictures = [i for i, p in enumerate(packets) if ((p[1] & 31) << 8 | p[2]) == 256]
            inner = [i for i in pictures[len(pictures) // 2 :] if not packets[i][1] & 0x40]
            lost = set(inner[:4])
            (self.folder / "lossy.ts").write_bytes(b"".join(p for i, p in enumerate(packets) if i not in lost))
            record = self.record("lossy.ts", code=1)
            self.assertGreaterEqual(record["damaged_frames"], 1, codec)
            self.assertGreaterEqual(record["frames"], 12, codec)


if __name__ == "__main__":
    unittest.main()
