"""dpt models and dpt info: the registry, names that -m accepts, and what cannot be used (exit code 3)."""

import hashlib
import json
import shutil
import unittest

import numpy as np
from support import DATA, ROOT, TINY, CliTest

MODELS = ROOT / "models"
HF = TINY / "vit-depth"
PT = DATA / "pt"


class Models(CliTest):
    def registry(self, text):
        (self.folder / "models").mkdir(exist_ok=True)
        (self.folder / "models" / "registry.json").write_text(text)
        return {"DPT_MODELS": str(self.folder / "models")}

    def test_list(self):
        entries = json.loads((MODELS / "registry.json").read_text())["models"]
        for arguments in (("models",), ("models", "list")):
            lines = self.dpt(*arguments).stdout.decode().splitlines()
            self.assertEqual([line.split()[0] for line in lines], [entry["name"] for entry in entries])
        by_name = {line.split()[0]: line for line in lines}
        self.assertTrue(by_name["starter-depth"].endswith("  here"))
        self.assertTrue(by_name["dpt_hybrid-midas"].endswith("  not here"))
        self.assertTrue(by_name["midas_v21"].endswith("  not run by this version"))
        self.assertIn("depth, metres", by_name["dpt_hybrid_nyu"])
        self.assertEqual(json.loads(self.dpt("models", "list", "--json").stdout), entries)
        self.assertEqual(json.loads(self.dpt("models", "--json").stdout), entries)

    def test_show(self):
        out = self.dpt("models", "show", "dpt_hybrid").stdout.decode()
        self.assertTrue(out.startswith("dpt_hybrid-midas\n"))
        for text in ("MIT", "501f0c75b3bca7da", "dpt_hybrid-midas-501f0c75.pt", "492757791", "not here"):
            self.assertIn(text, out)
        entry = json.loads(self.dpt("models", "show", "starter", "--json").stdout)
        self.assertEqual(entry["name"], "starter-depth")
        self.assertIn("unknown", self.dpt("models", "show", "Intel/dpt-beit-base-384").stdout.decode())

    def test_path(self):
        out = self.dpt("models", "path", "starter-depth").stdout.decode()
        self.assertEqual(out, f"{MODELS}/starter-depth\n")
        self.fails(3, 'dpt_hybrid-midas: not on this machine; "dpt models pull', "models", "path", "dpt_hybrid")
        unknown = "dpt_hybird: no known model has this name; did you mean dpt_hybrid?"
        self.fails(3, unknown, "models", "show", "dpt_hybird")

    def test_a_downloaded_file_is_found_by_its_names(self):
        variables = self.registry((MODELS / "registry.json").read_text())
        shutil.copy(TINY / "hybrid-depth" / "official.pt", self.folder / "models" / "dpt_hybrid-midas-501f0c75.pt")
        shutil.copytree(HF, self.folder / "models" / "Intel" / "dpt-large")
        self.picture("a.png")
        file, folder = "models/dpt_hybrid-midas-501f0c75.pt", "models/Intel/dpt-large"
        for name, place in (
            ("dpt_hybrid-midas", file), ("dpt_hybrid", file), ("dpt_hybrid-midas-501f0c75.pt", file),
            ("Intel/dpt-large", folder),
        ):  # fmt: skip
            with self.subTest(name):
                self.dpt("depth", "a.png", "-m", name, "-o", "by_name.npy", variables=variables)
                self.dpt("depth", "a.png", "-m", place, "-o", "by_path.npy", variables=variables)
                depth = np.load(self.folder / "by_name.npy")
                self.assertEqual((depth.shape, depth.dtype), ((97, 61), np.float32))
                np.testing.assert_array_equal(depth, np.load(self.folder / "by_path.npy"))
                path = self.dpt("models", "path", name, variables=variables).stdout.decode()
                self.assertEqual(path, f"{self.folder / place}\n")

    def test_models_that_cannot_be_used(self):
        self.picture("a.png")
        for text, model in (
            ("dpt_hybird: neither a file, a folder nor a known model; did you mean dpt_hybrid?", "dpt_hybird"),
            ("nonsense.pt: neither a file, a folder nor a known model", "nonsense.pt"),
            ("midas_v21: this version does not run models of the family midas", "midas_v21"),
            ('dpt_large-midas: not on this machine; "dpt models pull', "dpt_large"),
            ("missing_tensor.pt: tensor scratch.refinenet2.out_conv.weight is missing", PT / "missing_tensor.pt"),
            ("tensor scratch.layer1_rn.weight has shape [16, 4, 3, 3], expected [16, 8, 3, 3]", PT / "wrong_shape.pt"),
            (
                "byte 15053: the pickle asks for posix.system; only tensors and plain data are read",
                PT / "hostile_os_system.pt",
            ),
            (
                "not a number in tensor pretrained.model.blocks.1.mlp.fc1.weight (1 of 16384)",
                PT / "nan_weight.pt",
            ),
            ("a.png: expected a safetensors or PyTorch file, found bytes 89 50 4e 47", "a.png"),
            (".: expected a folder with model.safetensors, model.safetensors.index.json, pytorch_model.bin", "."),
        ):
            with self.subTest(model=model):
                self.fails(3, text, "depth", "a.png", "-m", model)
        self.assertEqual(self.files(), ["a.png"])

    def test_broken_registries(self):
        for text, content in (
            ("registry.json: it is no JSON", "{"),
            ('registry.json: a list without "format"', "[]"),
            ("registry.json: format 2, expected 1", '{"format": 2, "models": []}'),
            ('registry.json: an object without "name"', '{"format": 1, "models": [{}]}'),
            ("registry.json: a number, expected a text", '{"format": 1, "models": [{"name": 3, "aliases": []}]}'),
        ):
            with self.subTest(content=content):
                self.fails(3, text, "models", variables=self.registry(content))
        self.fails(3, "nowhere: is no folder (DPT_MODELS)", "models", variables={"DPT_MODELS": "nowhere"})
        (self.folder / "empty").mkdir()
        self.fails(3, "empty/registry.json: cannot open", "models", variables={"DPT_MODELS": "empty"})

    def test_a_model_given_by_path_needs_no_registry(self):
        self.picture("a.png")
        self.dpt("depth", "a.png", "-m", HF, "-o", "a.npy", variables={"DPT_MODELS": "nowhere"})
        self.dpt("depth", "a.png", "-m", HF, "-o", "b.npy")
        np.testing.assert_array_equal(np.load(self.folder / "a.npy"), np.load(self.folder / "b.npy"))
        self.fails(3, "nowhere: is no folder (DPT_MODELS)", "depth", "a.png", variables={"DPT_MODELS": "nowhere"})


