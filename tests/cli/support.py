"""What the command line tests share: running the program, and readers of its files that share no code with it."""

import json
import os
import pty
import select
import signal
import struct
import subprocess
import tempfile
import termios
import unittest
import zlib
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"
IMAGES = DATA / "images"
TINY = DATA / "tiny"
DPT = os.environ["DPT_BINARY"]
UNSET = (
    "COLUMNS", "DPT_MODELS", "DPT_THREADS", "DPT_CPU", "HF_ENDPOINT", "HF_HOME", "HF_HUB_CACHE", "HF_HUB_OFFLINE",
    "HF_TOKEN",
    "AWS_BATCH_JOB_ARRAY_INDEX", "JOB_COMPLETION_INDEX", "LSB_JOBINDEX", "MV2_COMM_WORLD_RANK", "NO_COLOR",
    "OMPI_COMM_WORLD_RANK", "PARALLEL_SEQ", "PBS_ARRAYID", "PBS_ARRAY_INDEX", "PMI_RANK", "SGE_TASK_ID",
    "SLURM_ARRAY_TASK_ID", "SLURM_PROCID",
)  # fmt: skip

# What a shell's background job or nohup lets its children ignore would stay ignored in the programs under test.
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, signal.SIG_DFL)


def environment(**variables):
    clean = {key: value for key, value in os.environ.items() if key not in UNSET}
    return {**clean, "DPT_MODELS": str(ROOT / "models"), "XDG_CACHE_HOME": "/no/cache", **variables}


class CliTest(unittest.TestCase):
    """A test with a folder of its own (self.folder), in which the program runs."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def dpt(self, *arguments, code=0, variables=None, stdout=subprocess.PIPE, **options):
        """Runs dpt and checks its exit code. Gives the finished process; its outputs are bytes."""
        done = subprocess.run(
            [DPT, *map(str, arguments)],
            cwd=self.folder,
            env=environment(**(variables or {})),
            stdout=stdout,
            stderr=subprocess.PIPE,
            timeout=300,
            check=False,
            **{"stdin": subprocess.DEVNULL, **options},
        )
        self.assertEqual(done.returncode, code, f"dpt {arguments}: {done.stderr.decode(errors='replace')}")
        return done

    def on_terminal(self, *arguments, code=0, answers="", variables=None, program=DPT):
        """Runs dpt with a terminal as standard input and standard error, on which `answers` are typed. Gives what the
        terminal shows, without a progress bar and without what was typed."""
        ours, its = pty.openpty()
        modes = termios.tcgetattr(its)
        modes[3] &= ~termios.ECHO
        termios.tcsetattr(its, termios.TCSANOW, modes)
        self.addCleanup(os.close, ours)
        os.write(ours, answers.encode())
        process = subprocess.Popen(
            [program, *map(str, arguments)],
            cwd=self.folder,
            env=environment(**{"NO_COLOR": "1", **(variables or {})}),
            stdin=its,
            stdout=subprocess.DEVNULL,
            stderr=its,
        )
        os.close(its)
        shown = b""
        while True:
            if not select.select([ours], [], [], 300)[0]:
                process.kill()
                self.fail(f"dpt {arguments} waits for an answer: {shown.decode()}")
            try:
                piece = os.read(ours, 65536)
            except OSError:  # the terminal's other end is closed
                break
            if not piece:
                break
            shown += piece
        process.wait(timeout=300)
        text = shown.decode().replace("\r\n", "\n")
        self.assertEqual(process.returncode, code, f"dpt {arguments}: {text}")
        return text

    def fails(self, code, text, *arguments, **options):
        """Runs dpt, which must fail with this exit code and say `text`, in lines that begin "dpt: "."""
        done = self.dpt(*arguments, code=code, **options)
        message = done.stderr.decode()
        self.assertIn(text, message)
        for line in message.splitlines():
            self.assertTrue(line.startswith("dpt: "), line)
        return done

    def picture(self, name="tiny_gray.png", source="tiny_gray.png"):
        """A picture in the folder; name may hold a folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((IMAGES / source).read_bytes())
        return path

    def files(self, below="."):
        folder = self.folder / below
        return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def divide_weights(model, *names):
    """Divides the weights of a Hugging Face folder among files of these names, which an index tells."""
    data = (model / "model.safetensors").read_bytes()
    (model / "model.safetensors").unlink()
    size = int.from_bytes(data[:8], "little")
    tensors = sorted((k, v) for k, v in json.loads(data[8 : 8 + size]).items() if k != "__metadata__")
    shards, place = {name: ({}, b"") for name in names}, {}
    for i, (key, tensor) in enumerate(tensors):
        place[key] = name = names[i % len(names)]
        header, body = shards[name]
        begin, end = tensor["data_offsets"]
        header[key] = {**tensor, "data_offsets": [len(body), len(body) + end - begin]}
        shards[name] = header, body + data[8 + size + begin : 8 + size + end]
    for name, (header, body) in shards.items():
        text = json.dumps(header).encode()
        (model / name).write_bytes(len(text).to_bytes(8, "little") + text + body)
    (model / "model.safetensors.index.json").write_text(json.dumps({"weight_map": place}))


def json_lines(output):
    return [json.loads(line) for line in output.decode().splitlines()]


def png_chunks(data):
    assert data[:8] == b"\x89PNG\r\n\x1a\n", "no PNG signature"
    at = 8
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        (crc,) = struct.unpack(">I", data[at + 8 + length : at + 12 + length])
        assert crc == zlib.crc32(kind + body), f"CRC of {kind}"
        yield kind, body
        at += 12 + length


