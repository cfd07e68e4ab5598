"""models/registry.json: complete, consistent, and the models that come with the project are as it says."""

import hashlib
import json
import re
import unittest
from pathlib import Path

MODELS = Path(__file__).resolve().parents[2] / "models"
# Field -> types. Every entry has every field; what is not known is null.
FIELDS = {
    "name": str,
    "aliases": list,
    "task": str,
    "metric": (bool, type(None)),
    "architecture": str,
    "variant": str,
    "model_type": (str, type(None)),
    "file": (str, type(None)),
    "url": (str, type(None)),
    "repo": (str, type(None)),
    "bytes": (int, type(None)),
    "sha256": (str, type(None)),
    "sha256_prefix": (str, type(None)),
    "licence": (str, type(None)),
    "accuracy": list,
    "notes": (str, type(None)),
}
ARCHITECTURES = {"dpt", "dpt-beit", "dpt-swinv2", "dpt-dinov2", "midas"}
LICENCES = {None, "MIT", "Apache-2.0"}


class Registry(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        registry = json.loads((MODELS / "registry.json").read_text(encoding="utf-8"))
        assert registry["format"] == 1
        cls.models = registry["models"]

    def each(self):
        for entry in self.models:
            with self.subTest(model=entry.get("name")):
                yield entry

    def test_entries_are_complete(self):
        for entry in self.each():
            self.assertEqual(set(entry), set(FIELDS))
            for field, kind in FIELDS.items():
                self.assertIsInstance(entry[field], kind, field)
            self.assertIn(entry["task"], ("depth", "segmentation"))
            self.assertIn(entry["architecture"], ARCHITECTURES)
            self.assertIn(entry["licence"], LICENCES)
            for figure in entry["accuracy"]:
                self.assertEqual(set(figure), {"dataset", "metric", "value", "source"})
                self.assertIsInstance(figure["value"], float)

    def test_names_and_aliases_are_unique(self):
        names = [name for entry in self.models for name in (entry["name"], *entry["aliases"])]
        self.assertEqual(len(names), len(set(names)))

    def test_files_are_named_once(self):
        files = [entry["file"] for entry in self.models if entry["file"]]
        self.assertEqual(len(files), len(set(files)))

    def test_hashes(self):
        for entry in self.each():
            if entry["sha256"] is not None:
                self.assertRegex(entry["sha256"], r"^[0-9a-f]{64}$")
                self.assertEqual(entry["sha256_prefix"], entry["sha256"][:8])
            if entry["sha256_prefix"] is not None:
                self.assertRegex(entry["sha256_prefix"], r"^[0-9a-f]{8}$")

    def test_official_file_names_end_in_the_hash(self):
        official = [entry for entry in self.models if (entry["file"] or "").endswith(".pt")]
        self.assertEqual(len(official), 8)
        for entry in official:
            with self.subTest(model=entry["name"]):
                self.assertEqual(re.search(r"-([0-9a-f]{8})\.pt$", entry["file"])[1], entry["sha256_prefix"])
                if entry["url"] is not None:
                    self.assertTrue(entry["url"].endswith("/" + entry["file"]))

    def test_repositories(self):
        for entry in self.each():
            if entry["repo"] is not None:
                self.assertEqual(entry["url"], "https://huggingface.co/" + entry["repo"])

    def test_metric_models_have_a_model_type_that_says_so(self):
        for entry in self.each():
            if entry["architecture"] == "dpt":
                metric = entry["model_type"] in ("dpt_hybrid_kitti", "dpt_hybrid_nyu")
                self.assertEqual(entry["metric"], metric)

    def test_starter_models_are_here(self):
        starters = [entry for entry in self.models if entry["variant"] == "starter"]
        self.assertEqual([entry["task"] for entry in starters], ["depth", "segmentation"])
        for entry in starters:
            with self.subTest(model=entry["name"]):
                path = MODELS / entry["file"]
                self.assertEqual(path.stat().st_size, entry["bytes"])
                self.assertEqual(hashlib.sha256(path.read_bytes()).hexdigest(), entry["sha256"])
                for name in ("config.json", "preprocessor_config.json"):
                    self.assertTrue((path.parent / name).is_file(), name)

    def test_samples_are_credited(self):
        credits = (MODELS / "samples" / "CREDITS.md").read_text(encoding="utf-8")
        for path in (MODELS / "samples").glob("*.[pj][np]g"):
            self.assertIn(f"| {path.name} |", credits)


if __name__ == "__main__":
    unittest.main()
