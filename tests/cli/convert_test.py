"""dpt convert: what a reader of safetensors of the test's own sees, and what the engine makes of it."""

import json
import struct
import unittest

import numpy as np
from support import ROOT, TINY, CliTest, error_of_range, read_safetensors

HF, OFFICIAL, HYBRID = TINY / "vit-depth", TINY / "vit-depth" / "official.pt", TINY / "hybrid-depth"


def header(path):
    data = path.read_bytes()
    return json.loads(data[8 : 8 + struct.unpack("<Q", data[:8])[0]])


class Convert(CliTest):
    def depth(self, model, *options):
        self.picture("a.png", "coffee.png")
        self.dpt("depth", "a.png", "-m", model, "-o", "d.npy", *options)
        return np.load(self.folder / "d.npy")

    def test_official_file_and_folder_give_the_same_tensors(self):
        self.dpt("convert", OFFICIAL, "-o", "a.safetensors")
        self.dpt("convert", HF, "-o", "b.safetensors")
        a, b = (read_safetensors(self.folder / f"{name}.safetensors") for name in "ab")
        self.assertLessEqual(b.keys(), a.keys())
        for name in b:
            np.testing.assert_array_equal(a[name], b[name])
        self.assertIn("pretrained.model.blocks.0.attn.qkv.weight", b)
        np.testing.assert_array_equal(self.depth(OFFICIAL), self.depth("a.safetensors"))

    def test_sixteen_bits(self):
        expected = self.depth(OFFICIAL)
        self.dpt("convert", OFFICIAL, "-o", "full.safetensors")
        full = read_safetensors(self.folder / "full.safetensors")
        for dtype, kind, step in (("fp16", "F16", 2**-11), ("bf16", "BF16", 2**-8)):
            done = self.dpt("convert", OFFICIAL, "-o", "half.safetensors", "--dtype", dtype, "--json")
            record = json.loads(done.stdout)
            tensors = header(self.folder / "half.safetensors")
            self.assertEqual({t["dtype"] for n, t in tensors.items() if n != "__metadata__"}, {kind})
            self.assertEqual(record["bytes"], sum(2 * v.size for v in full.values()))
            data = (self.folder / "half.safetensors").read_bytes()
            base = 8 + struct.unpack("<Q", data[:8])[0]
            for name, values in full.items():
                begin, end = tensors[name]["data_offsets"]
                raw = np.frombuffer(data[base + begin : base + end], "<u2")
                if kind == "F16":
                    read = raw.view("<f2").astype(np.float32)
                    np.testing.assert_array_equal(read, values.ravel().astype(np.float16))
                else:
                    read = (raw.astype("<u4") << 16).view("<f4")
                # Half a unit in the last place; below 2**-14, fp16's steps are 2**-24.
                allowed = step * np.abs(values.ravel()) + 2**-25
                self.assertTrue((np.abs(read - values.ravel()) <= allowed).all(), name)
            self.assertLess(error_of_range(self.depth("half.safetensors"), expected), 0.02)

    def test_eight_bits(self):
        """Each row of a matrix or filter is within half a step of its values; everything else is as it was."""
        expected = self.depth(OFFICIAL)
        for target, model in (("full.safetensors", "small.safetensors"), ("full/", "small/")):
            self.dpt("convert", OFFICIAL, "-o", target)
            self.dpt("convert", OFFICIAL, "-o", model, "--dtype", "int8")
            full, small = (
                read_safetensors(self.folder / name / ("model.safetensors" if name.endswith("/") else ""))
                for name in (target, model)
            )
            scaled = {name for name in small if name + "_scale" in small}
            self.assertEqual(small.keys(), full.keys() | {name + "_scale" for name in scaled})
            self.assertGreater(sum(full[n].size for n in scaled), 0.9 * sum(v.size for v in full.values()))
            for name, values in full.items():
                if name not in scaled:
                    np.testing.assert_array_equal(small[name], values)
                    continue
                self.assertEqual(small[name].dtype, np.int8)
                scale = small[name + "_scale"].reshape([-1] + [1] * (values.ndim - 1))
                rows = np.abs(values.reshape(len(values), -1)).max(1)
                np.testing.assert_allclose(scale.ravel(), rows / 127, rtol=1e-6)
                self.assertLessEqual((np.abs(small[name] * scale - values) / scale).max(), 0.5001)
            # The weights' 1 / 254 of their rows' largest; activations stay as they are.
            self.assertLess(error_of_range(self.depth(model), expected), 0.05)
        sizes = [(self.folder / f"{name}.safetensors").stat().st_size for name in ("small", "full")]
        self.assertLess(sizes[0], 0.4 * sizes[1])
        info = json.loads(self.dpt("info", "small.safetensors", "--json").stdout)
        self.assertIn("I8", json.dumps(info))

    def test_eight_bits_stay_what_they_are_and_can_be_turned_back(self):
        self.dpt("convert", OFFICIAL, "-o", "a.safetensors", "--dtype", "int8")
        self.dpt("convert", "a.safetensors", "-o", "b.safetensors")
        self.dpt("convert", "a.safetensors", "-o", "c.safetensors", "--dtype", "fp32")
        a, b, c = (read_safetensors(self.folder / f"{name}.safetensors") for name in "abc")
        self.assertEqual(a.keys(), b.keys())
        for name, values in a.items():
            if name.endswith("_scale"):
                np.testing.assert_allclose(b[name], values, rtol=1e-6)
                continue
            np.testing.assert_array_equal(b[name], values)
            if values.dtype == np.int8:
                scale = a[name + "_scale"].reshape([-1] + [1] * (values.ndim - 1))
                np.testing.assert_array_equal(c[name], values * scale)
        np.testing.assert_array_equal(self.depth("a.safetensors"), self.depth("c.safetensors"))

    def test_folder_stays_a_folder(self):
        for source in (HF, HYBRID):
            self.dpt("convert", source, "-o", "out/")
            self.assertEqual(self.files("out"), ["config.json", "model.safetensors", "preprocessor_config.json"])
            ours = read_safetensors(self.folder / "out" / "model.safetensors")
            theirs = read_safetensors(source / "model.safetensors")
            for name, values in ours.items():
                np.testing.assert_array_equal(values, theirs[name])
            missing = theirs.keys() - ours.keys()
            self.assertEqual({n for n in missing if "num_batches" not in n}, set())
            np.testing.assert_array_equal(self.depth("out"), self.depth(source))

    def test_official_file_becomes_a_folder(self):
        for name in ("vit-depth", "hybrid-depth", "vit-segmentation", "hybrid-segmentation"):
            theirs = json.loads((TINY / name / "config.json").read_text())
            self.dpt("convert", TINY / name / "official.pt", "-o", f"{name}/")
            made = json.loads((self.folder / name / "config.json").read_text())
            for key, value in made.items():
                if key in ("backbone_config", "use_auxiliary_head", "use_bias_in_fusion_residual"):
                    continue  # below; defaults that both mean
                self.assertEqual(value, theirs.get(key, value), f"{name} {key}")
            for key, value in made.get("backbone_config", {}).items():
                self.assertEqual(value, theirs["backbone_config"][key], f"{name} {key}")
            ours = read_safetensors(self.folder / name / "model.safetensors")
            expected = read_safetensors(TINY / name / "model.safetensors")
            for tensor, values in ours.items():
                if tensor in expected:
                    np.testing.assert_array_equal(values, expected[tensor])
            missing = {n for n in expected.keys() - ours.keys() if "num_batches" not in n}
            self.assertEqual(missing, set(), name)
        self.picture("a.png", "coffee.png")
        for source, command in (("vit-depth", "depth"), ("hybrid-segmentation", "segment")):
            results = []
            for model in (source, TINY / source):
                rule = ("--input-size", "96", "--no-keep-aspect", "--convention", "official")
                self.dpt(command, "a.png", "-m", model, "-o", "r.npy", *rule)
                results.append(np.load(self.folder / "r.npy"))
            np.testing.assert_array_equal(*results)

    def test_a_file_stays_the_same_model(self):
        """Blocks that are tapped, input rule and metres stand in the metadata; the next conversion keeps them."""
        self.picture("a.png", "coffee.png")
        self.dpt("convert", "starter-depth", "-o", "one.safetensors", "-q")
        self.dpt("convert", "one.safetensors", "-o", "two.safetensors", "-q")
        self.dpt("convert", "two.safetensors", "-o", "back/", "-q")
        results = []
        for model in ("starter-depth", "one.safetensors", "two.safetensors", "back"):
            self.dpt("depth", "a.png", "-m", model, "-o", "r.npy")
            results.append(np.load(self.folder / "r.npy"))
        for other in results[1:]:
            np.testing.assert_array_equal(results[0], other)
        metadata = header(self.folder / "two.safetensors")["__metadata__"]
        self.assertEqual(set(metadata), {"format", "config.json", "preprocessor_config.json"})
        whole = (self.folder / "two.safetensors").read_bytes()
        damaged = whole.replace(b'\\"hidden_size\\": 192', b'\\"hidden_size\\": 1,2')
        self.assertNotEqual(whole, damaged)
        (self.folder / "damaged.safetensors").write_bytes(damaged)
        self.fails(3, "damaged.safetensors: metadata config.json: ", "info", "damaged.safetensors")
        text = (self.folder / "back/config.json").read_text(encoding="utf-8")
        self.assertEqual(text, (ROOT / "models/starter-depth/config.json").read_text(encoding="utf-8"))

    def test_errors(self):
        cases = [
            (2, "expected a name that ends in .safetensors", [HF, "-o", "x.pt"]),
            (2, "would overwrite the source", ["copy", "-o", "copy/"]),
            (2, "--dtype: int4 not in", [HF, "-o", "x.safetensors", "--dtype", "int4"]),
            (1, "copy/config.json: cannot make the folder", [HF, "-o", "copy/config.json/x.safetensors"]),
            (3, "none.pt: neither a file", ["none.pt", "-o", "x.safetensors"]),
        ]
        self.dpt("convert", HF, "-o", "copy/", "-q")
        for code, text, arguments in cases:
            with self.subTest(arguments):
                self.fails(code, text, "convert", *arguments)
        self.assertEqual(len(self.files()), 3)


if __name__ == "__main__":
    unittest.main()
