"""dpt video: the shape of pixels, and depth in grey of more than 8 bits, as FFmpeg's programs decode them."""

import unittest
from fractions import Fraction

import numpy as np
from support import read_png
from video_support import DEPTH, LABELS, QUARTER, VideoTest

WIDTH, HEIGHT = 96, 64


class VideoFormat(VideoTest):
    def aspect(self, name):
        return self.probe(name, "stream=sample_aspect_ratio").get("sample_aspect_ratio")

    def test_shape_of_pixels(self):
        for aspect in ("16/11", "4/3", "8/9", "64/45"):
            shown = aspect.replace("/", ":")
            self.clip("s.mp4", "-vf", f"setsar={aspect}", sound=False)
            for output in ("o.mp4", "o.mkv", "o.mov", "o.webm", "o.avi"):
                self.video("s.mp4", "-o", output, "--frames", "2")
                if output == "o.webm":  # has the picture's width in whole pixels
                    told = Fraction(self.aspect(output).replace(":", "/"))
                    self.assertAlmostEqual(float(told * WIDTH), float(Fraction(aspect) * WIDTH), delta=0.51)
                else:
                    self.assertEqual(self.aspect(output), shown, output)
            for view in ("side", "stack", "overlay"):
                self.video("s.mp4", "-o", "view.mp4", "--view", view, "--frames", "2")
                self.assertEqual(self.aspect("view.mp4"), shown, view)
        pal = ("-vf", "setsar=16/15", "-s", "720x576", "-r", "25", "-c:v", "dvvideo")
        self.clip("dv.avi", *pal, sound=False, seconds=0.2)
        self.video("dv.avi", "-o", "o.mp4")
        self.assertEqual(self.aspect("o.mp4"), self.aspect("dv.avi"))
        self.assertNotEqual(self.aspect("o.mp4"), "1:1")
        self.clip("square.mp4", sound=False)
        self.video("square.mp4", "-o", "o.mp4", "--frames", "2")
        self.assertIn(self.aspect("o.mp4"), ("1:1", None))

    def test_shape_of_pixels_of_turned_pictures(self):
        self.clip("s.mp4", "-vf", "setsar=16/11", sound=False)
        half = (-1, 0, 0, 0, -1, 0, 0, 0, 1)
        for matrix, size, aspect in ((QUARTER, (64, 96), "11:16"), (half, (96, 64), "16:11")):
            self.video(self.turned("s.mp4", matrix), "-o", "o.mp4", "--frames", "2")
            stream = self.probe("o.mp4")
            self.assertEqual((stream["width"], stream["height"]), size)
            self.assertEqual(self.aspect("o.mp4"), aspect)

    def test_single_frames_keep_their_pixels(self):
        self.clip("s.mp4", "-vf", "setsar=16/11", sound=False, seconds=0.2)
        self.video("s.mp4", "-o", "f%d.png")
        self.assertEqual(read_png(self.folder / "f1.png")[0].shape, (HEIGHT, WIDTH))

    def words(self, name, pixel_format="gray16le", width=WIDTH, height=HEIGHT):
        raw = self.ffmpeg("-i", name, "-f", "rawvideo", "-pix_fmt", pixel_format, "-")
        return np.frombuffer(raw, "<u2").reshape(-1, height, width)

    def luma(self, name, width=WIDTH, height=HEIGHT, bits=10):
        """Brightness of planar YCbCr as it is stored; and that there is no colour."""
        pixel_format = self.probe(name)["pix_fmt"]
        raw = np.frombuffer(self.ffmpeg("-i", name, "-f", "rawvideo", "-pix_fmt", pixel_format, "-"), "<u2")
        return raw.reshape(2, -1)[:, : width * height].reshape(-1, height, width)

    def grey(self, output, pixel_format, *options, codec="ffv1", **more):
        return self.video("s.mkv", "-o", output, "--codec", codec, "--pixel-format", pixel_format, "--colormap", "gray",
                          "--range", "frame", *options, **more)  # fmt: skip

    def test_grey_of_more_than_8_bits(self):
        self.clip("s.mkv", "-c:v", "ffv1", "-pix_fmt", "bgr0", seconds=0.2, sound=False)
        self.video("s.mkv", "-o", "d%d.png")
        codes = np.stack([read_png(self.folder / f"d{i}.png")[0] for i in (1, 2)]).astype(int)
        self.assertGreater(len(np.unique(codes)), 1000)
        self.grey("o.mkv", "gray16le")
        np.testing.assert_array_equal(self.words("o.mkv"), codes)
        self.assertEqual(self.probe("o.mkv")["color_range"], "pc")
        for bits in (10, 12):
            self.grey("o.mkv", f"gray{bits}le")
            expected = np.rint(codes * (2**bits - 1) / 65535)
            np.testing.assert_array_equal(self.words("o.mkv", f"gray{bits}le"), expected)
        for pixel_format in ("gbrp16le", "gbrp12le"):
            bits = int(pixel_format[4:6])
            self.grey("o.mkv", pixel_format)
            raw = self.ffmpeg("-i", "o.mkv", "-f", "rawvideo", "-pix_fmt", pixel_format, "-")
            planes = np.frombuffer(raw, "<u2").reshape(2, 3, HEIGHT, WIDTH)
            for plane in range(3):
                np.testing.assert_array_equal(planes[:, plane], np.rint(codes * (2**bits - 1) / 65535))
        for pixel_format in ("yuv420p10le", "yuv444p16le", "yuv422p12le"):
            bits = int(pixel_format[7:9])
            scale = 2 ** (bits - 8)
            self.grey("o.mkv", pixel_format)
            full = self.probe("o.mkv")["color_range"] == "pc"
            low, high = (0, 2**bits - 1) if full else (16 * scale, 235 * scale)
            expected = np.rint(low + codes * (high - low) / 65535)
            self.assertLessEqual(np.abs(self.luma("o.mkv") - expected).max(), 1)
            shown = self.ffmpeg("-i", "o.mkv", "-f", "rawvideo", "-pix_fmt", "rgb24", "-")
            pixels = np.frombuffer(shown, np.uint8).reshape(-1, 3).astype(int)
            self.assertLessEqual(np.abs(pixels - pixels[:, :1]).max(), 1)

    def test_grey_of_lossy_encoders(self):
        self.clip("s.mkv", "-c:v", "ffv1", "-pix_fmt", "bgr0", seconds=0.2, sound=False)
        self.grey("eight.mkv", "yuv420p", codec="libx264")
        eight = len(np.unique(self.words("eight.mkv")))
        self.assertLessEqual(eight, 256)
        encoders = [
            ("libx265", "yuv420p10le", ("--quality", "4")),
            ("prores_ks", "yuv422p10le", ()),
            ("libx265", "gray12le", ("--quality", "4")),
            ("libx264", "yuv444p10le", ("--quality", "4")),
        ]
        for codec, pixel_format, options in encoders:
            with self.subTest((codec, pixel_format)):
                output = "o.mov" if codec == "prores_ks" else "o.mkv"
                self.grey(output, pixel_format, *options, codec=codec)
                self.assertEqual(self.probe(output)["pix_fmt"], pixel_format)
                self.assertGreater(len(np.unique(self.words(output))), 500)

    def test_grey_beside_the_picture(self):
        self.clip("s.mkv", "-c:v", "ffv1", "-pix_fmt", "bgr0", "-s", "95x63", seconds=0.2, sound=False)
        self.video("s.mkv", "-o", "d%d.png")
        codes = np.stack([read_png(self.folder / f"d{i}.png")[0] for i in (1, 2)])
        self.grey("side.mkv", "gray16le", "--view", "side")
        np.testing.assert_array_equal(self.words("side.mkv", width=190, height=63)[:, :, 95:], codes)
        self.grey("stack.mkv", "gray16le", "--view", "stack")
        np.testing.assert_array_equal(self.words("stack.mkv", width=95, height=126)[:, 63:], codes)
        # An odd size is extended by its last column and row, which hold the same depth.
        self.grey("odd.mkv", "yuv420p10le")
        luma = self.luma("odd.mkv", 96, 64)
        np.testing.assert_array_equal(luma[:, :, 95], luma[:, :, 94])
        np.testing.assert_array_equal(luma[:, 63], luma[:, 62])

    def test_grey_that_is_refused(self):
        self.clip("s.mkv", seconds=0.2, sound=False)
        wanted = "--pixel-format gray16le: holds nothing but grey of more than 8 bits"
        command = ("s.mkv", "-o", "o.mkv", "--codec", "ffv1", "--pixel-format", "gray16le")
        self.fails(2, wanted, "video", *DEPTH, *command)
        self.fails(2, wanted, "video", *DEPTH, *command, "--colormap", "gray", "--view", "overlay")
        self.fails(2, wanted, "video", *LABELS, *command)
        command = ("s.mkv", "-o", "o.avi", "--codec", "rawvideo", "--pixel-format", "grayf32le", "--colormap", "gray")
        self.fails(2, "--pixel-format grayf32le: ", "video", *DEPTH, *command)
        self.assertEqual(self.files(), ["s.mkv"])


if __name__ == "__main__":
    unittest.main()
