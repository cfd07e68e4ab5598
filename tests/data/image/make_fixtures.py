"""Makes the small pictures of all formats in this folder, and what the reference programs make of them.

python make_fixtures.py (numpy, opencv 5.0, pillow 13, torch 2.15):
pictures/  NAME.EXT and NAME.EXT.rgb, the pixels of cv2.imread(NAME.EXT, IMREAD_COLOR) as RGB: width and height
           (uint16, little-endian), then the bytes
resized/   piece.png and plane.npy, and what OpenCV, Pillow and PyTorch resize them to
depth/     depth files by other writers
"""

import pathlib
import struct
import subprocess
import sys
import zipfile
import zlib

import cv2
import numpy as np
from PIL import Image, ImageOps
from PIL.PngImagePlugin import PngInfo

HERE = pathlib.Path(__file__).parent
PICTURES = HERE / "pictures"
W, H = 19, 13
rng = np.random.default_rng(7)


def scene(width=W, height=H, channels=3, bits=8):
    """A smooth picture with some noise, so that every format has something to get wrong."""
    y, x = np.mgrid[0:height, 0:width] / max(width, height)
    planes = [
        0.5 + 0.5 * np.sin(5 * x + 2 * y),
        0.5 + 0.5 * np.cos(4 * y - x),
        x * 0.7 + y * 0.3,
        (x + y) / 2,
    ]
    data = np.stack(planes[:channels], -1) + rng.normal(0, 0.03, (height, width, channels))
    top = 2**bits - 1
    return (np.clip(data, 0, 1) * top + 0.5).astype(np.uint16 if bits > 8 else np.uint8)


