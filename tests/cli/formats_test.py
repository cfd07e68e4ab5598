"""Depth in every format, HEIC and AVIF in, point clouds and meshes, read without our code."""

import json
import shutil
import struct
import subprocess
import unittest

import numpy as np
from support import TINY, CliTest, json_lines, read_png

MODEL = ("-m", TINY / "vit-depth")


def with_exif(jpeg, focal_35mm, orientation=1, big_endian=False):
    """The JPEG with an EXIF block of both tags."""
    order = ">" if big_endian else "<"
    head = (b"MM" if big_endian else b"II") + struct.pack(order + "HI", 42, 8)
    entry = lambda tag, kind, value: struct.pack(order + "HHI", tag, kind, 1) + (  # noqa: E731
        struct.pack(order + "HH", value, 0) if kind == 3 else struct.pack(order + "I", value)
    )
    first = struct.pack(order + "H", 2) + entry(0x0112, 3, orientation) + entry(0x8769, 4, 38) + bytes(4)
    second = struct.pack(order + "H", 1) + entry(0xA405, 3, focal_35mm) + bytes(4)
    body = b"Exif\0\0" + head + first + second
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + jpeg[2:]


def read_ply(path):
    header, data = path.read_bytes().split(b"end_header\n", 1)
    lines = header.decode().splitlines()
    assert lines[:2] == ["ply", "format binary_little_endian 1.0"]
    count = int(lines[2].split()[-1])
    names = [line.split()[1:] for line in lines[3:]]
    kinds = {"float": "<f4", "uchar": "u1"}
    return np.frombuffer(data, [(name, kinds[kind]) for kind, name in names], count)


def read_glb(path):
    """(document, views): the JSON part and the bytes of each buffer view."""
    data = path.read_bytes()
    magic, version, total = struct.unpack("<4sII", data[:12])
    assert (magic, version, total) == (b"glTF", 2, len(data))
    length, kind = struct.unpack("<I4s", data[12:20])
    assert kind == b"JSON" and length % 4 == 0
    document = json.loads(data[20 : 20 + length])
    binary, kind = struct.unpack("<I4s", data[20 + length : 28 + length])
    assert kind == b"BIN\0" and 28 + length + binary == total
    body = data[28 + length :]
    assert document["buffers"] == [{"byteLength": binary}]
    views = [body[v["byteOffset"] : v["byteOffset"] + v["byteLength"]] for v in document["bufferViews"]]
    return document, views


