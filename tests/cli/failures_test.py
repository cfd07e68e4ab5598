"""Outputs that cannot be written, interruptions, and the terminal: no half-written file, the right exit code."""

import os
import pty
import resource
import select
import shutil
import signal
import subprocess
import time
import unittest

from support import DPT, IMAGES, TINY, CliTest, environment, read_png

MODEL = ("-m", TINY / "vit-depth")


class Unwritable(CliTest):
    def test_full_device(self):
        self.picture("a.png")
        self.fails(1, "/dev/full: cannot write: No space left on device", "depth", "a.png", "-o", "/dev/full", *MODEL)
        with open("/dev/full", "wb") as full:
            text = "standard output: cannot write: No space left on device"
            self.fails(1, text, "depth", "a.png", "-o", "-", *MODEL, stdout=full)
            self.fails(1, text, "depth", "a.png", "--json", *MODEL, stdout=full)
            self.fails(1, text, "models", stdout=full)
            self.fails(1, text, "--help", stdout=full)

    def test_closed_outputs(self):
        """Results go to their files, not to what has taken the number of a closed descriptor."""
        self.picture("a.png")
        self.dpt("depth", "a.png", "-o", "d.png", *MODEL)
        expected = (self.folder / "d.png").read_bytes()

        def close(*descriptors):
            return lambda: [os.close(descriptor) for descriptor in descriptors]

        text = b"dpt: standard output: cannot write: Bad file descriptor\n"
        for arguments in (("depth", "a.png", "-o", "-", *MODEL), ("models",), ("--help",), ("--version",)):
            self.assertEqual(self.dpt(*arguments, code=1, preexec_fn=close(1)).stderr, text)
        done = self.dpt("depth", "a.png", "gone.png", "-o", "x/", *MODEL, "--json", code=1, preexec_fn=close(0, 1, 2))
        self.assertEqual(done.stderr, b"")
        self.assertEqual((self.folder / "x" / "a.depth.png").read_bytes(), expected)
        self.assertEqual(self.files("x"), ["a.color.png", "a.depth.png"])

    def test_null_device(self):
        self.picture("a.png")
        self.dpt("depth", "a.png", "-o", "/dev/null", *MODEL)
        self.assertTrue(os.path.exists("/dev/null") and not os.path.isfile("/dev/null"))

    def test_a_write_that_fails_midway_leaves_what_was_there(self):
        self.picture("a.png")
        (self.folder / "d.npy").write_bytes(b"precious")

        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

        done = self.dpt("depth", "a.png", "-o", "d.npy", *MODEL, code=1, preexec_fn=limit)
        self.assertIn(b"dpt: d.npy: cannot write: File too large", done.stderr)
        self.assertEqual((self.folder / "d.npy").read_bytes(), b"precious")
        self.assertEqual(self.files(), ["a.png", "d.npy"])

    def test_full_disk(self):
        target = self.folder / "disk"
        target.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(target)]
        if os.geteuid() != 0 or subprocess.run(mount, stderr=subprocess.DEVNULL, check=False).returncode != 0:
            self.skipTest("needs the right to mount a small disk")
        try:
            self.picture("a.png")
            text = "disk/a.depth.npy: cannot write: No space left on device"
            self.fails(1, text, "depth", "a.png", "-o", "disk", "--format", "npy", "--no-color", *MODEL)
            self.assertEqual(self.files("disk"), [])
        finally:
            subprocess.run(["umount", str(target)], check=True)

    def test_folder_that_may_not_be_written(self):
        def become_nobody():
            """Root may write everywhere; its effective rights are those of the effective user."""
            if os.geteuid() == 0:
                os.seteuid(65534)

        self.picture("in/a.png")
        os.chmod(self.folder, 0o755)
        os.chmod(self.folder / "in", 0o555)
        try:
            self.dpt("info", MODEL[1], preexec_fn=become_nobody)
        except (AssertionError, OSError, subprocess.SubprocessError):
            self.skipTest("another user may not run the program where it lies")
        try:
            text = "in/a.depth.png: cannot create: Permission denied"
            self.fails(1, text, "depth", "in/a.png", *MODEL, preexec_fn=become_nobody)
            self.assertEqual(self.files("in"), ["a.png"])
        finally:
            os.chmod(self.folder / "in", 0o755)

    def test_one_unwritable_output_does_not_stop_the_others(self):
        self.picture("a.png")
        self.picture("b.png")
        (self.folder / "a.depth.png").mkdir()
        self.fails(1, "a.depth.png: is a folder, expected a file name", "depth", "a.png", "b.png", *MODEL)
        self.assertIn("b.depth.png", self.files())


