"""dpt video: the source's sound, copied where the container can hold it, else converted; by FFmpeg's programs."""

import json
import unittest

import numpy as np
from video_support import VideoTest

RATE = 48000
CLICKS = (0.25, 0.9, 1.5)  # seconds
# A click is ten milliseconds of 1 kHz.
CLICK_TRACK = "aevalsrc='" + "+".join(f"sin(2000*PI*t)*between(t,{at},{at + 0.01})" for at in CLICKS) + "':d=2:s=48000"


class VideoSound(VideoTest):
    def clicking(self, name, *options, channels=2):
        picture = ("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10:duration=2")
        self.ffmpeg(*picture, "-f", "lavfi", "-i", CLICK_TRACK, "-ac", channels, "-strict", "-2", *options, name)
        return name

    def sounds(self, name):
        """[(codec, channels, title)] of the sound tracks."""
        entries = "stream=codec_name,channels:stream_tags=language"
        text = self.probe_text("-select_streams", "a", "-show_entries", entries, "-of", "json", name)
        streams = json.loads(text)["streams"]
        return [(s["codec_name"], s["channels"], s.get("tags", {}).get("language")) for s in streams]

    def codecs(self, name):
        return [codec for codec, _, _ in self.sounds(name)]

    def samples(self, name, track=0):
        """Of one track, from the file's time zero on: FFmpeg fills with silence what is missing before it."""
        command = ("-i", name, "-map", f"0:a:{track}", "-af", "aresample=async=1:first_pts=0", "-ac", "1")
        return np.frombuffer(self.ffmpeg(*command, "-ar", RATE, "-f", "s16le", "-"), np.int16) / 32768

    def shown_at(self, name, frame=0):
        """When a frame is shown, from where FFmpeg's program begins to count: the file's first time."""
        if name.endswith(".avi"):  # has no times
            return frame / 10
        start = float(self.probe_text("-show_entries", "format=start_time", "-of", "csv=p=0", name))
        return self.frame_times(name)[frame] - start

    def hears_the_clicks(self, name, track=0, at=CLICKS):
        sound = np.abs(self.samples(name, track))
        begins = self.shown_at(name)
        for moment in at:
            near = sound[int((begins + moment - 0.2) * RATE) : int((begins + moment + 0.25) * RATE)]
            loud = np.flatnonzero(near > near.max() / 2)[0] / RATE - 0.2
            self.assertGreater(near.max(), 0.05, name)
            # 1105 samples of MP3's delay, which AVI cannot tell, are 23 ms.
            self.assertAlmostEqual(loud, 0, delta=0.03, msg=f"{name}: {moment}")
        self.assertLess(sound[int((begins + 0.5) * RATE) : int((begins + 0.7) * RATE)].max(), 0.02, name)

    def show(self, source, output):
        """MPEG-2, which .ts has by default, knows no ten frames a second."""
        return self.video(source, "-o", output, *(("--codec", "libx264") if output.endswith(".ts") else ()))

    def takes(self, source, output, codec, note=None):
        done = self.show(source, output)
        self.assertEqual(self.codecs(output), [codec], output)
        if note is None:
            self.assertNotIn(b"sound", done.stderr)
        else:
            self.assertIn(f"{output}: cannot hold {note}", done.stderr.decode())
        self.hears_the_clicks(output)
        length = len(self.samples(output)) / RATE
        self.assertAlmostEqual(length, 2, delta=0.12, msg=output)
        self.assertEqual(self.probe(output)["nb_read_frames"], "20")

    def test_converted_where_the_container_refuses(self):
        cases = [
            ("truehd", "x.mp4", "aac", "truehd sound; it is converted to aac"),
            ("libopus", "x.mov", "aac", "opus sound; it is converted to aac"),
            ("adpcm_ima_wav", "x.avi", "mp3", "adpcm_ima_wav sound; it is converted to mp3"),
            ("adpcm_ms", "x.mov", "aac", "adpcm_ms sound; it is converted to aac"),
            ("pcm_s24le", "x.mp4", "aac", "pcm_s24le sound; it is converted to aac"),
            ("pcm_s16le", "x.webm", "opus", "pcm_s16le sound; it is converted to opus"),
            ("flac", "x.ts", "mp2", "flac sound; it is converted to mp2"),
            ("pcm_f64le", "x.flv", "mp3", "pcm_f64le sound; it is converted to mp3"),
            ("wavpack", "x.avi", "mp3", "wavpack sound; it is converted to mp3"),
        ]
        for codec, output, expected, note in cases:
            with self.subTest((codec, output)):
                self.clicking("x.mkv", "-c:a", codec)
                self.takes("x.mkv", output, expected, note)
        # FFmpeg 7 puts it into MP4 as it is.
        self.clicking("x.mkv", "-c:a", "flac")
        self.video("x.mkv", "-o", "x.mp4")
        self.assertIn(self.codecs("x.mp4"), [["aac"], ["flac"]])
        self.hears_the_clicks("x.mp4")

    def test_copied_where_it_can_be(self):
        cases = [
            ("aac", "mkv", "x.mp4"), ("aac", "ts", "x.mp4"), ("aac", "mp4", "x.ts"), ("ac3", "mkv", "x.ts"),
            ("libmp3lame", "mkv", "x.mp4"), ("libopus", "mkv", "x.webm"), ("libopus", "mkv", "x.mp4"),
            ("alac", "mov", "x.mov"), ("pcm_s24le", "mov", "x.mov"), ("flac", "mkv", "x.mkv"),
            ("truehd", "mkv", "x.mkv"), ("pcm_s16le", "mkv", "x.avi"),
        ]  # fmt: skip
        names = {"libmp3lame": "mp3", "libopus": "opus"}
        for codec, source, output in cases:
            with self.subTest((codec, source, output)):
                self.clicking(f"s.{source}", "-c:a", codec)
                self.takes(f"s.{source}", output, names.get(codec, codec))

    def test_channels_and_rates(self):
        for channels, rate in ((1, 8000), (6, 44100), (2, 96000)):
            self.clicking("x.mkv", "-c:a", "flac", "-ar", rate, channels=channels)
            for output in ("x.webm", "x.ts"):
                self.show("x.mkv", output)
                self.hears_the_clicks(output)
                self.assertEqual(self.sounds(output)[0][1], min(channels, 2 if output == "x.ts" else 6))

    def test_several_tracks(self):
        languages = ("-metadata:s:a:0", "language=deu", "-metadata:s:a:1", "language=fra")
        self.ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10:duration=2", "-f", "lavfi", "-i", CLICK_TRACK,
                    "-f", "lavfi", "-i", "sine=440:duration=2", "-map", "0", "-map", "2", "-map", "1", "-c:a:0", "aac",
                    "-c:a:1", "pcm_s16le", *languages, "two.mkv")  # fmt: skip
        done = self.video("two.mkv", "-o", "out.mp4")
        self.assertEqual(self.sounds("out.mp4"), [("aac", 1, "deu"), ("aac", 1, "fra")])
        self.assertEqual(done.stderr.decode().count("converted"), 1)
        self.hears_the_clicks("out.mp4", track=1)

    def test_other_streams_are_left_out(self):
        (self.folder / "s.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nwords\n")
        (self.folder / "note.txt").write_text("attached")
        self.clicking("x.mp4", "-c:a", "aac")
        self.ffmpeg("-i", "x.mp4", "-i", "s.srt", "-c", "copy", "-c:s", "srt", "-attach", "note.txt",
                    "-metadata:s:t", "mimetype=text/plain", "x.mkv")  # fmt: skip
        self.takes("x.mkv", "x.mov", "aac")
        self.video("x.mkv", "-o", "silent.mp4", "--no-audio")
        self.assertEqual(self.sounds("silent.mp4"), [])

    def test_gaps_and_a_late_beginning(self):
        """Converted sound stays where it was: 0.4 seconds are missing, all begins half a second after the picture."""
        gap = "aselect='not(between(t,1,1.4))'"
        self.clicking("gap.mkv", "-af", gap, "-c:a", "flac")
        self.video("gap.mkv", "-o", "gap.webm")
        self.hears_the_clicks("gap.webm")
        self.clicking("x.mkv", "-c:a", "flac")
        both = ("-i", "x.mkv", "-itsoffset", "0.5", "-i", "x.mkv", "-map", "0:v", "-map", "1:a", "-c", "copy")
        self.ffmpeg(*both, "late.mkv")
        for output in ("late.webm", "late.mov"):
            self.video("late.mkv", "-o", output)
            self.hears_the_clicks(output, at=[at + 0.5 for at in CLICKS if at != 0.25])

    def test_joined_streams_keep_their_sound(self):
        self.clicking("one.ts", "-c:v", "mpeg2video", "-c:a", "mp2")
        one = (self.folder / "one.ts").read_bytes()
        (self.folder / "joined.ts").write_bytes(one * 2)
        for output in ("copied.mkv", "converted.webm"):
            self.video("joined.ts", "-o", output)
            second = self.shown_at(output, 20)
            self.hears_the_clicks(output)
            sound = np.abs(self.samples(output))
            for at in CLICKS:
                near = sound[int((second + at - 0.1) * RATE) : int((second + at + 0.15) * RATE)]
                loud = np.flatnonzero(near > near.max() / 2)[0] / RATE - 0.1
                self.assertAlmostEqual(loud, 0, delta=0.06, msg=output)

    def test_sound_that_nothing_decodes(self):
        """Its codec's name is made one that FFmpeg does not know: the video is silent, and all else is done."""
        self.clicking("x.mkv", "-c:a", "pcm_s16le")
        data = (self.folder / "x.mkv").read_bytes()
        self.assertEqual(data.count(b"A_PCM/INT/LIT"), 1)
        (self.folder / "odd.mkv").write_bytes(data.replace(b"A_PCM/INT/LIT", b"A_ODD/INT/LIT"))
        done = self.video("odd.mkv", "-o", "odd.mp4")
        self.assertIn(b"odd.mp4: cannot hold none sound; it is left out", done.stderr)
        self.assertEqual(self.sounds("odd.mp4"), [])
        self.assertEqual(self.probe("odd.mp4")["nb_read_frames"], "20")


if __name__ == "__main__":
    unittest.main()