class Formats(CliTest):
    def depth(self, *arguments, **options):
        return self.dpt("depth", *MODEL, *arguments, **options)

    def test_npz_and_scaled_png(self):
        self.picture("a.png", "coffee.png")
        for name in ("d.npy", "d.npz"):
            self.depth("a.png", "-o", name)
        depth = np.load(self.folder / "d.npy")
        with np.load(self.folder / "d.npz") as archive:
            self.assertEqual(archive.files, ["depth"])
            np.testing.assert_array_equal(archive["depth"], depth)
            self.assertEqual(archive.zip.comment, b"unit: relative inverse depth\nmodel: vit-depth\n")
        self.depth("a.png", "-o", "d.png", "--depth-scale", "256")
        pixels, _, texts = read_png(self.folder / "d.png")
        np.testing.assert_array_equal(pixels, np.floor(depth.astype(np.float64) * 256 + 0.5))
        self.assertEqual(float(texts["scale"]), 1 / 256)

    def test_a_png_that_loses_nearly_all_is_told_of(self):
        self.picture("a.png", "coffee.png")
        cut = b"dpt: d.png: 100 % of the values are above 65535 and cut (--depth-scale); .npy keeps them\n"
        few = b"dpt: d.png: the values take only 1 of 65536 levels (--depth-scale); .npy keeps them\n"
        for scale, note in (("1e6", cut), ("1e-6", few), ("256", b"")):
            self.assertEqual(self.depth("a.png", "-o", "d.png", "--depth-scale", scale).stderr, note)
            self.assertEqual(self.depth("a.png", "-o", "d.png", "--depth-scale", scale, "-q").stderr, b"")
        note = self.depth("a.png", "-o", "d.png", "--absolute-depth").stderr
        self.assertRegex(note, rb"^dpt: d.png: the values take only \d+ of 65536 levels \(--absolute-depth\)")

    @unittest.skipUnless(shutil.which("ffmpeg"), "ffmpeg is not installed")
    def test_exr(self):
        self.picture("a.png", "coffee.png")
        self.depth("a.png", "-o", "d.npy")
        depth = np.load(self.folder / "d.npy")
        for options, largest in (((), 0), (("--half",), 2**-10)):
            self.depth("a.png", "-o", "d.exr", *options)
            command = ["ffmpeg", "-v", "error", "-i", "d.exr", "-f", "rawvideo", "-pix_fmt", "grayf32le", "-"]
            raw = subprocess.run(command, cwd=self.folder, check=True, capture_output=True).stdout
            read = np.frombuffer(raw, "<f4").reshape(depth.shape)
            self.assertLessEqual(np.abs(read / depth - 1).max(), largest)
        self.depth("a.png", "-o", "d.exr", "--channel", "depth.Z")
        data = (self.folder / "d.exr").read_bytes()
        self.assertIn(b"channels\0chlist\0", data)
        self.assertIn(b"depth.Z\0" + struct.pack("<i", 2), data)  # FLOAT
        self.assertIn(b"relative inverse depth", data)

    def test_wrong_use(self):
        self.picture("a.png")
        cases = [
            ("--half is for .exr, not .png", ["--half"]),
            ("--channel is for .exr, not .npy", ["--channel", "Z", "-o", "d.npy"]),
            ("--depth-scale is for .png, not .pfm", ["--depth-scale", "256", "-o", "d.pfm"]),
            ("--absolute-depth and --depth-scale: expected one", ["--depth-scale", "9", "--absolute-depth"]),
            ("--near 5 --far 2: expected near to be smaller", ["--near", "5", "--far", "2", "--ply"]),
            ("--fov: Value 200 not in range", ["--fov", "200"]),
            ("known are .ply", ["--ply=x.obj"]),
            ("known are .glb", ["--glb=x.gltf"]),
        ]
        for text, arguments in cases:
            with self.subTest(arguments):
                self.fails(2, text, "depth", *MODEL, "a.png", *arguments)
        self.fails(1, "the mesh has no triangles", "depth", *MODEL, "a.png", "--glb", "--edge-filter", "1e-9")

    @unittest.skipUnless(shutil.which("heif-enc"), "heif-enc (libheif-examples) is not installed")
    def test_heic_and_avif(self):
        self.picture("a.png", "coffee.png")
        self.depth("a.png", "-o", "d.npy")
        expected = np.load(self.folder / "d.npy")
        for name, option in (("a.heic", []), ("a.avif", ["-A"])):
            command = ["heif-enc", *option, "-q", "95", "a.png", "-o", name]
            done = subprocess.run(command, cwd=self.folder, capture_output=True, check=False)
            if done.returncode != 0:
                self.skipTest(f"heif-enc cannot write {name}: {done.stderr.decode()[:100]}")
            self.depth(name, "-o", "h.npy")
            read = np.load(self.folder / "h.npy")
            self.assertEqual(read.shape, expected.shape)
            self.assertLess(np.abs(read - expected).max(), 0.05 * np.ptp(expected))  # the coding's loss
            data = (self.folder / name).read_bytes()
            (self.folder / f"cut.{name}").write_bytes(data[: len(data) // 2])
            self.fails(1, "HEIC or AVIF file is damaged", "depth", *MODEL, f"cut.{name}")

    def test_points_are_where_the_camera_saw_them(self):
        self.picture("a.png", "coffee.png")  # 600 x 400
        fixed = ("--focal", "500", "--near", "2", "--far", "8")
        self.depth("a.png", "-o", "d.npy", "--ply", *fixed, "--edge-filter", "0")
        depth = np.load(self.folder / "d.npy").astype(np.float64)
        points = read_ply(self.folder / "d.points.ply")
        self.assertEqual(len(points), depth.size)
        share = (depth - depth.min()) / np.ptp(depth)
        z = 1 / (1 / 8 + share * (1 / 2 - 1 / 8))
        y, x = np.mgrid[:400, :600] + 0.5
        np.testing.assert_allclose(points["z"], -z.ravel(), rtol=1e-5)
        np.testing.assert_allclose(points["x"], ((x - 300) / 500 * z).ravel(), rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(points["y"], (-(y - 200) / 500 * z).ravel(), rtol=1e-4, atol=1e-4)
        rgb = read_png(self.folder / "a.png")[0].reshape(-1, 3)
        for channel, name in enumerate(("red", "green", "blue")):
            np.testing.assert_array_equal(points[name], rgb[:, channel])
        normals = np.stack([points["nx"], points["ny"], points["nz"]], -1)
        np.testing.assert_allclose(np.linalg.norm(normals, axis=1), 1, atol=1e-5)
        places = np.stack([points["x"], points["y"], points["z"]], -1)
        self.assertGreater((np.sum(normals * places, axis=1) < 0).mean(), 0.99)  # they face the camera
        self.depth("a.png", "-o", "d.npy", "--ply=few.ply", *fixed, "--max-points", "1000")
        self.assertLessEqual(len(read_ply(self.folder / "few.ply")), 1000)
        # Neighbouring points are far apart; the filter looks at the picture's own pixels.
        self.depth("a.png", "-o", "d.npy", "--ply=few.ply", "--max-points", "100")
        self.assertGreater(len(read_ply(self.folder / "few.ply")), 70)
        self.depth("a.png", "-o", "d.npy", "--ply=sure.ply", *fixed, "--edge-filter", "0.01")
        self.assertLess(len(read_ply(self.folder / "sure.ply")), depth.size)

    def test_mesh(self):
        self.picture("a.png", "coffee.png")
        self.depth("a.png", "-o", "d.npy", "--glb", "--ply", "--fov", "70")
        document, views = read_glb(self.folder / "d.mesh.glb")
        primitive = document["meshes"][0]["primitives"][0]
        accessors = document["accessors"]

        def values(index, kind, width):
            accessor = accessors[index]
            data = np.frombuffer(views[accessor["bufferView"]], kind).reshape(-1, width)
            self.assertEqual(len(data), accessor["count"])
            return data

        attributes = primitive["attributes"]
        positions = values(attributes["POSITION"], "<f4", 3)
        points = read_ply(self.folder / "d.points.ply")
        np.testing.assert_array_equal(positions[:, 2], points["z"])
        bounds = accessors[attributes["POSITION"]]
        np.testing.assert_allclose(bounds["min"], positions.min(0), rtol=1e-6)
        np.testing.assert_allclose(bounds["max"], positions.max(0), rtol=1e-6)
        triangles = values(primitive["indices"], "<u4", 1).reshape(-1, 3)
        self.assertLess(triangles.max(), len(positions))
        corners = positions[triangles]
        outward = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        facing = np.sum(outward * corners[:, 0], axis=1) < 0
        self.assertGreater(facing.mean(), 0.999)  # counter-clockwise as the camera sees them
        near = corners[:, :, 2].max(1) / corners[:, :, 2].min(1)
        self.assertGreaterEqual(near.min(), 1 / 1.0401)  # no triangle bridges a step of more than 4 %
        image = views[document["images"][0]["bufferView"]]
        np.testing.assert_array_equal(read_png(bytes(image).rstrip(b"\0"))[0], read_png(self.folder / "a.png")[0])
        texture = values(attributes["TEXCOORD_0"], "<f4", 2)
        self.assertTrue(((texture > 0) & (texture < 1)).all())

    def test_mesh_in_trimesh(self):
        try:
            import trimesh
        except ImportError:
            self.skipTest("trimesh is not installed")
        self.picture("a.png")
        self.depth("a.png", "-o", "d.npy", "--glb", "--ply")
        mesh = next(iter(trimesh.load(self.folder / "d.mesh.glb").geometry.values()))
        cloud = trimesh.load(self.folder / "d.points.ply")
        self.assertEqual(len(mesh.vertices), len(cloud.vertices))

    def test_focal_length_of_exif(self):
        if not shutil.which("ffmpeg"):
            self.skipTest("ffmpeg is not installed")
        self.picture("a.png", "coffee.png")
        command = ["ffmpeg", "-v", "error", "-i", "a.png", "-q:v", "2", "a.jpg"]
        subprocess.run(command, cwd=self.folder, check=True)
        jpeg = (self.folder / "a.jpg").read_bytes()
        diagonal = np.hypot(600, 400) / np.hypot(36, 24)
        cases = [(jpeg, 300 / np.tan(np.radians(30)))]
        cases += [(with_exif(jpeg, 28, turned, big), 28 * diagonal) for turned in (1, 6) for big in (False, True)]
        for data, focal in cases:
            (self.folder / "e.jpg").write_bytes(data)
            record = json_lines(self.depth("e.jpg", "-o", "d.npy", "--ply", "--json").stdout)[0]
            self.assertAlmostEqual(record["focal"], focal, places=3)
        record = json_lines(self.depth("e.jpg", "-o", "d.npy", "--ply", "--focal", "900", "--json").stdout)[0]
        self.assertEqual(record["focal"], 900)


if __name__ == "__main__":
    unittest.main()