def png(name, pixels, bits, color, interlace=0, palette=None, trns=None, exif=None):
    """Writes PNGs of every colour type, which Pillow does not."""
    height, width = pixels.shape[:2]
    pixels = pixels.reshape(height, width, -1)

    def packed(part):
        rows = []
        for row in part:
            if bits == 16:
                data = row.astype(">u2").tobytes()
            elif bits == 8:
                data = row.astype(np.uint8).tobytes()
            else:
                flat = row.reshape(-1)
                flat = np.pad(flat, (0, -len(flat) % (8 // bits)))
                data = bytes(
                    sum(int(v) << (8 - bits * (i + 1)) for i, v in enumerate(group))
                    for group in flat.reshape(-1, 8 // bits)
                )
            rows.append(b"\0" + data)
        return b"".join(rows)

    if interlace:
        passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
        raw = b"".join(
            packed(pixels[y::dy, x::dx]) for x, y, dx, dy in passes if pixels[y::dy, x::dx].size
        )
    else:
        raw = packed(pixels)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    out = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, color, 0, 0, interlace))
    if palette is not None:
        out += chunk(b"PLTE", palette.tobytes())
    if trns is not None:
        out += chunk(b"tRNS", trns)
    if exif is not None:
        out += chunk(b"eXIf", exif)
    out += chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b"")
    (PICTURES / name).write_bytes(out)


def exif(orientation, order="<"):
    mark = b"II" if order == "<" else b"MM"
    return mark + struct.pack(order + "HIHHHIHHI", 42, 8, 1, 0x0112, 3, 1, orientation, 0, 0)


def make_png():
    for bits in (1, 2, 4):
        png(f"gray{bits}.png", scene(channels=1) >> (8 - bits), bits, 0)
    png("gray8.png", scene(channels=1), 8, 0)
    png("gray16.png", scene(channels=1, bits=16), 16, 0)
    png("gray8_transparent.png", scene(channels=1), 8, 0, trns=b"\0\x50")
    png("gray_alpha8.png", scene(channels=2), 8, 4)
    png("gray_alpha16.png", scene(channels=2, bits=16), 16, 4)
    png("rgb8.png", scene(), 8, 2)
    png("rgb16.png", scene(bits=16), 16, 2)
    png("rgba8.png", scene(channels=4), 8, 6)
    png("rgba16.png", scene(channels=4, bits=16), 16, 6)
    for bits in (1, 2, 4, 8):
        palette = rng.integers(0, 256, (2**bits, 3)).astype(np.uint8)
        trns = bytes(rng.integers(0, 256, 2**bits).astype(np.uint8)) if bits in (4, 8) else None
        png(f"palette{bits}.png", scene(channels=1) >> (8 - bits), bits, 3, palette=palette, trns=trns)
    png("interlaced.png", scene(), 8, 2, interlace=1)
    png("interlaced_gray2.png", scene(channels=1) >> 6, 2, 0, interlace=1)
    png("one_pixel.png", scene(1, 1), 8, 2)
    for value in range(1, 9):
        png(f"exif{value}.png", scene(5, 3), 8, 2, exif=exif(value, "<" if value % 2 else ">"))


def make_jpeg():
    rgb = Image.fromarray(scene(40, 27))
    for subsampling, name in ((0, "444"), (1, "422"), (2, "420")):
        rgb.save(PICTURES / f"jpeg{name}.jpg", quality=85, subsampling=subsampling)
    rgb.save(PICTURES / "progressive.jpg", quality=80, progressive=True)
    rgb.save(PICTURES / "restart.jpg", quality=80, restart_marker_blocks=2)
    rgb.convert("L").save(PICTURES / "gray.jpg", quality=85)
    Image.fromarray(scene(40, 27, 4), "CMYK").save(PICTURES / "cmyk.jpg", quality=85)
    data = Image.fromarray(scene(40, 27, 3))
    data.save(PICTURES / "rgb_stored.jpg", quality=85, keep_rgb=True)
    make_ycck()
    for value in range(1, 9):
        Image.fromarray(scene(21, 9)).save(
            PICTURES / f"exif{value}.jpg", quality=70, exif=b"Exif\0\0" + exif(value, "<" if value % 2 else ">")
        )


def make_ycck():
    """A CMYK JPEG whose Adobe marker says that its inks are stored as YCCK."""
    data = bytearray((PICTURES / "cmyk.jpg").read_bytes())
    at = data.index(b"Adobe")
    data[at + 11] = 2
    (PICTURES / "ycck.jpg").write_bytes(data)


def make_webp():
    Image.fromarray(scene()).save(PICTURES / "lossy.webp", quality=80)
    Image.fromarray(scene()).save(PICTURES / "lossless.webp", lossless=True)
    Image.fromarray(scene(channels=4), "RGBA").save(PICTURES / "alpha.webp", lossless=True, exact=True)
    Image.fromarray(scene(channels=4), "RGBA").save(PICTURES / "alpha_lossy.webp", quality=80)
    Image.fromarray(scene(9, 5)).save(PICTURES / "exif6.webp", lossless=True, exif=b"Exif\0\0" + exif(6))
    frames = [Image.fromarray(scene()) for _ in range(2)]
    frames[0].save(PICTURES / "animated.webp", save_all=True, append_images=frames[1:], lossless=True)


def ifd(entries, order="<", data=b""):
    """A TIFF of one directory; `data` follows the 8 bytes of the header."""
    out = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, 8 + len(data)) + data
    out += struct.pack(order + "H", len(entries))
    extra_at = len(out) + 12 * len(entries) + 4
    extra = b""
    for tag, kind, values in sorted(entries):
        raw = b"".join(struct.pack(order + {3: "H", 4: "I"}[kind], v) for v in values)
        out += struct.pack(order + "HHI", tag, kind, len(values))
        if len(raw) <= 4:
            out += raw.ljust(4, b"\0")
        else:
            out += struct.pack(order + "I", extra_at + len(extra))
            extra += raw
    return out + b"\0\0\0\0" + extra


def tiff(name, pixels, photometric, order="<", tile=None, planar=1, palette=None, extra=None, orientation=1, rows=None):
    height, width = pixels.shape[:2]
    pixels = pixels.reshape(height, width, -1)
    channels = pixels.shape[2]
    bits = pixels.dtype.itemsize * 8
    pixels = pixels.astype(pixels.dtype.newbyteorder(order))
    entries = [
        (256, 4, [width]), (257, 4, [height]), (258, 3, [bits] * channels), (259, 3, [1]),
        (262, 3, [photometric]), (274, 3, [orientation]), (277, 3, [channels]), (284, 3, [planar]),
    ]
    parts = [pixels[..., c] for c in range(channels)] if planar == 2 else [pixels]
    blocks = []
    for part in parts:
        if tile:
            for y in range(0, height, tile):
                for x in range(0, width, tile):
                    block = np.zeros((tile, tile) + part.shape[2:], pixels.dtype)
                    piece = part[y : y + tile, x : x + tile]
                    block[: piece.shape[0], : piece.shape[1]] = piece
                    blocks.append(block.tobytes())
        else:
            step = rows or height
            blocks += [part[y : y + step].tobytes() for y in range(0, height, step)]
    offsets = [8 + sum(map(len, blocks[:i])) for i in range(len(blocks))]
    sizes = [len(b) for b in blocks]
    if tile:
        entries += [(322, 4, [tile]), (323, 4, [tile]), (324, 4, offsets), (325, 4, sizes)]
    else:
        entries += [(273, 4, offsets), (278, 4, [rows or height]), (279, 4, sizes)]
    if palette is not None:
        entries.append((320, 3, list(palette.T.reshape(-1))))
    if extra is not None:
        entries.append((338, 3, [extra]))
    (PICTURES / name).write_bytes(ifd(entries, order, b"".join(blocks)))


