"""Which pictures are taken and what their results are called; what is refused before any work."""

import io
import os
import subprocess
import unittest

import numpy as np
from support import DATA, DPT, TINY, CliTest, environment, json_lines, write_png

MODEL = ("-m", TINY / "vit-depth")
SEGMENTATION = ("-m", TINY / "vit-segmentation")


class Inputs(CliTest):
    def depth(self, *arguments, **options):
        return self.dpt("depth", *MODEL, "--no-color", *arguments, **options)

    def refused(self, text, *arguments):
        """Exit code 2, and no file made or changed."""
        before = {name: (self.folder / name).read_bytes() for name in self.files()}
        self.fails(2, text, *arguments)
        self.assertEqual({name: (self.folder / name).read_bytes() for name in self.files()}, before)

    def test_folder_scan(self):
        for name in ("b.png", "a.PNG", "c.webp", "sub/d.png", ".hidden.png", "notes.txt", "raw"):
            self.picture(f"in/{name}")
        for name in ("b.depth.png", "b.color.png", "b.labels.png", "b.overlay.png", "b.legend.png", "b.depth.tif",
                     "b.depth.npy", "b.points.ply"):  # fmt: skip
            (self.folder / "in" / name).write_bytes(b"not to be read")
        (self.folder / "in" / "folder.png").mkdir()
        done = self.depth("in", "-o", "out/", "--json")
        out = done.stdout.decode()
        names = ["a.depth.png", "b.depth.png", "c.depth.png", "notes.depth.png", "raw.depth.png"]
        self.assertEqual(self.files("out"), names)
        self.assertEqual(done.stderr, b"")
        self.assertLess(out.index("a.PNG"), out.index("b.png"))
        self.assertLess(out.index("b.png"), out.index("c.webp"))

    def test_a_folder_scan_says_what_it_leaves_out(self):
        self.picture("in/a.HIF")
        for name in ("b.txt", "c.TXT", "d.mov", "sub/e.txt"):
            path = self.folder / "in" / name
            path.parent.mkdir(exist_ok=True)
            path.write_text("no picture")
        os.mkfifo(self.folder / "in" / "pipe")
        note = b"dpt: in: left out 4 files: 2 .txt, 1 .mov, 1 pipe or device\n"
        self.assertEqual(self.depth("in", "-o", "out/").stderr, note)
        self.assertEqual(self.files("out"), ["a.depth.png"])
        self.assertIn(b"left out 5 files: 3 .txt", self.depth("-r", "in", "-o", "out/").stderr)
        self.assertEqual(self.depth("in", "-o", "out/", "-q").stderr, b"")
        self.assertEqual(self.dpt("segment", "in", *SEGMENTATION, "-o", "out/").stderr, note)
        self.assertEqual(self.dpt("compare", TINY / "vit-depth", "-i", "in", "-o", "out/").stderr, note)
        done = self.fails(1, "in/sub: the folder holds no pictures (JPEG, PNG", "depth", "in/sub", *MODEL)
        self.assertIn(b"dpt: in/sub: left out 1 file: 1 .txt\n", done.stderr)

    def test_several_pictures_at_a_time(self):
        sources = ("tiny_gray", "coffee", "tiny_gray", "chelsea", "tiny_gray")
        for i, source in enumerate(sources):
            self.picture(f"in/{i}.png", f"{source}.png")
        (self.folder / "in" / "2b.png").write_bytes(b"no picture")
        records = []
        for jobs in ("1", "2", "3", "9"):
            done = self.depth("in", "-o", f"out{jobs}/", "-j", jobs, "--json", code=1)
            self.assertEqual(done.stderr.count(b"\n"), 1)
            lines = json_lines(done.stdout)
            records.append([(line["input"], line["width"], line["min"], line["max"]) for line in lines])
            self.assertEqual(self.files(f"out{jobs}"), [f"{i}.depth.png" for i in range(len(sources))])
            for name in self.files(f"out{jobs}"):
                same = (self.folder / f"out{jobs}" / name).read_bytes() == (self.folder / "out1" / name).read_bytes()
                self.assertTrue(same, f"{name} with {jobs} jobs")
        self.assertEqual([name for name, *_ in records[0]], [f"in/{i}.png" for i in range(len(sources))])
        for other in records[1:]:
            self.assertEqual(other, records[0])
        done = self.dpt("segment", "in", *SEGMENTATION, "--json", "-j", "2", code=1)
        self.assertEqual([line["input"] for line in json_lines(done.stdout)], [name for name, *_ in records[0]])

    def test_a_second_scan_of_a_folder_takes_no_outputs(self):
        self.picture("in/a.png")
        self.dpt("depth", "in", *MODEL)
        self.dpt("segment", "in", *SEGMENTATION, "--overlay", "--legend", "--scores")
        before = self.files("in")
        self.dpt("depth", "in", *MODEL)
        self.assertEqual(self.files("in"), before)

    def test_own_outputs_may_be_named(self):
        self.picture("x.depth.png")
        self.depth("x.depth.png")
        self.assertEqual(self.files(), ["x.depth.depth.png", "x.depth.png"])

    def test_missing_inputs_are_named_and_the_others_done(self):
        self.picture("a.png")
        done = self.depth("no.png", "a.png", "gone/b.png", code=1)
        self.assertIn(b"dpt: no.png: cannot open: No such file or directory\n", done.stderr)
        self.assertIn(b"dpt: gone/b.png: cannot open", done.stderr)
        self.assertIn("a.depth.png", self.files())

    def test_broken_pictures_are_named_and_the_others_done(self):
        self.picture("a.png")
        (self.folder / "broken.png").write_bytes((self.folder / "a.png").read_bytes()[:200])
        (self.folder / "text.jpg").write_text("no picture")
        done = self.depth("broken.png", "text.jpg", "a.png", code=1)
        named = sorted(line.split(": ")[1] for line in done.stderr.decode().splitlines())
        self.assertEqual(named, ["broken.png", "text.jpg"])
        self.assertEqual(self.files(), ["a.depth.png", "a.png", "broken.png", "text.jpg"])

    def test_a_pipe_is_no_model_and_not_waited_for(self):
        self.picture("a.png")
        os.mkfifo(self.folder / "pipe.png")
        self.fails(3, "pipe.png: is not a regular file", "depth", "a.png", "-m", "pipe.png")

    def test_a_picture_from_standard_input(self):
        picture = self.picture("a.png")
        expected = np.load(io.BytesIO(self.depth("a.png", "-o", "-", "--format", "npy").stdout))

        def piped(*arguments, data=None):
            return subprocess.run(
                [DPT, *map(str, arguments)], cwd=self.folder, env=environment(), check=False, capture_output=True,
                input=picture.read_bytes() if data is None else data,
            )  # fmt: skip

        done = piped("depth", "-", *MODEL)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))
        self.assertEqual(self.files(), ["a.png", "stdin.color.png", "stdin.depth.png"])
        with picture.open("rb") as file:  # not a pipe
            out = self.depth("-", "-o", "-", "--format", "npy", stdin=file).stdout
        np.testing.assert_array_equal(np.load(io.BytesIO(out)), expected)
        out = piped("depth", "-o", "-", "--format", "npy", *MODEL, "--", "-").stdout
        np.testing.assert_array_equal(np.load(io.BytesIO(out)), expected)
        record = json_lines(piped("depth", "-", "--json", "-o", "x/y.npy", *MODEL).stdout)[0]
        self.assertEqual((record["input"], record["output"], record["width"]), ("-", "x/y.npy", 61))
        np.testing.assert_array_equal(np.load(self.folder / "x/y.npy"), expected)
        piped("segment", "a.png", "-", "-o", "s", *SEGMENTATION, "--manifest", "m.jsonl", "--resume")
        names = ["a.labels.png", "a.overlay.png", "stdin.labels.png", "stdin.overlay.png"]
        self.assertEqual(self.files("s"), names)
        self.assertEqual((self.folder / "s" / names[0]).read_bytes(), (self.folder / "s" / names[2]).read_bytes())
        self.assertIn('"input":"-"', (self.folder / "m.jsonl").read_text())
        self.assertEqual(piped("compare", MODEL[1], "-i", "-").returncode, 0)
        self.assertIn("stdin.compare.png", self.files())
        self.assertEqual(piped("--compat", "ailia", "-i", "-", "-s", "ailia", *SEGMENTATION).returncode, 0)
        self.assertEqual(self.files("ailia"), ["stdin_res.png"])
        for data, text in ((b"", "is empty"), (b"no picture", "is no picture"), (picture.read_bytes()[:200], "")):
            done = piped("depth", "-", *MODEL, data=data)
            self.assertEqual(done.returncode, 1)
            self.assertRegex(done.stderr.decode(), f"^dpt: standard input: [^\n]*{text}[^\n]*\n$")
        self.refused("-: standard input can be read once only", "depth", "-", "-", *MODEL)
        self.refused("-: standard input can be read once only", "depth", "-", "--list", "-", *MODEL)
        text = self.on_terminal("depth", "-", *MODEL, code=2)
        self.assertIn("-: standard input is a terminal, expected a picture (dpt depth - < photo.jpg)", text)

    def test_empty_folder(self):
        (self.folder / "in").mkdir()
        self.fails(1, "in: the folder holds no pictures (JPEG, PNG", "depth", "in", *MODEL)

    def test_colliding_names_keep_the_extension(self):
        for name in ("a.png", "a.jpg", "a.jpg.bmp", "b.png"):
            self.picture(name)
        self.depth("a.png", "a.jpg", "a.jpg.bmp", "b.png", "-o", "out/")
        names = ["a.jpg.bmp.depth.png", "a.jpg.depth.png", "a.png.depth.png", "b.depth.png"]
        self.assertEqual(self.files("out"), names)

    def test_same_stem_in_two_folders_is_no_collision_beside_the_sources(self):
        self.picture("x/a.png")
        self.picture("y/a.png")
        self.depth("x/a.png", "y")
        self.assertEqual(self.files(), ["x/a.depth.png", "x/a.png", "y/a.depth.png", "y/a.png"])
        self.refused("would hold the result of both x/a.png and y/a.png", "depth", "x", "y", "-o", "x", *MODEL)

    def test_refused_overwriting(self):
        self.picture("a.png")
        self.picture("b.png")
        os.symlink("a.png", self.folder / "link.png")
        is_input = "would be overwritten, and is an input"
        for text, *arguments in (
            (f"a.png: {is_input}", "a.png", "-o", "a.png"),
            (is_input, "a.png", "-o", self.folder / "." / "a.png"),
            (is_input, "a.png", "-o", "link.png"),
            (is_input, "a.png", "b.png", "--color", "b.png"),
            (is_input, "a.png", "-o", "d.npy", "--color", "a.png"),
            ("a.png.depth.png: would hold the result of both a.png and a.png", "a.png", "a.png"),
            ("d.png: two results of a.png would have this name", "a.png", "-o", "d.png", "--color", "d.png"),
        ):
            with self.subTest(arguments=arguments):
                if "b.png" in arguments[1:2]:
                    text = "one file for several inputs"
                self.refused(text, "depth", *arguments, *MODEL)
        (self.folder / "a.depth.png").write_bytes((self.folder / "b.png").read_bytes())
        self.refused(f"a.depth.png: {is_input}", "depth", "a.png", "a.depth.png", *MODEL)

    def test_refused_one_file_for_several(self):
        self.picture("in/a.png")
        self.picture("b.png")
        several = "one file for several inputs; name a folder (without an extension, or ending in a slash)"
        self.refused(f"-o d.png: {several}", "depth", "in/a.png", "b.png", "-o", "d.png", *MODEL)
        self.refused(f"-o d.png: {several}", "depth", "in", "-o", "d.png", *MODEL)
        self.refused(f"-o -: {several}", "depth", "in", "-o", "-", *MODEL)
        self.refused(f"--color c.png: {several}", "depth", "in", "b.png", "--color", "c.png", *MODEL)

    def test_refused_sharing_of_standard_output(self):
        self.picture("a.png")
        only_one = "only one result can go to standard output, not "
        self.refused(only_one + "-o and --color", "depth", "a.png", "-o", "-", "--color", "-", *MODEL)
        self.refused(only_one + "-o and --json", "depth", "a.png", "-o", "-", "--json", *MODEL)
        self.refused(
            only_one + "--overlay and --legend",
            "segment", "a.png", "--overlay", "-", "--legend", "-", *SEGMENTATION,
        )  # fmt: skip

    def test_refused_extensions(self):
        self.picture("a.png")
        for text, *arguments in (
            ("-o d.xyz: unknown extension .xyz; known are .png, .npy, .npz, .pfm", "depth", "-o", "d.xyz"),
            ("-o d.pfm: unknown extension .pfm; known are .png, .npy,", "segment", "-o", "d.pfm"),
            ("--scores s.png: unknown extension .png; known are .npy", "segment", "--scores=s.png"),
            ("-o d.png: the extension contradicts --format npy", "depth", "-o", "d.png", "--format", "npy"),
            ("--absolute-depth is for .png, not .npy", "depth", "-o", "d.npy", "--absolute-depth"),
        ):
            with self.subTest(arguments=arguments):
                self.refused(text, *arguments, "a.png")

    def test_refused_path_before_the_inputs(self):
        self.picture("a.png")
        self.picture("b.png")
        self.refused(
            "--overlay a.png: name the inputs first, or write --overlay=a.png",
            "segment", "--overlay", "a.png", "b.png", *SEGMENTATION,
        )  # fmt: skip
        self.dpt("segment", "--overlay=o.png", "b.png", *SEGMENTATION)
        self.assertIn("o.png", self.files())

    def test_folders_of_outputs(self):
        self.picture("a.png")
        self.depth("a.png", "-o", "x/y/")
        self.assertEqual(self.files("x/y"), ["a.depth.png"])
        (self.folder / "z").mkdir()
        self.depth("a.png", "-o", "z")
        self.assertEqual(self.files("z"), ["a.depth.png"])
        self.fails(1, "a.png: cannot make the folder: Not a directory", "depth", "a.png", "-o", "a.png/", *MODEL)
        self.fails(1, "a.png/b: cannot make the folder", "depth", "a.png", "-o", "a.png/b/d.png", *MODEL)

    def test_folders_that_are_made(self):
        for name in ("in/a.png", "in/b.png"):
            self.picture(name)
        one = "in/a.png"
        self.depth(one, "-o", "p/q/d.npy", "--color", "r/s/c.png", "--ply=t/p.ply", "--manifest", "m/n/m.jsonl")
        made = [name for name in self.files() if not name.startswith("in/")]
        self.assertEqual(made, ["m/n/m.jsonl", "p/q/d.npy", "t/p.ply"])  # --no-color goes before --color
        # A name without an extension is a folder, of one picture and of several.
        self.depth("in", "-o", "several")
        self.assertEqual(self.files("several"), ["a.depth.png", "b.depth.png"])
        self.depth(one, "-o", "one", "--format", "npy")
        self.assertEqual(self.files("one"), ["a.depth.npy"])
        self.depth("in", "-o", "x/y/z")
        self.assertEqual(self.files("x/y/z"), ["a.depth.png", "b.depth.png"])
        self.dpt("segment", one, *SEGMENTATION, "-o", "s/l.npy", "--overlay", "views", "--legend=l.e.g/")
        self.assertEqual(self.files("views") + self.files("l.e.g"), ["a.overlay.png", "a.legend.png"])
        # Unless a file has it.
        (self.folder / "file").write_text("mine")
        self.refused("-o file: the name has no extension; known are .png", "depth", one, "-o", "file", *MODEL)
        self.refused("-o file: the name has no extension", "depth", "in", "-o", "file", *MODEL)

    def test_nothing_is_made_when_nothing_is_done(self):
        self.picture("a.png")
        before = sorted(self.folder.rglob("*"))
        where = ("-o", "x/y/", "--manifest", "z/m.jsonl")
        self.fails(2, "--colormap: jet not in", "depth", "a.png", *where, "--colormap", "jet")
        self.fails(2, "--depth-scale is for .png", "depth", "a.png", *where, "--format=npy", "--depth-scale=9")
        self.fails(3, "neither a file, a folder", "depth", "a.png", *where, "-m", "none.pt")
        self.fails(3, "is a segmentation model", "depth", "a.png", *where, *SEGMENTATION)
        self.fails(1, "none.png: cannot open", "depth", "none.png", *where, *MODEL)
        self.fails(3, "neither a file, a folder", "compare", "none.pt", "-i", "a.png", "-o", "x/")
        self.fails(3, "neither a file, a folder", "bench", "-m", "none.pt", "--save-output", "x/o.npy")
        self.fails(3, "neither a file, a folder", "convert", "none.pt", "-o", "x/")
        self.fails(2, "expected a name that ends in .safetensors", "convert", MODEL[1], "-o", "x/y.pt")
        self.fails(3, "neither a file, a folder", "--compat", "ailia", "-i", "a.png", "-s", "x/", "-m", "none.pt")
        self.assertEqual(sorted(self.folder.rglob("*")), before)

    def test_odd_names(self):
        for name in ("-x.png", "--json", "[a,b]", "{}", "a b.png", "true", "depth", "=.png"):
            self.picture(name)
        self.depth("-o", "out/", "--", "-x.png", "--json", "[a,b]", "{}", "a b.png", "true", "depth", "=.png")
        stems = ["--json", "-x", "=", "[a,b]", "a b", "depth", "true", "{}"]
        self.assertEqual(self.files("out"), [f"{stem}.depth.png" for stem in stems])
        self.depth("-x.png", code=2)
        self.dpt("segment", *SEGMENTATION, "--overlay", "--", "-x.png")
        self.assertIn("-x.overlay.png", self.files())

    def test_a_name_with_control_characters_stays_on_one_line(self):
        self.fails(1, "a\\x0ab.png: cannot open", "depth", "a\nb.png", *MODEL)
        self.picture("a.png")
        for source, text in (
            (DATA / "pt" / "missing_tensor.pt", "is missing"),
            (DATA / "pt" / "nan_weight.pt", "infinite or not a number"),
            (DATA / "pt" / "hostile_os_system.pt", "asks for posix.system"),
        ):
            (self.folder / "m\nt.pt").write_bytes(source.read_bytes())
            done = self.fails(3, text, "depth", "a.png", "-m", "m\nt.pt")
            self.assertEqual(done.stderr.count(b"\n"), 1)
        (self.folder / "m\nt.pt").write_bytes((TINY / "vit-depth" / "official.pt").read_bytes())
        self.fails(3, "is a depth model", "segment", "a.png", "-m", "m\nt.pt")
        self.fails(2, "holds a DPT", "depth", "a.png", "-m", "m\nt.pt", "--model-type", "dpt_hybrid")

    def test_repeated_options_the_last_counts(self):
        self.picture("a.png")
        self.depth("a.png", "-q", "-q", "--format", "png", "--format", "npy", "-t", "1", "-t", "2")
        self.assertEqual(self.files(), ["a.depth.npy", "a.png"])
        self.refused("-o is given 2 times; expected one name", "depth", "a.png", "-o", "x.png", "--output=y.npy")

    def test_options_without_effect(self):
        self.picture("a.png")
        for option in ("--fov", "--focal", "--near", "--far", "--max-points", "--edge-filter"):
            self.refused(f"{option} is for --ply and --glb, and neither is given", "depth", "a.png", option, "5")
        self.refused("--focal and --fov: expected one of them", "depth", "a.png", "--ply", "--fov", "9", "--focal", "9")
        for size in ("0", "0x5", "5x0", "x", "5x"):
            expected = f"--input-size {size}: expected N or HxW above 0, such as 384 or 384x672"
            self.refused(expected, "depth", "a.png", "--input-size", size, *MODEL)

    def test_links_to_nothing(self):
        self.picture("in/a.png")
        for name in ("b.png", "c.txt", "d.depth.png"):
            (self.folder / "in" / name).symlink_to("none")
        done = self.depth("in", "-o", "out/", code=1)
        self.assertEqual(done.stderr, b"dpt: in/b.png: cannot open: is a link to nothing\n")
        self.assertEqual(self.files("out"), ["a.depth.png"])

    def test_a_mesh_needs_rows_and_columns(self):
        write_png(self.folder / "one.png", np.zeros((1, 1, 3), np.uint8))
        write_png(self.folder / "row.png", np.zeros((1, 9, 3), np.uint8))
        done = self.dpt("depth", "one.png", "row.png", "--glb", "--ply", *MODEL, code=1)
        self.assertEqual(done.stderr.count(b"the mesh has no triangles: the picture is a single row or column"), 2)
        self.assertEqual(self.files(), ["one.png", "row.png"])


if __name__ == "__main__":
    unittest.main()
