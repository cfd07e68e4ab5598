"""Lists and pictures as other programs write them: byte order marks, line ends, pipes."""

import hashlib
import json
import os
import socket
import subprocess
import unittest

import numpy as np
from support import DPT, TINY, CliTest, environment, write_png

MODEL = ("-m", TINY / "vit-depth")
MARK = b"\xef\xbb\xbf"


class Lists(CliTest):
    def shell(self, command, code=0):
        """Runs a line of bash in the folder; $DPT is "dpt depth" with the model."""
        done = subprocess.run(
            ["bash", "-c", f"set -o pipefail; dpt() {{ {DPT} depth -m {MODEL[1]} --no-color -q \"$@\"; }}; {command}"],
            cwd=self.folder, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False,
        )  # fmt: skip
        self.assertEqual(done.returncode, code, done.stderr.decode())
        return done

    def taken(self, *arguments):
        self.dpt("depth", *MODEL, "--no-color", *arguments, "-o", "out/")
        return self.emptied()

    def emptied(self):
        names = self.files("out")
        for name in names:
            (self.folder / "out" / name).unlink()
        return names

    def test_marks_and_ends_of_lines(self):
        for name in ("a.png", "b c.png", "\u00e9.png"):
            self.picture(name)
        names = ["a.png", "b c.png", "\u00e9.png"]
        expected = ["a.depth.png", "b c.depth.png", "\u00e9.depth.png"]
        for end in ("\n", "\r\n", "\r", "\0"):
            for begin in (b"", MARK):
                for last in (end, ""):
                    text = begin + (end.join(names) + last).encode()
                    with self.subTest(text):
                        (self.folder / "list.txt").write_bytes(text)
                        self.assertEqual(self.taken("--list", "list.txt"), expected)
        (self.folder / "list.txt").write_bytes(MARK + b"a.png\r\n" + MARK + b"b c.png\r\n")  # two put together
        self.assertEqual(self.taken("--list", "list.txt"), expected[:2])
        for coding in ("utf-16", "utf-16-be", "utf-32"):
            text = "\n".join(names).encode(coding)
            (self.folder / "list.txt").write_bytes((b"\xfe\xff" if coding == "utf-16-be" else b"") + text)
            refused = f"list.txt: is {coding[:6].upper()} text, expected UTF-8; save it as UTF-8"
            self.fails(1, refused, "depth", *MODEL, "--list", "list.txt")

    def test_lists_from_pipes(self):
        for name in ("a.png", "b.png"):
            self.picture(name)
        for command in (
            "dpt --list <(ls *.png) -o out/",
            "ls *.png | dpt --list /dev/stdin -o out/",
            "ls *.png | dpt --list - -o out/",
            "dpt --list /dev/fd/7 -o out/ 7< <(ls *.png)",
            "find . -name '*.png' -print0 | sort -z | dpt --list /proc/self/fd/0 -o out/",
            "mkfifo p; ls *.png > p & dpt --list p -o out/",
            # What has been read of a file before is not read again.
            "ls no *.png > l 2> /dev/null; printf 'gone\\n' | cat - l > m; { read x; dpt --list - -o out/; } < m",
        ):
            with self.subTest(command):
                self.shell(command)
                self.assertEqual(self.emptied(), ["a.depth.png", "b.depth.png"])
        self.assertIn(b"dpt: /dev/zero: is not a regular file or a pipe", self.shell("dpt --list /dev/zero", 1).stderr)
        self.assertIn(b"dpt: standard input: is UTF-16", self.shell("printf '\\xff\\xfe' | dpt --list -", 1).stderr)
        ours, theirs = socket.socketpair()  # as sshd gives them to a command
        theirs.sendall(b"a.png\n")
        theirs.close()
        command = [DPT, "depth", *map(str, MODEL), "--no-color", "--list", "/dev/stdin", "-o", "out/", "-q"]
        subprocess.run(command, cwd=self.folder, env=environment(), stdin=ours, check=True, timeout=120)
        ours.close()
        self.assertEqual(self.emptied(), ["a.depth.png"])

    def test_pictures_from_pipes(self):
        rng = np.random.default_rng(1)
        write_png(self.folder / "a.png", rng.integers(0, 256, (300, 200, 3), np.uint8))  # more than a pipe holds
        self.dpt("depth", "a.png", *MODEL, "-o", "a.npy")
        expected = np.load(self.folder / "a.npy")
        for command in (
            "dpt <(cat a.png) -o out.npy",
            "cat a.png | dpt /dev/stdin -o out.npy",
            "mkfifo p; cat a.png > p & dpt p -o out.npy",
            "dpt <(cat a.png) -o - --format npy > out.npy",
        ):
            with self.subTest(command):
                self.shell(command)
                np.testing.assert_array_equal(np.load(self.folder / "out.npy"), expected)
                (self.folder / "out.npy").unlink()
        self.shell("dpt <(cat a.png) a.png --manifest m -o out/")
        self.assertEqual(len(self.emptied()), 2)
        lines = [json.loads(line) for line in (self.folder / "m").read_text().splitlines()]
        hashed = {line["input"]: line["sha256"] for line in lines}
        self.assertEqual(hashed.pop("a.png"), hashlib.sha256((self.folder / "a.png").read_bytes()).hexdigest())
        self.assertEqual(list(hashed.values()), [None])  # a pipe is not opened again
        done = self.shell("dpt <(cat a.png)", 2)
        self.assertRegex(done.stderr, rb"^dpt: /dev/fd/\d+: -o must name its result, a file or a folder\n$")
        done = self.shell("head -c 1000 a.png | dpt /dev/stdin -o out.npy", 1)
        self.assertIn(b"dpt: /dev/stdin: ", done.stderr)
        self.assertIn(b"dpt: /dev/stdin: is empty", self.shell("dpt /dev/stdin -o out.npy", 1).stderr)
        self.assertNotIn("out.npy", self.files())

    def test_a_pipe_in_a_folder_is_not_waited_for(self):
        self.picture("in/a.png")
        os.mkfifo(self.folder / "in" / "b.png")
        self.assertEqual(self.taken("in"), ["a.depth.png"])

    def test_lists_of_evaluation(self):
        self.picture("a.png")
        self.dpt("depth", "a.png", *MODEL, "-o", "t.npy")
        truth = np.abs(np.load(self.folder / "t.npy")) + 1
        np.save(self.folder / "t.npy", truth.astype(np.float32))

        def abs_rel(name, **options):
            done = self.dpt("eval", "depth", "list", name, *MODEL, "--json", "-", "-q", **options)
            return done.stdout

        (self.folder / "plain.txt").write_bytes(b"a.png t.npy\n")
        expected = abs_rel("plain.txt")
        for name, text in (("mark.txt", MARK + b"a.png t.npy\n"), ("crlf.txt", MARK + b"# x\r\na.png t.npy\r\n")):
            (self.folder / name).write_bytes(text)
            self.assertEqual(abs_rel(name), expected)
        (self.folder / "wide.txt").write_bytes("a.png t.npy\n".encode("utf-16"))
        self.fails(1, "wide.txt: is UTF-16 text", "eval", "depth", "list", "wide.txt", *MODEL)
        tail = f"-m {MODEL[1]} --json - -q"
        for source in ("<(cat mark.txt)", "/dev/stdin < <(cat mark.txt)", "- < mark.txt"):
            self.assertEqual(self.shell(f"{DPT} eval depth list {source} {tail}").stdout, expected, source)
        (self.folder / "kitti.txt").write_bytes(MARK + b"a.png None 1\r\n/a.png /t.npy 1\r\n")
        self.dpt("eval", "depth", "kitti", "kitti.txt", *MODEL, "--crop", "none", "-q")


if __name__ == "__main__":
    unittest.main()