def make_tiff():
    tiff("gray8.tif", scene(channels=1), 1)
    tiff("white_is_zero.tif", scene(channels=1), 0)
    tiff("gray16.tif", scene(channels=1, bits=16), 1, rows=4)
    tiff("gray16_big_endian.tif", scene(channels=1, bits=16), 1, order=">")
    tiff("rgb8.tif", scene(), 2, rows=3)
    tiff("rgb16.tif", scene(bits=16), 2, rows=5)
    tiff("rgba8.tif", scene(channels=4), 2, extra=2)
    tiff("rgba8_premultiplied.tif", scene(channels=4), 2, extra=1)
    tiff("rgb8_planar.tif", scene(), 2, planar=2, rows=6)
    tiff("rgb8_tiles.tif", scene(), 2, tile=16)
    tiff("gray16_tiles.tif", scene(channels=1, bits=16), 1, tile=16)
    palette = rng.integers(0, 65536, (256, 3)).astype(np.uint16)
    tiff("palette8.tif", scene(channels=1), 3, palette=palette)
    for value in range(1, 9):
        tiff(f"orientation{value}.tif", scene(5, 3), 2, orientation=value, rows=2)
    Image.fromarray(scene()).save(PICTURES / "lzw.tif", compression="tiff_lzw")
    Image.fromarray(scene()).save(PICTURES / "deflate.tif", compression="tiff_adobe_deflate")
    Image.fromarray(scene(channels=1)[..., 0] > 128).save(PICTURES / "bilevel.tif", compression="group4")


