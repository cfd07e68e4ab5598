"""The installed tree: what is in it, and that the program runs from it wherever it lies.

    install_test.py CMAKE BUILD_FOLDER
"""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
CMAKE, BUILD = sys.argv[1:3]
MODELS = "share/dpt/models"
EXPECTED = [
    "bin/dpt",
    "bin/dpt-ailia",
    "bin/dpt-pull",
    "bin/dpt-scenes",
    "bin/dpt-video",
    "share/man/man1/dpt.1",
    "share/man/man1/dpt-depth.1",
    "share/man/man1/dpt-eval-depth.1",
    "share/man/man1/dpt-models-pull.1",
    "share/bash-completion/completions/dpt",
    "share/zsh/site-functions/_dpt",
    "share/fish/vendor_completions.d/dpt.fish",
    f"{MODELS}/registry.json",
    f"{MODELS}/MODEL_CARD.md",
    f"{MODELS}/starter-depth/config.json",
    f"{MODELS}/starter-depth/model.safetensors",
    f"{MODELS}/starter-depth/preprocessor_config.json",
    f"{MODELS}/starter-segmentation/config.json",
    f"{MODELS}/starter-segmentation/model.safetensors",
    f"{MODELS}/starter-segmentation/preprocessor_config.json",
    "share/doc/dpt/README.md",
    "share/doc/dpt/LICENSE",
    "share/doc/dpt/CHANGELOG.md",
    "share/doc/dpt/docs/building.md",
]


class Install(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="dpt install ")
        self.addCleanup(folder.cleanup)
        self.prefix = Path(folder.name) / "prefix"
        subprocess.run([CMAKE, "--install", BUILD, "--prefix", self.prefix], check=True, stdout=subprocess.DEVNULL)

    def test_every_file_is_there(self):
        for name in EXPECTED:
            self.assertTrue((self.prefix / name).is_file(), name)
        self.assertFalse((self.prefix / MODELS / "samples").exists())

    def test_the_program_of_a_moved_source_tree_finds_its_models(self):
        clone = self.prefix.with_name("a clone")
        (clone / "build/release/bin").mkdir(parents=True)
        shutil.copy(Path(BUILD) / "bin/dpt", clone / "build/release/bin")
        (clone / "models").symlink_to(SOURCE / "models")
        environment = {key: value for key, value in os.environ.items() if key != "DPT_MODELS"}
        command = [clone / "build/release/bin/dpt", "models", "path", "starter-depth"]
        path = subprocess.run(command, env=environment, capture_output=True, check=True, text=True).stdout
        self.assertEqual(path, f"{clone}/models/starter-depth\n")

    def test_it_uses_its_own_models_after_a_move(self):
        moved = self.prefix.rename(self.prefix.with_name("moved"))
        picture = moved / "tiny.png"
        shutil.copy(SOURCE / "tests/data/images/tiny_gray.png", picture)
        environment = {key: value for key, value in os.environ.items() if key != "DPT_MODELS"}
        command = [moved / "bin/dpt", "depth", picture, "-o", moved / "depth.npy"]

        subprocess.run(command, check=True, env=environment, stderr=subprocess.DEVNULL)
        self.assertTrue((moved / "depth.npy").is_file())

        # Without them it must fail although the source tree's models still exist: it had used its own.
        (moved / MODELS / "starter-depth/model.safetensors").unlink()
        failed = subprocess.run(command, env=environment, stderr=subprocess.PIPE, text=True)
        self.assertEqual(failed.returncode, 3, failed.stderr)
        self.assertIn("starter-depth", failed.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