class Interrupted(CliTest):
    def start(self):
        """Many pictures, in the background; returns once the first results are there."""
        for i in range(400):
            self.picture(f"in/{i:03}.png")
        process = subprocess.Popen(
            [DPT, "depth", "in", "-o", "out/", *map(str, MODEL)],
            cwd=self.folder,
            env=environment(),
            stderr=subprocess.PIPE,
        )
        self.addCleanup(process.kill)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not (self.folder / "out" / "001.depth.png").exists():
            time.sleep(0.01)
        return process

    def test_finished_files_are_kept_and_none_is_half(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=number):
                process = self.start()
                process.send_signal(number)
                _, message = process.communicate(timeout=60)
                self.assertEqual(process.returncode, 130)
                self.assertEqual(message, b"dpt: interrupted\n")
                made = self.files("out")
                self.assertGreaterEqual(len(made), 2)
                self.assertLess(len(made), 800)
                for name in made:
                    self.assertFalse(name.startswith("."), name)
                    read_png(self.folder / "out" / name)
                shutil.rmtree(self.folder / "out")

    def test_an_ignored_signal_stays_ignored(self):
        self.picture("a.png")
        process = subprocess.Popen(
            [DPT, "bench", *map(str, MODEL), "--size", "64x64"],
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
        )
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0)


class Terminal(CliTest):
    def on_terminal(self, *arguments, **variables):
        """What dpt writes to standard error when that is a terminal."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [DPT, *map(str, arguments)], cwd=self.folder, env=environment(**{"TERM": "xterm", **variables}),
            stdout=subprocess.DEVNULL, stderr=theirs,
        )  # fmt: skip
        os.close(theirs)
        text = b""
        while True:
            ready, _, _ = select.select([ours], [], [], 60)
            try:
                part = os.read(ours, 65536) if ready else b""
            except OSError:  # the other side is closed
                part = b""
            if not part:
                break
            text += part
        os.close(ours)
        self.assertIn(process.wait(timeout=60), (0, 1))
        return text.decode()

    def test_progress(self):
        for name in ("a.png", "b.png", "c.png"):
            self.picture(name)
        shown = self.on_terminal("depth", "a.png", "gone.png", "b.png", "c.png", "-j", "1", *MODEL)
        self.assertIn("] 0/3", shown)
        self.assertIn("] 2/3", shown)
        self.assertRegex(shown, r"  ETA \d+:\d\d  c\.png")
        self.assertRegex(shown, r"\r\x1b\[K3 done, 1 failed, 0:\d\d\r\n$")
        self.assertIn("dpt: gone.png: cannot open", shown)

    def test_no_progress(self):
        self.picture("a.png")
        self.assertEqual(self.on_terminal("depth", "a.png", *MODEL, "-q"), "")
        wrote = "wrote a.depth.png, a.color.png\r\n"  # without control sequences
        self.assertEqual(self.on_terminal("depth", "a.png", *MODEL, NO_COLOR="1"), wrote)
        self.assertEqual(self.on_terminal("depth", "a.png", *MODEL, TERM="dumb"), wrote)
        self.assertEqual(self.dpt("depth", "a.png", *MODEL).stderr, b"")

    def test_threads(self):
        """More than the system gives."""
        self.picture("a.png")

        def limit():
            resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))

        done = self.dpt("depth", "a.png", *MODEL, "-t", "1024", code=4, preexec_fn=limit)
        message = b"dpt: cannot start a thread: Resource temporarily unavailable; ask for fewer (--threads)\n"
        self.assertEqual(done.stderr, message)

    def test_memory(self):
        self.picture("a.png", "coffee.png")

        def limit():
            resource.setrlimit(resource.RLIMIT_AS, (200 << 20, 200 << 20))

        official = TINY / "vit-depth" / "official.pt"
        self.assertTrue((IMAGES / "coffee.png").exists())
        done = subprocess.run(
            [DPT, "bench", "-m", str(official), "--size", "8192x8192", "--threads", "1"],
            env=environment(), capture_output=True, preexec_fn=limit, timeout=120, check=False,
        )  # fmt: skip
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertTrue(done.stderr.startswith(b"dpt: "), done.stderr)
        with open(self.folder / "huge.png", "wb") as huge:
            huge.truncate(400 << 20)
        done = self.dpt("depth", "huge.png", *MODEL, "-t", "1", code=4, preexec_fn=limit)
        self.assertEqual(done.stderr, b"dpt: huge.png: not enough memory\n")


if __name__ == "__main__":
    unittest.main()
