"""Makes the AVIF pictures in avif/ and what cv2.imread makes of them.

python make_avif.py (numpy, opencv 5.0 with libavif 1.4; ffmpeg with libaom)
"""

import pathlib
import struct
import subprocess

import cv2
import numpy as np

PICTURES = pathlib.Path(__file__).parent / "avif"
CASES = (  # name, pixel format, matrix, range
    ("420", "yuv420p", "smpte170m", "pc"),
    ("420_limited", "yuv420p", "smpte170m", "tv"),
    ("420_10bit_bt709", "yuv420p10le", "bt709", "tv"),
    ("420_bt709_full", "yuv420p", "bt709", "pc"),
    ("422", "yuv422p", "smpte170m", "pc"),
    ("444_bt2020", "yuv444p", "bt2020nc", "tv"),
    ("444_12bit", "yuv444p12le", "bt2020nc", "pc"),
    ("gray", "gray", "smpte170m", "pc"),
)


def scene(width, height):
    """Colours that change from pixel to pixel, so that chroma between samples matters."""
    rng = np.random.default_rng(11)
    y, x = np.mgrid[0:height, 0:width]
    planes = [np.sin(x / 2), np.cos(y / 2 + x / 5), np.sin((x + y) / 3)]
    data = 0.5 + 0.4 * np.stack(planes, -1) + rng.normal(0, 0.05, (height, width, 3))
    return (np.clip(data, 0, 1) * 255 + 0.5).astype(np.uint8)


for number, (name, pixels, matrix, rang) in enumerate(CASES):
    width, height = 33 - number % 2, 25 - number // 2 % 2
    path = PICTURES / f"{name}.avif"
    command = ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-i", "-"]
    command += ["-vf", f"scale=out_color_matrix={matrix.replace('nc', '')}:out_range={rang},format={pixels}"]
    command += ["-frames:v", "1", "-colorspace", matrix, "-color_range", rang, "-color_primaries", "bt709"]
    command += ["-color_trc", "iec61966-2-1", "-c:v", "libaom-av1", "-still-picture", "1", "-crf", "15", str(path)]
    subprocess.run(command, input=scene(width, height).tobytes(), check=True)
    rgb = np.ascontiguousarray(cv2.imread(str(path), cv2.IMREAD_COLOR)[..., ::-1])
    assert path.stat().st_size < 4096
    path.with_name(path.name + ".rgb").write_bytes(struct.pack("<HH", rgb.shape[1], rgb.shape[0]) + rgb.tobytes())