def unfilter(kind, line, above, pixel):
    """PNG filters (RFC 2083, section 6) on one row of bytes."""
    out = bytearray(line)
    for i in range(len(out)):
        left = out[i - pixel] if i >= pixel else 0
        up = above[i]
        corner = above[i - pixel] if i >= pixel else 0
        if kind == 1:
            predicted = left
        elif kind == 2:
            predicted = up
        elif kind == 3:
            predicted = (left + up) // 2
        elif kind == 4:
            distances = (abs(up - corner), abs(left - corner), abs(left + up - 2 * corner))
            predicted = (left, up, corner)[distances.index(min(distances))]
        else:
            predicted = 0
        out[i] = (out[i] + predicted) & 255
    return bytes(out)


def read_png(source):
    """(pixels, palette or None, texts): pixels H x W (grey, palette) or H x W x C, uint8 or uint16."""
    data = source if isinstance(source, bytes) else Path(source).read_bytes()
    chunks = list(png_chunks(data))
    assert chunks[0][0] == b"IHDR" and chunks[-1][0] == b"IEND"
    width, height, depth, color, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    assert not interlaced and depth in (8, 16)
    channels = {0: 1, 2: 3, 3: 1, 6: 4}[color]
    pixel = channels * depth // 8
    raw = zlib.decompress(b"".join(body for kind, body in chunks if kind == b"IDAT"))
    stride = width * pixel
    assert len(raw) == height * (stride + 1)
    rows, above = [], bytes(stride)
    for y in range(height):
        line = raw[y * (stride + 1) : (y + 1) * (stride + 1)]
        above = unfilter(line[0], line[1:], above, pixel)
        rows.append(above)
    pixels = np.frombuffer(b"".join(rows), ">u2" if depth == 16 else "u1")
    pixels = pixels.reshape((height, width, channels) if channels > 1 else (height, width))
    palette = next((np.frombuffer(body, "u1").reshape(-1, 3) for kind, body in chunks if kind == b"PLTE"), None)
    texts = dict(body.decode("latin-1").split("\0", 1) for kind, body in chunks if kind == b"tEXt")
    return pixels, palette, texts


def write_png(path, pixels):
    """Grey (H x W) or RGB (H x W x 3) pixels, uint8 or uint16."""
    height, width = pixels.shape[:2]
    rows = pixels.astype(pixels.dtype.newbyteorder(">")).reshape(height, -1)
    raw = b"".join(b"\0" + row.tobytes() for row in rows)

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8 * pixels.itemsize, 2 if pixels.ndim == 3 else 0, 0, 0, 0)
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    data = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw, 1)) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + data)


def read_pfm(path):
    magic, size, scale, data = Path(path).read_bytes().split(b"\n", 3)
    assert magic == b"Pf" and scale == b"-1.000000"
    width, height = map(int, size.split())
    return np.frombuffer(data, "<f4").reshape(height, width)[::-1]


def read_tiff(path):
    """A float32 TIFF of one sample per pixel in deflated or plain strips, without predictor."""
    data = Path(path).read_bytes()
    assert data[:4] == b"II*\0"
    (at,) = struct.unpack("<I", data[4:8])
    (count,) = struct.unpack("<H", data[at : at + 2])
    tags = {}
    for i in range(count):
        tag, kind, number = struct.unpack("<HHI", data[at + 2 + 12 * i :][:8])
        size = {3: 2, 4: 4}.get(kind)
        if size is None:
            continue
        place = at + 10 + 12 * i
        if number * size > 4:
            (place,) = struct.unpack("<I", data[place : place + 4])
        tags[tag] = struct.unpack(f"<{number}{'H' if size == 2 else 'I'}", data[place : place + number * size])
    width, height, compression = tags[256][0], tags[257][0], tags[259][0]
    assert tags[258] == (32,) and tags[339] == (3,) and tags.get(277, (1,)) == (1,)
    strips = [data[offset : offset + size] for offset, size in zip(tags[273], tags[279])]
    if compression != 1:
        strips = [zlib.decompress(strip) for strip in strips]
    if tags.get(317, (1,))[0] == 3:
        strips = [undo_float_predictor(strip, width) for strip in strips]
    return np.frombuffer(b"".join(strips), "<f4").reshape(height, width)


def undo_float_predictor(strip, width):
    """TIFF technical note 3: bytes of a row by significance, each the difference from the one before."""
    rows = np.frombuffer(strip, "u1").reshape(-1, width * 4)
    planes = np.cumsum(rows, axis=1, dtype=np.uint64).astype(np.uint8).reshape(-1, 4, width)
    return np.ascontiguousarray(planes[:, ::-1].transpose(0, 2, 1)).tobytes()


def read_safetensors(path):
    """{name: array}"""
    data = Path(path).read_bytes()
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + size])
    types = {"F32": "<f4", "F16": "<f2", "I8": "i1", "U8": "u1", "U16": "<u2", "I64": "<i8", "I32": "<i4"}
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            values = np.frombuffer(data[8 + size + begin : 8 + size + end], types[entry["dtype"]])
            tensors[name] = values.reshape(entry["shape"])
    return tensors


def error_of_range(result, reference):
    """Largest difference, in units of the reference's range."""
    return float(np.abs(result.astype(np.float64) - reference).max() / np.ptp(reference.astype(np.float64)))
