"""Writers of depth files that share no code with ours: TIFF, OpenEXR and PFM, from their specifications."""

import struct

import numpy as np


def pfm(values, magic="Pf", newline="\n", scale="-1.0", before_scale="", order="<"):
    """values: H x W, or H x W x 3 for "PF"."""
    height, width = values.shape[:2]
    header = f"{magic}{newline}{width} {height}{newline}{before_scale}{scale}{newline}"
    return header.encode() + values[::-1].astype(order + "f4").tobytes()


def tiff(values, order="<", big=False, tile=None, rows=5, white_is_zero=False, extra=(), pages=1):
    """Uncompressed grey TIFF or BigTIFF, of strips of `rows` or of tiles of `tile` (height, width). `extra`: more
    tags, each a (number, type, value) of 16 or 32 bits."""
    values = values.astype(values.dtype.newbyteorder(order))
    height, width = values.shape
    if tile:
        padded = np.pad(values, [(0, -n % t) for n, t in zip(values.shape, tile)])
        blocks = [
            padded[y : y + tile[0], x : x + tile[1]].tobytes()
            for y in range(0, height, tile[0])
            for x in range(0, width, tile[1])
        ]
    else:
        blocks = [values[y : y + rows].tobytes() for y in range(0, height, rows)]
    word, offset_type = ("Q", 16) if big else ("I", 4)
    data = bytearray((b"II" if order == "<" else b"MM") + struct.pack(order + "H", 43 if big else 42))
    data += struct.pack(order + "HHQ", 8, 0, 0) if big else struct.pack(order + "I", 0)
    places = []
    for block in blocks:
        places.append(len(data))
        data += block

    def array(numbers):
        if len(numbers) == 1:
            return numbers[0]
        data.extend(b"\0" * (len(data) % 2))
        place = len(data)
        data.extend(struct.pack(f"{order}{len(numbers)}{word}", *numbers))
        return place

    offsets, counts = array(places), array([len(block) for block in blocks])
    kind = {"u": 1, "i": 2, "f": 3}[values.dtype.kind]
    tags = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8 * values.itemsize), (259, 3, 1, 1)]
    tags += [(262, 3, 1, 0 if white_is_zero else 1), (277, 3, 1, 1), (339, 3, 1, kind)]
    if tile:
        tags += [(322, 4, 1, tile[1]), (323, 4, 1, tile[0])]
    else:
        tags += [(278, 4, 1, rows)]
    tags += [(324 if tile else 273, offset_type, len(blocks), offsets)]
    tags += [(325 if tile else 279, offset_type, len(blocks), counts)]
    tags = sorted(tags + [(number, type_, 1, value) for number, type_, value in extra])
    link = 8 if big else 4
    for _ in range(pages):
        data += b"\0" * (len(data) % 2)
        data[link : link + (8 if big else 4)] = struct.pack(order + word, len(data))
        data += struct.pack(order + ("Q" if big else "H"), len(tags))
        for number, type_, count, value in tags:
            data += struct.pack(f"{order}HH{word}", number, type_, count)
            short = type_ == 3 and count == 1
            body = struct.pack(order + ("H" if short else word if type_ != 4 else "I"), value)
            data += body.ljust(8 if big else 4, b"\0")
        link = len(data)
        data += bytes(8 if big else 4)
    return bytes(data)


def exr(channels, window=None, display=None, attributes=()):
    """Uncompressed scan lines; channels: {name: H x W of uint32, float16 or float32}. Windows: (left, top, right,
    bottom), inclusive; by default both are the picture."""
    height, width = next(iter(channels.values())).shape
    window = window or (0, 0, width - 1, height - 1)
    names = sorted(channels)
    kinds = {"uint32": 0, "float16": 1, "float32": 2}
    listed = b"".join(
        name.encode() + b"\0" + struct.pack("<iB3xii", kinds[channels[name].dtype.name], 0, 1, 1) for name in names
    )
    header = struct.pack("<II", 20000630, 2)
    for name, kind, body in (
        ("channels", "chlist", listed + b"\0"),
        ("compression", "compression", b"\0"),
        ("dataWindow", "box2i", struct.pack("<4i", *window)),
        ("displayWindow", "box2i", struct.pack("<4i", *(display or window))),
        ("lineOrder", "lineOrder", b"\0"),
        ("pixelAspectRatio", "float", struct.pack("<f", 1)),
        ("screenWindowCenter", "v2f", struct.pack("<2f", 0, 0)),
        ("screenWindowWidth", "float", struct.pack("<f", 1)),
        *((key, "string", text.encode()) for key, text in attributes),
    ):
        header += name.encode() + b"\0" + kind.encode() + b"\0" + struct.pack("<I", len(body)) + body
    header += b"\0"
    lines = [b"".join(channels[name][y].tobytes() for name in names) for y in range(height)]
    at = len(header) + 8 * height
    offsets = b""
    body = b""
    for y, line in enumerate(lines):
        offsets += struct.pack("<Q", at + len(body))
        body += struct.pack("<iI", window[1] + y, len(line)) + line
    return header + offsets + body
