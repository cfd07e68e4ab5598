"""Many pictures: folders in folders, lists, patterns, shares, runs that end and go on, the manifest."""

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import time
import unittest

import numpy as np
from support import DPT, TINY, CliTest, environment, write_png

MODEL = ("-m", TINY / "vit-depth", "--no-color")


class Batch(CliTest):
    def depth(self, *arguments, **options):
        return self.dpt("depth", *MODEL, *arguments, **options)

    def manifest(self, name="m.jsonl"):
        return [json.loads(line) for line in (self.folder / name).read_text().splitlines() if line]

    def test_recursive_mirrors_folders(self):
        for name in ("a.png", "x/a.png", "x/y/a.png", ".hidden/b.png"):
            self.picture(f"in/{name}")
        os.symlink("x", self.folder / "in" / "link")
        self.depth("-r", "in", "-o", "out/")
        expected = ["a.depth.png", "x/a.depth.png", "x/y/a.depth.png"]
        self.assertEqual(self.files("out"), expected)
        self.depth("-r", "in")
        self.assertIn("x/y/a.depth.png", self.files("in"))
        self.depth("-r", "in", "-o", "again/")  # takes no outputs as inputs
        self.assertEqual(self.files("again"), expected)

    def test_lists(self):
        for name in ("a.png", "b c.png", "d.png"):
            self.picture(name)
        (self.folder / "lines").write_bytes(b"a.png\r\n\nb c.png\n")
        (self.folder / "zeros").write_bytes(b"a.png\0d.png\0")
        self.depth("--list", "lines", "-o", "x/")
        self.assertEqual(self.files("x"), ["a.depth.png", "b c.depth.png"])
        self.depth("--list", "zeros", "b c.png", "-o", "y/")
        self.assertEqual(self.files("y"), ["a.depth.png", "b c.depth.png", "d.depth.png"])
        with (self.folder / "zeros").open("rb") as file:
            subprocess.run(
                [DPT, "depth", *MODEL, "--list", "-", "-o", "z/", "-q"],
                cwd=self.folder, env=environment(), stdin=file, check=True,
            )  # fmt: skip
        self.assertEqual(self.files("z"), ["a.depth.png", "d.depth.png"])
        self.fails(1, "none: cannot open: No such file", "depth", *MODEL, "--list", "none")
        self.fails(2, "one file for several inputs", "depth", *MODEL, "--list", "lines", "-o", "d.png")

    def test_patterns(self):
        for name in ("in/a1.png", "in/a2.png", "in/b.png", "[x].png", "x.png"):
            self.picture(name)
        self.depth("in/a?.png", "-o", "out/")
        self.assertEqual(self.files("out"), ["a1.depth.png", "a2.depth.png"])
        self.depth("[x].png", "-o", "only/")  # a file of that name comes first
        self.assertEqual(self.files("only"), ["[x].depth.png"])
        self.fails(1, "in/c*.png: matches no file", "depth", *MODEL, "in/c*.png")

    def test_a_refused_picture_leaves_no_trace(self):
        """A panorama, whose network input is too large, before and after pictures that are done."""
        for name in ("a.png", "c.png"):  # of one size, whose program and memory are kept
            self.picture(name)
        for name in ("b.png", "first.png"):
            write_png(self.folder / name, np.full((200, 24000), 90, np.uint8))
        for command, suffix, model, text in (
            ("depth", "depth", "vit-depth", "b.png: network input "),
            ("segment", "labels", "vit-segmentation", "b.png: picture of 24000x200 pixels: too long and narrow"),
        ):
            run = (command, "-m", TINY / model, "--convention", "official", "-j1")
            self.dpt(*run, "c.png", "-o", "alone/")
            done = self.fails(1, text, *run, "first.png", "a.png", "b.png", "c.png", "-o", "o/")
            self.assertEqual(len(done.stderr.splitlines()), 2)
            results = [name for name in self.files("o") if name.endswith(f".{suffix}.png")]
            self.assertEqual(results, [f"a.{suffix}.png", f"c.{suffix}.png"])
            name = f"c.{suffix}.png"
            self.assertEqual((self.folder / "o" / name).read_bytes(), (self.folder / "alone" / name).read_bytes())

    def test_shards_are_a_partition(self):
        for i in range(7):
            self.picture(f"in/{i}.png")
        slurm = {"SLURM_ARRAY_TASK_COUNT": "2", "SLURM_ARRAY_TASK_MIN": "5", "SLURM_NTASKS": "2"}
        tasks = [(array, process) for array in ("5", "6") for process in ("0", "1")]
        runs = {
            "given": [(["--shard", f"{i}/3"], {}) for i in (1, 2, 3)],
            "slurm": [
                (["--shard", "auto"], slurm | {"SLURM_ARRAY_TASK_ID": a, "SLURM_PROCID": p}) for a, p in tasks
            ],
            "mpi": [
                (["--shard", "auto"], {"OMPI_COMM_WORLD_RANK": str(i), "OMPI_COMM_WORLD_SIZE": "2"}) for i in (0, 1)
            ],
            "kubernetes": [
                (["--shard", "auto"], {"JOB_COMPLETION_INDEX": str(i), "JOB_COMPLETIONS": "2"}) for i in (0, 1)
            ],
        }
        for name, shards in runs.items():
            seen = []
            for i, (arguments, variables) in enumerate(shards):
                self.depth("in", "-o", f"{name}{i}/", *arguments, variables=variables)
                seen += self.files(f"{name}{i}")
            self.assertEqual(sorted(seen), [f"{i}.depth.png" for i in range(7)], name)
        for bad in ("0/3", "4/3", "1", "a/b", "1/0", "1/3x"):
            self.fails(2, f"--shard {bad}: expected i/n", "depth", *MODEL, "in", "--shard", bad)
        self.fails(2, "--shard auto: none of SLURM_ARRAY_TASK_ID", "depth", *MODEL, "in", "--shard", "auto")
        self.fails(
            2, "--shard auto: PMI_RANK is 9, expected one of 4 from 0",
            "depth", *MODEL, "in", "--shard", "auto", variables={"PMI_RANK": "9", "PMI_SIZE": "4"},
        )  # fmt: skip

    def test_manifest(self):
        picture = self.picture("a.png")
        (self.folder / "bad.png").write_bytes(b"no picture")
        (self.folder / "m.jsonl").write_text('{"cut')  # by a run that was killed
        self.depth("a.png", "bad.png", "--manifest", "m.jsonl", "-j", "1", code=1)
        cut, *lines = (self.folder / "m.jsonl").read_text().splitlines()
        self.assertEqual(cut, '{"cut')
        good, bad = map(json.loads, lines)
        self.assertEqual(good["input"], "a.png")
        self.assertEqual(good["outputs"], ["a.depth.png"])
        self.assertEqual(good["sha256"], hashlib.sha256(picture.read_bytes()).hexdigest())
        self.assertRegex(good["time"], r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertGreater(good["seconds"], 0)
        self.assertNotIn("error", good)
        self.assertIn("bad.png: ", bad["error"])
        self.fails(1, "a.png: cannot make the folder", "depth", *MODEL, "a.png", "--manifest", "a.png/m.jsonl")
        done = self.depth("a.png", "--manifest", "/dev/full", code=1)
        self.assertEqual(done.stderr, b"dpt: /dev/full: cannot write: No space left on device\n")

    def test_what_is_done_is_left_out(self):
        for name in ("a", "b"):
            self.picture(f"in/{name}.png")
        self.depth("in", "-o", "out/", "--manifest", "m.jsonl")
        (self.folder / "out" / "b.depth.png").unlink()
        done = self.depth("in", "-o", "out/", "--manifest", "m.jsonl", "--resume")
        self.assertEqual(done.stderr, b"dpt: 1 of 2 pictures are done already\n")
        names = sorted(line["input"] for line in self.manifest())
        self.assertEqual(names, ["in/a.png", "in/b.png", "in/b.png"])
        future = time.time() + 100
        os.utime(self.folder / "in" / "a.png", (future, future))
        self.depth("in", "-o", "out/", "--manifest", "m.jsonl", "--resume")
        self.assertEqual(self.manifest()[-1]["input"], "in/a.png")
        done = self.depth("in", "-o", "out/", "--skip-existing", "-m", "no model is needed for nothing")
        self.assertEqual(done.stderr, b"dpt: 2 of 2 pictures are done already\n")

    def test_clashing_names_of_a_list(self):
        for name in ("x/a.png", "y/a.png", "z/b.png"):
            self.picture(name)
        (self.folder / "list").write_text("x/a.png\ny/a.png\nz/b.png\nx/a.png\n")
        done = self.depth("--list", "list", "-o", "out/", code=1)
        self.assertEqual(
            done.stderr.decode().splitlines(),
            [
                f"dpt: {name}: left out: its result out/a.png.depth.png would be that of x/a.png"
                for name in ("y/a.png", "x/a.png")
            ],
        )
        self.assertEqual(self.files("out"), ["a.png.depth.png", "b.depth.png"])

    def test_what_others_made_is_done_again(self):
        for name in ("a", "b"):
            self.picture(f"in/{name}.png")
        run = ("in", "-o", "out/", "--manifest", "m.jsonl", "--resume", "-j", "1")
        done_already = b"dpt: 2 of 2 pictures are done already\n"
        again = b"dpt: 2 of 2 pictures are done again: another model or other options made their results\n"
        self.depth(*run)
        self.assertEqual((self.manifest()[0]["model"], self.manifest()[0]["options"]), ("vit-depth", ""))
        first = (self.folder / "out" / "a.depth.png").read_bytes()
        self.assertEqual(self.depth(*run, "-t", "1", "-r").stderr, done_already)  # changes no result
        self.assertEqual(self.depth(*run, "--input-size", "64").stderr, again)
        self.assertEqual(self.manifest()[-1]["options"], "--input-size 64")
        self.assertEqual(self.depth(*run, "--input-size", "64").stderr, done_already)
        shutil.copytree(TINY / "vit-depth", self.folder / "other" / "vit-depth")
        self.assertEqual(self.depth(*run, "-m", "other/vit-depth").stderr, again)
        config = self.folder / "other" / "vit-depth" / "config.json"
        config.write_text(config.read_text() + " ")
        self.assertEqual(self.depth(*run, "-m", "other/vit-depth").stderr, again)
        self.assertEqual((self.folder / "out" / "a.depth.png").read_bytes(), first)
        # A manifest of before, and none, tell nothing.
        lines = [json.dumps({"input": r["input"], "outputs": r["outputs"]}) for r in self.manifest()]
        (self.folder / "m.jsonl").write_text("\n".join(["no JSON", "[]", *lines, ""]))
        self.assertEqual(self.depth(*run).stderr, done_already)
        self.fails(
            2, "--manifest out/a.depth.png: is the name of a result of in/a.png",
            "depth", *MODEL, "in", "-o", "out/", "--manifest", "out/a.depth.png",
        )  # fmt: skip

    def test_killed_at_any_moment_and_resumed(self):
        count, kills = int(os.environ.get("DPT_TEST_PICTURES", "120")), int(os.environ.get("DPT_TEST_KILLS", "6"))
        for i in range(count):
            self.picture(f"in/{i:04}.png")
        command = [DPT, "depth", *MODEL, "in", "-o", "out/", "--resume", "--manifest", "m.jsonl", "-j", "2", "-q"]
        shutil.rmtree(self.folder / "warm", ignore_errors=True)
        start = time.monotonic()
        self.depth("in", "-o", "warm/")
        whole = time.monotonic() - start
        random.seed(1)
        for _ in range(kills):
            process = subprocess.Popen(list(map(str, command)), cwd=self.folder, env=environment())
            time.sleep(random.uniform(0, 1.2 * whole / kills))
            process.send_signal(signal.SIGKILL)
            process.wait()
        self.depth("in", "-o", "out/", "--resume", "--manifest", "m.jsonl", "-j", "2")
        self.assertEqual(self.files("out"), self.files("warm"))  # no half-written, no temporary file
        for name in self.files("out"):
            self.assertEqual((self.folder / "out" / name).read_bytes(), (self.folder / "warm" / name).read_bytes())
        inputs = []
        for line in (self.folder / "m.jsonl").read_text().splitlines():
            try:
                inputs.append(json.loads(line)["input"])
            except json.JSONDecodeError:
                continue
        # Two in flight at each kill: done twice at most, or done without an entry.
        self.assertLessEqual(len(inputs) - len(set(inputs)), 2 * kills)
        self.assertGreaterEqual(len(set(inputs)), count - 2 * kills)


if __name__ == "__main__":
    unittest.main()