class Info(CliTest):
    def info(self, model, *arguments, **options):
        return json.loads(self.dpt("info", model, "--json", *arguments, **options).stdout)

    def test_hugging_face_folder(self):
        facts = self.info(HF)
        self.assertEqual((facts["task"], facts["unit"]), ("depth", "relative inverse depth"))
        self.assertEqual((facts["blocks"], facts["width"], facts["heads"]), (4, 64, 1))
        self.assertEqual((facts["taps"], facts["readout"]), ([0, 1, 2, 3], "project"))
        self.assertEqual((facts["naming"], facts["problems"]), ("Hugging Face", []))
        rule = facts["input"]
        self.assertEqual((rule["convention"], rule["width"], rule["height"]), ("hf", 96, 96))
        self.assertEqual(rule["filter"], "PIL bilinear")
        self.assertEqual(facts["files"], [{"file": f"{HF}/model.safetensors", "bytes": 1578276}])

    def test_official_file(self):
        facts = self.info(HF / "official.pt")
        self.assertEqual(facts["naming"], "official")
        self.assertEqual((facts["input"]["convention"], facts["input"]["width"]), ("official", 384))
        self.assertGreater(facts["parameters"], 0)
        self.assertIn("F32", facts["element_types"])

    def test_segmentation(self):
        facts = self.info(TINY / "vit-segmentation")
        self.assertEqual((facts["task"], facts["classes"], len(facts["class_names"])), ("segmentation", 7, 7))

    def test_metric_by_name(self):
        path = self.folder / "dpt_hybrid_kitti-cb926ef4.pt"
        shutil.copy(TINY / "hybrid-depth" / "official.pt", path)
        facts = self.info(path)
        self.assertEqual((facts["unit"], facts["file_unit"]), ("metre", 256))
        self.assertEqual((facts["input"]["width"], facts["input"]["height"]), (1216, 352))
        self.assertEqual((facts["known_as"], facts["licence"]), ("dpt_hybrid_kitti", "MIT"))
        self.assertIn("have the same tensors as the relative one", facts["metric_hint"])
        self.assertIn("same tensors", self.dpt("info", path).stdout.decode())

    def test_unknown_fields_of_configurations_are_named(self):
        model = self.folder / "model"
        model.mkdir()
        for name in ("model.safetensors", "config.json", "preprocessor_config.json"):
            (model / name).write_bytes((HF / name).read_bytes())
        for name, field in (("config.json", "stem_depth"), ("preprocessor_config.json", "do_sharpen")):
            fields = json.loads((model / name).read_text())
            (model / name).write_text(json.dumps({**fields, field: 3}))
        notes = [
            "model/config.json: goes without fields that it does not know: stem_depth",
            "model/preprocessor_config.json: goes without fields that it does not know: do_sharpen",
        ]
        self.assertEqual(self.info("model")["configuration"], notes)
        self.assertNotIn("configuration", self.info(HF))
        said = self.dpt("depth", self.picture(), "-m", "model", "-o", "a.npy").stderr.decode()
        for note in notes:
            self.assertIn(note, said)
        self.assertEqual(self.dpt("depth", self.picture(), "-m", "model", "-o", "b.npy", "-q").stderr, b"")

    def test_text(self):
        out = self.dpt("info", "starter-depth").stdout.decode()
        for text in ("starter-depth", "task                   depth", "Apache-2.0", "F16", "parameters"):
            self.assertIn(text, out)

    def test_verify(self):
        facts = self.info("starter-depth", "--verify")
        check = facts["verified"][0]
        digest = hashlib.sha256((MODELS / "starter-depth" / "model.safetensors").read_bytes()).hexdigest()
        self.assertEqual((check["sha256"], check["expected"], check["match"]), (digest, digest, True))
        self.assertEqual((check["same_as"], facts["non_finite"]), ("starter-depth", []))
        self.assertIsNone(self.info(HF, "--verify")["verified"][0]["match"])

    def test_verify_in_plain_words(self):
        weights = MODELS / "starter-depth" / "model.safetensors"
        digest = hashlib.sha256(weights.read_bytes()).hexdigest()
        text = self.dpt("models", "verify", "starter-depth").stdout.decode()
        self.assertEqual(text, f"{weights}: as published (SHA-256 {digest}); this is starter-depth\n")
        record = json.loads(self.dpt("models", "verify", "starter-depth", "--json").stdout)
        self.assertEqual((record["sha256"], record["match"]), (digest, True))
        bad = self.folder / "mine-01234567.pt"
        bad.write_bytes((HF / "official.pt").read_bytes())
        done = self.fails(3, "mine-01234567.pt: is not what was published", "models", "verify", bad)
        self.assertRegex(done.stdout.decode(), r"not as published: its SHA-256 is \w{64}, expected 01234567; download")
        text = self.dpt("models", "verify", HF).stdout.decode()
        self.assertRegex(text, r"model.safetensors: nothing to compare with; its SHA-256 is \w{64}\n$")
        done = self.fails(3, "1 tensor holds infinite values", "models", "verify", PT / "nan_weight.pt")
        self.assertIn("verified               ", self.dpt("info", "starter-depth", "--verify").stdout.decode())
        self.assertIn(f"as published (SHA-256 {digest})", self.dpt("info", "starter-depth", "--verify").stdout.decode())

    def test_verify_by_the_name_of_the_file(self):
        data = (HF / "official.pt").read_bytes()
        good = self.folder / f"mine-{hashlib.sha256(data).hexdigest()[:8]}.pt"
        good.write_bytes(data)
        self.assertTrue(self.info(good, "--verify")["verified"][0]["match"])
        bad = self.folder / "mine-01234567.pt"
        bad.write_bytes(data)
        self.fails(3, "mine-01234567.pt: is not what it should be", "info", bad, "--verify")
        self.assertFalse(self.info(bad, "--verify", code=3)["verified"][0]["match"])

    def test_problems(self):
        facts = self.info(PT / "missing_tensor.pt", code=3)
        self.assertEqual(facts["problems"], ["tensor scratch.refinenet2.out_conv.weight is missing"])
        self.assertNotIn("input", facts)
        self.fails(3, "wrong_shape.pt: cannot be run (see problems)", "info", PT / "wrong_shape.pt")
        facts = self.info(PT / "nan_weight.pt", "--verify", code=3)
        self.assertEqual(facts["non_finite"], ["pretrained.model.blocks.1.mlp.fc1.weight"])
        self.fails(3, "the pickle asks for posix.system", "info", PT / "hostile_os_system.pt")

    def test_repositories_are_shown(self):
        text = self.dpt("models", "show", "hf:Intel/dpt-large").stdout.decode()
        self.assertTrue(text.startswith("Intel/dpt-large\n"), text)
        record = json.loads(self.dpt("models", "show", "hf:some/one", "--json").stdout)
        self.assertEqual(record, {"name": "hf:some/one", "url": "https://huggingface.co/some/one", "path": None})
        self.assertIn("not here", self.dpt("models", "show", "hf:some/one").stdout.decode())
        self.fails(3, "hf:some/one: not on this machine", "models", "path", "hf:some/one")
        snapshot = self.folder / "models--some--one" / "snapshots" / "abc"
        snapshot.mkdir(parents=True)
        (snapshot / "config.json").write_text("{}")
        refs = self.folder / "models--some--one" / "refs"
        refs.mkdir()
        (refs / "main").write_text("abc")
        cache = {"HF_HUB_CACHE": str(self.folder)}
        path = self.dpt("models", "path", "hf:some/one", variables=cache).stdout.decode()
        self.assertEqual(path, f"{snapshot}\n")
        self.assertIn("here (dpt info", self.dpt("models", "show", "hf:some/one", variables=cache).stdout.decode())


if __name__ == "__main__":
    unittest.main()