def bmp(name, bits, rows, compression=0, palette=b"", height=H, width=W, masks=b"", header=40, size=None):
    """`rows`: the pixel data as it goes into the file."""
    if header == 12:
        info = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        info = struct.pack("<IiiHHIIiiII", header, width, height, 1, bits, compression, len(rows), 0, 0, len(palette) // 4, 0)
        if header > 40:
            info += masks.ljust(header - 40, b"\0")
            masks = b""
    at = 14 + len(info) + len(masks) + len(palette)
    (PICTURES / name).write_bytes(
        b"BM" + struct.pack("<IHHI", at + len(rows), 0, 0, at) + info + masks + palette + rows
    )


def packed_rows(values, bits):
    out = b""
    for row in values[::-1]:
        row = np.pad(row, (0, -len(row) % (32 // bits)))
        if bits == 8:
            out += row.astype(np.uint8).tobytes()
        else:
            out += bytes(
                sum(int(v) << (8 - bits * (i + 1)) for i, v in enumerate(group)) for group in row.reshape(-1, 8 // bits)
            )
    return out


def make_bmp():
    for bits in (1, 4, 8):
        palette = rng.integers(0, 256, (2**bits, 4)).astype(np.uint8).tobytes()
        rows = packed_rows(scene(channels=1)[..., 0] >> (8 - bits), bits)
        bmp(f"palette{bits}.bmp", bits, rows, palette=palette)
    bgr = scene()[..., ::-1]
    pad = b"\0" * (-W * 3 % 4)
    bmp("bgr24.bmp", 24, b"".join(r.tobytes() + pad for r in bgr[::-1]))
    bmp("top_down.bmp", 24, b"".join(r.tobytes() + pad for r in bgr), height=-H)
    bmp("os2.bmp", 24, b"".join(r.tobytes() + pad for r in bgr[::-1]), header=12)
    bgra = scene(channels=4)
    bmp("bgra32.bmp", 32, bgra[::-1].tobytes())
    fields = struct.pack("<4I", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    bmp("bgra32_fields.bmp", 32, bgra[::-1].tobytes(), compression=3, masks=fields, header=108)
    words = (scene(channels=1, bits=16)[..., 0]).astype("<u2")
    rows = b"".join(r.tobytes() + b"\0" * (-W * 2 % 4) for r in words[::-1])
    bmp("bgr555.bmp", 16, rows)
    bmp("bgr565.bmp", 16, rows, compression=3, masks=struct.pack("<3I", 0xF800, 0x7E0, 0x1F))
    make_rle()


def make_rle():
    palette = rng.integers(0, 256, (16, 4)).astype(np.uint8).tobytes()
    runs8 = b"\x05\x03\x00\x05\x01\x02\x03\x04\x05\x00\x09\x07\x00\x00"  # run, literals, run
    runs8 += b"\x13\x0a\x00\x00" + b"\x04\x01\x00\x00"  # a full line; a short one
    runs8 += b"\x02\x06\x00\x02\x03\x02\x02\x07" + b"\x00\x00"  # a move by (3, 2)
    runs8 += b"\x00\x03\x01\x02\x03\x00\x00\x01"  # literals with padding, end
    bmp("rle8.bmp", 8, runs8, compression=1, palette=palette)
    line = b"\x05\x12\x00\x05\x34\x56\x70\x00\x09\xab\x00\x00"  # run, literals, run
    bmp("rle4.bmp", 4, line * H + b"\x00\x01", compression=2, palette=palette)


def make_pnm():
    gray, rgb = scene(channels=1)[..., 0], scene()
    head = f"\n# made by make_fixtures.py\n{W} {H}\n".encode()

    def text(values):
        return "\n".join(" ".join(map(str, row)) for row in values.reshape(H, -1).tolist()).encode() + b"\n"

    bits = (gray > 120).astype(np.uint8)
    (PICTURES / "bits.pbm").write_bytes(b"P1" + head + text(bits))
    (PICTURES / "bits_joined.pbm").write_bytes(b"P1" + head + text(bits).replace(b" ", b""))
    (PICTURES / "packed.pbm").write_bytes(b"P4" + head + np.packbits(bits, axis=1).tobytes())
    (PICTURES / "text.pgm").write_bytes(b"P2" + head + b"255\n" + text(gray))
    (PICTURES / "text15.pgm").write_bytes(b"P2" + head + b"15\n" + text(gray >> 4))
    (PICTURES / "text16.pgm").write_bytes(b"P2" + head + b"65535\n" + text(scene(channels=1, bits=16)))
    (PICTURES / "text.ppm").write_bytes(b"P3" + head + b"255\n" + text(rgb))
    (PICTURES / "binary.pgm").write_bytes(b"P5" + head + b"255\n" + gray.tobytes())
    (PICTURES / "binary15.pgm").write_bytes(b"P5" + head + b"15\n" + (gray >> 4).tobytes())
    (PICTURES / "binary16.pgm").write_bytes(b"P5" + head + b"65535\n" + scene(channels=1, bits=16).astype(">u2").tobytes())
    (PICTURES / "binary.ppm").write_bytes(b"P6" + head + b"255\n" + rgb.tobytes())
    (PICTURES / "binary16.ppm").write_bytes(b"P6" + head + b"65535\n" + scene(bits=16).astype(">u2").tobytes())


def write_expected():
    for path in sorted(PICTURES.iterdir()):
        if path.suffix not in (".png", ".jpg", ".webp", ".tif", ".bmp", ".pbm", ".pgm", ".ppm"):
            continue
        assert path.stat().st_size < 4096, path
        if path.name in [f"orientation{i}.tif" for i in (5, 6, 7, 8)]:
            # OpenCV 5.0 refuses TIFFs whose orientation swaps the sides.
            rgb = np.array(ImageOps.exif_transpose(Image.open(path)).convert("RGB"))
        else:
            rgb = np.ascontiguousarray(cv2.imread(str(path), cv2.IMREAD_COLOR)[..., ::-1])
        height, width = rgb.shape[:2]
        path.with_name(path.name + ".rgb").write_bytes(struct.pack("<HH", width, height) + rgb.tobytes())


def make_depth():
    """Depth files as other programs write them."""
    depth = HERE / "depth"
    values = (scene(channels=1, bits=16)[..., 0] / 997).astype(np.float32)
    np.save(depth / "values.npy", values)
    np.save(depth / "values_batch.npy", values[None])
    np.save(depth / "labels.npy", scene(channels=1)[..., 0])
    np.save(depth / "labels16.npy", scene(channels=1, bits=16)[..., 0])
    np.save(depth / "values64.npy", values.astype(np.float64))
    np.savez(depth / "values.npz", values=values)
    np.savez_compressed(depth / "values_packed.npz", other=values[:1], depth=values)
    size = f"{values.shape[1]}x{values.shape[0]}"
    raw = ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "grayf32le", "-s", size, "-i", "-"]
    exr = ["-frames:v", "1", "-c:v", "exr", "-compression", "zip16", str(depth / "values.exr")]
    subprocess.run([*raw, *exr], input=values.astype("<f4").tobytes(), check=True)
    cv2.imwrite(str(depth / "values.pfm"), values)
    cv2.imwrite(str(depth / "values.tif"), values)
    Image.fromarray(values).save(depth / "values_pil.tif")
    text = PngInfo()
    text.add_text("plain", "0.5")
    text.add_text("packed", "word " * 40, zip=True)
    text.add_itxt("international", "Mètre", lang="fr", tkey="unité")
    Image.fromarray(scene(channels=1, bits=16)[..., 0]).save(depth / "text.png", pnginfo=text)
    make_layouts(depth)


def make_layouts(depth):
    """Layouts that few programs write, by the writers of the command line tests: seeds of the mutation test."""
    sys.path.insert(0, str(HERE.parents[1] / "cli"))
    from depth_files import exr, pfm, tiff

    values = (scene(channels=1, bits=16)[..., 0] / 997).astype(np.float32)
    np.save(depth / "half.npy", np.asfortranarray(values.astype(">f2")))
    np.save(depth / "wide.npy", scene(channels=1)[..., 0].astype(np.int64))
    np.savez_compressed(depth / "named.npz", unit=np.array("metre"), depth=values, other=values[:1])
    with zipfile.ZipFile(depth / "named.npz", "a") as archive:
        archive.comment = b"unit: metre\nmodel: a\n"
    (depth / "crlf.pfm").write_bytes(pfm(values, newline="\r\n"))
    (depth / "big.tif").write_bytes(tiff(values.astype(np.uint16), ">", big=True, tile=(16, 16)))
    (depth / "double.tif").write_bytes(tiff(values.astype(np.float64), rows=4))
    layers = {"L.Depth.Z": values, "L.Combined.R": values.astype(np.float16), "L.Id.X": values.astype(np.uint32)}
    (depth / "layers.exr").write_bytes(exr(layers, (3, 2, W + 2, H + 1), (0, 0, W + 4, H + 4), [("unit", "metre")]))


def make_resized():
    """What OpenCV and Pillow make of a piece of chelsea.png."""
    images = HERE.parent / "images"
    chelsea = np.array(Image.open(images / "chelsea.png").convert("RGB"))
    piece = np.ascontiguousarray(chelsea[100:153, 120:191])
    folder = HERE / "resized"
    Image.fromarray(piece).save(folder / "piece.png")
    for width, height in ((96, 64), (32, 32), (71, 20), (30, 53), (71, 53), (7, 5), (149, 3), (72, 52), (60, 31), (60, 30)):
        unit = piece / 255.0
        cubic = cv2.resize(unit, (width, height), interpolation=cv2.INTER_CUBIC)
        np.save(folder / f"opencv_{width}x{height}.npy", cubic.astype(np.float32).reshape(height, -1))
        for name, mode in (("bilinear", Image.BILINEAR), ("bicubic", Image.BICUBIC)):
            out = np.array(Image.fromarray(piece).resize((width, height), mode))
            np.save(folder / f"pil_{name}_{width}x{height}.npy", out.reshape(height, -1))


def make_planes():
    """What PyTorch's interpolate makes of a float32 plane; needs torch."""
    import torch
    import torch.nn.functional as F

    folder = HERE / "resized"
    plane = np.random.default_rng(3).normal(0, 100, (23, 31)).astype(np.float32)
    np.save(folder / "plane.npy", plane)
    source = torch.from_numpy(plane)[None, None]
    for width, height in ((61, 97), (31, 23), (10, 8), (200, 7), (1, 1)):
        for mode in ("bilinear", "bicubic"):
            out = F.interpolate(source, size=(height, width), mode=mode, align_corners=False)
            np.save(folder / f"torch_{mode}_{width}x{height}.npy", out[0, 0].numpy())


if __name__ == "__main__":
    for folder in ("pictures", "resized", "depth"):
        (HERE / folder).mkdir(exist_ok=True)
    make_png()
    make_jpeg()
    make_webp()
    make_tiff()
    make_bmp()
    make_pnm()
    make_resized()
    make_planes()
    write_expected()
    make_depth()
