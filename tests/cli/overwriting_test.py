"""What a command reads, no command writes over: pictures, lists, weights, shares of an evaluation."""

import json
import shutil
import unittest

import numpy as np
from support import ROOT, TINY, CliTest, divide_weights, write_png

MODEL = ("-m", TINY / "vit-depth")
REFUSED = "would be overwritten, and is an input"


class Overwriting(CliTest):
    def refused(self, file, *arguments):
        """The command ends with 2, and the file is as it was."""
        path = self.folder / file
        before = path.read_bytes()
        with self.subTest(arguments):
            self.fails(2, f"{file}: {REFUSED}", *arguments)
            self.assertEqual(path.read_bytes(), before)

    def setUp(self):
        super().setUp()
        self.picture("a.png")
        (self.folder / "list").write_text("a.png\n")
        shutil.copytree(TINY / "vit-depth", self.folder / "model")

    def test_pictures(self):
        one = ("depth", *MODEL, "a.png", "--no-color")
        self.refused("a.png", *one, "-o", "a.png")
        self.refused("a.png", *one, "--manifest", "a.png")
        self.refused("list", "depth", *MODEL, "--list", "list", "--no-color", "--manifest", "list")
        weights = "model/model.safetensors"
        self.refused(weights, "depth", "-m", "model", "a.png", "--no-color", "--manifest", weights)
        shutil.copy(self.folder / "model" / "official.pt", self.folder / "w.npy")
        self.refused("w.npy", "depth", "-m", "w.npy", "a.png", "-o", "w.npy")
        self.refused("a.png", "--compat", "ailia", "-i", "a.png", "-s", "a.png", *MODEL, "--task", "monodepth")

    def test_bench(self):
        shutil.copy(self.folder / "model" / "official.pt", self.folder / "w.pt")
        self.refused("w.pt", "bench", "-m", "w.pt", "--save-output", "w.pt")

    def shards(self):
        """A model in files that are called like results."""
        model = self.folder / "shards"
        shutil.copytree(TINY / "vit-depth", model)
        divide_weights(model, "one.png", "two.mp4", "three.safetensors")
        return ("-m", "shards")

    def test_files_of_a_folder(self):
        """Shards, the index and configurations, and what would be read instead of them if it were there."""
        model = self.shards()
        texts = ["config.json", "preprocessor_config.json", "model.safetensors.index.json"]
        names = texts + ["one.png", "two.mp4", "three.safetensors"]
        for name in (f"shards/{name}" for name in names):
            self.refused(name, "bench", *model, "--save-output", name)
            self.refused(name, "depth", *model, "a.png", "--no-color", "--manifest", name)
            self.refused(name, "segment", *model, "a.png", "--no-overlay", "--manifest", name)
            self.refused(name, "bench", "-m", "shards/model.safetensors.index.json", "--save-output", name)
        for name in ("model/pytorch_model.bin", "model/processor_config.json"):
            for command in ("depth", "segment"):
                self.fails(2, f"{name}: {REFUSED}", command, "-m", "model", "a.png", "--manifest", name)
            self.fails(2, f"{name}: {REFUSED}", "bench", "-m", "model", "--save-output", name)
            self.assertFalse((self.folder / name).exists())
        png = "shards/one.png"
        self.refused(png, "depth", *model, "a.png", "-o", png, "--no-color")
        self.refused(png, "segment", *model, "a.png", "-o", png, "--no-overlay")
        self.refused(png, "compare", "model", "shards", "-i", "a.png", "-o", png)
        self.refused(png, "--compat", "ailia", "-i", "a.png", "-s", png, *model, "--task", "monodepth")
        weights = self.folder / "shards/three.safetensors"
        before = weights.read_bytes()
        self.fails(2, "would overwrite the source", "convert", "shards", "-o", weights)
        self.fails(2, "would overwrite the source", "convert", "shards", "-o", "shards/")
        self.assertEqual(weights.read_bytes(), before)

    def test_shards_of_any_name_have_a_hash(self):
        model = self.shards()
        self.dpt("depth", *model, "a.png", "--no-color", "-o", "a.npy", "--manifest", "done.jsonl")
        self.dpt("depth", "-m", "model", "a.png", "--no-color", "-o", "b.npy", "--manifest", "done.jsonl")
        self.assertEqual((self.folder / "a.npy").read_bytes(), (self.folder / "b.npy").read_bytes())
        records = [json.loads(line) for line in (self.folder / "done.jsonl").read_text().splitlines()]
        hashes = {record["model_sha256"] for record in records}
        self.assertEqual([len(sha256) for sha256 in hashes], [64, 64])
        write_png(self.folder / "set/a.depth.png", np.full((30, 40), 2000, np.uint16))
        self.picture("set/a.png")
        self.dpt("eval", "depth", "pairs", "set", *model, "--json", "e.json")
        setting = json.loads((self.folder / "e.json").read_text())["setting"]
        self.assertEqual(setting["model"], "shards")
        self.assertEqual(len(setting["sha256"]), 16)

    def test_files_behind_links(self):
        """As Hugging Face's cache has them: the model's folder holds links."""
        self.shards()
        (self.folder / "links").mkdir()
        for path in (self.folder / "shards").iterdir():
            (self.folder / "links" / path.name).symlink_to(path)
        for name in ("shards/one.png", "shards/config.json"):
            self.refused(name, "bench", "-m", "links", "--save-output", name)
        before = (self.folder / "shards/three.safetensors").read_bytes()
        self.fails(2, "would overwrite the source", "convert", "links", "-o", "shards/three.safetensors")
        self.fails(2, "would overwrite the source", "convert", "links", "-o", "shards/")
        self.assertEqual((self.folder / "shards/three.safetensors").read_bytes(), before)

    def test_files_of_a_known_model(self):
        """By its name, and without one: the starter models."""
        shutil.copytree(ROOT / "models", self.folder / "known")
        variables = {"DPT_MODELS": str(self.folder / "known")}
        for model in (("-m", "starter-depth"), ()):
            for file in ("config.json", "model.safetensors"):
                name = f"known/starter-depth/{file}"
                before = (self.folder / name).read_bytes()
                for arguments in (("bench", *model, "--save-output", name),
                                  ("depth", *model, "a.png", "--no-color", "--manifest", name)):  # fmt: skip
                    with self.subTest(arguments):
                        self.fails(2, f"{name}: {REFUSED}", *arguments, variables=variables)
                        self.assertEqual((self.folder / name).read_bytes(), before)
        name = "known/starter-segmentation/config.json"
        before = (self.folder / name).read_bytes()
        self.fails(2, f"{name}: {REFUSED}", "segment", "a.png", "--no-overlay", "--manifest", name, variables=variables)
        self.assertEqual((self.folder / name).read_bytes(), before)

    def test_evaluation(self):
        self.picture("set/a.png")
        write_png(self.folder / "set/a.depth.png", np.full((30, 40), 2000, np.uint16))
        (self.folder / "pairs.txt").write_text("set/a.png set/a.depth.png\n")
        run = ("eval", "depth", "pairs", "set", *MODEL)
        self.refused("set/a.png", *run, "--json", "set/a.png")
        self.refused("set/a.depth.png", *run, "--csv", "set/a.depth.png")
        self.refused("pairs.txt", "eval", "depth", "list", "pairs.txt", *MODEL, "--html", "pairs.txt")
        model = self.shards()
        for name in ("shards/one.png", "shards/config.json", "shards/model.safetensors.index.json"):
            for option in ("--json", "--csv", "--html"):
                self.refused(name, "eval", "depth", "pairs", "set", *model, option, name)
        for i in (1, 2):
            self.dpt(*run, "--shard", f"{i}/2", "--json", f"{i}.json")
        self.refused("1.json", "eval", "merge", "1.json", "2.json", "--json", "1.json")


if __name__ == "__main__":
    unittest.main()
