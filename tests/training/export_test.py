"""Exported folders against the engine: the same picture through both."""

import json
import os
import shutil
import unittest

from support import DATA, ROOT, TINY, TrainingTest, torch

from dpt_training import safetensors
from dpt_training.engine import compare
from dpt_training.errors import TrainingError
from dpt_training.hf_folder import label_names, write_folder
from dpt_training.loading import open_model, read_weights
from dpt_training.models import PRESETS, Dpt, Metric, initialise
from dpt_training.models.config import TASKS, DptConfig

DPT = os.environ["DPT_BINARY"]
PHOTO = DATA / "images" / "chelsea.png"


class Export(TrainingTest):
    def small(self, **changes):
        sizes = dict(
            width=64, blocks=4, heads=2, mlp_width=128, image_size=96, taps=(0, 1, 2, 3), reassemble=(8, 16, 32, 32),
            fusion=16, head=(16, 8), classes=7,
        )  # fmt: skip
        model = Dpt(DptConfig(**{**sizes, **changes}))
        initialise(model, 1)
        return model.eval()

    def write(self, model, name="model", half=True):
        labels = label_names(model.config.classes, None) if model.depth_head is None else []
        write_folder(self.folder / name, model.config, model.state_dict(), half, labels, "card\n")
        return self.folder / name

    def test_the_engine_computes_the_same(self):
        hybrid = dict(
            stem=32, stages=(1, 2, 1), stage_channels=(128, 256, 128), reassemble=(128, 256, 16, 24), taps=(0, 1, 1, 3)
        )
        for name, changes in (
            ("heads and taps", {"blocks": 5, "taps": (0, 1, 3, 4), "heads": 4}),
            ("readout ignore", {"readout": "ignore"}),
            ("readout add", {"readout": "add"}),
            ("batch norm", {"batch_norm": True, "residual_biases": False}),
            ("labels", {"tasks": TASKS["segmentation"], "auxiliary": True}),
            ("narrow hybrid", hybrid),
            ("narrow hybrid labels", {**hybrid, "tasks": TASKS["segmentation"]}),
        ):
            with self.subTest(name=name):
                found = compare(self.write(self.small(**changes), name.replace(" ", "-")), PHOTO, DPT)
                self.assertLess(found.get("error", 0), 1e-4)
                self.assertGreater(found.get("equal", 1), 0.999)

    def test_starters(self):
        for name in ("starter_vit", "starter_hybrid"):
            model = Dpt(PRESETS[name])
            initialise(model, 0)
            self.assertLess(compare(self.write(model.eval(), name), PHOTO, DPT)["error"], 1e-4)
        for name in ("starter-depth", "starter-segmentation"):
            found = compare(ROOT / "models" / name, PHOTO, DPT)
            self.assertLess(found.get("error", 0), 1e-4)
            self.assertGreater(found.get("equal", 1), 0.999)

    def test_metres(self):
        """The engine knows the constants of the published metric models by their names."""
        model = self.small(metric=Metric(0.000305, 0.1378))
        torch.manual_seed(0)
        torch.nn.init.normal_(model.depth_head[4].weight, 0, 500.0)
        folder = self.write(model, "dpt_hybrid_nyu-small")
        config = json.loads((folder / "config.json").read_text())
        self.assertEqual(config["depth_estimation_type"], "metric")
        self.assertEqual(config["metric_depth"], {"scale": 0.000305, "shift": 0.1378})
        self.assertEqual(open_model(folder).config.metric, model.config.metric)
        self.assertLess(compare(folder, PHOTO, DPT)["error"], 1e-4)

    def test_files_come_back(self):
        for half in (False, True):
            model = self.small(tasks=TASKS["segmentation"], head=(128, 32))
            folder = self.write(model, f"half-{half}", half)
            self.assertEqual(read_weights(folder).config, model.config)
            tensors = safetensors.read(folder / "model.safetensors")
            kinds = {v.dtype for v in tensors.values()}
            self.assertEqual(kinds, {torch.float16 if half else torch.float32, torch.int64})

    def changed(self, source, fields):
        """A folder with other fields in config.json; "bit.X" is X of backbone_config."""
        folder = self.folder / "changed"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(TINY / source, folder)
        folder.chmod(0o755)
        path = folder / "config.json"
        config = json.loads(path.read_text())
        for key, value in fields.items():
            place = config["backbone_config"] if key.startswith("bit.") else config
            place[key.removeprefix("bit.")] = value
        path.unlink()
        path.write_text(json.dumps(config))
        return folder

    def test_configurations_are_followed_or_refused_by_the_fields_name(self):
        for source, fields in (
            ("vit-depth", {"hidden_act": "relu"}),
            ("vit-depth", {"qkv_bias": False}),
            ("vit-depth", {"head_in_index": -2}),
            ("vit-depth", {"reassemble_factors": [4, 2, 1, 0.25]}),
            ("vit-depth", {"layer_norm_eps": 0.1}),
            ("vit-depth", {"add_projection": True}),
            ("vit-depth", {"hidden_size": 128}),
            ("vit-depth", {"backbone_config": {"model_type": "dinov2"}}),
            ("vit-depth", {"use_bias_in_fusion_residual": False}),
            ("hybrid-depth", {"is_hybrid": False}),
            ("hybrid-depth", {"bit.num_groups": 16}),
            ("hybrid-depth", {"bit.hidden_act": "gelu"}),
            ("hybrid-depth", {"bit.embedding_dynamic_padding": False}),
            ("hybrid-depth", {"bit.layer_type": "preactivation"}),
            ("hybrid-depth", {"bit.depths": [1, 1, 1]}),
        ):
            with self.subTest(fields=fields):
                field = next(iter(fields)).removeprefix("bit.")
                with self.assertRaisesRegex(TrainingError, field):
                    read_weights(self.changed(source, fields))
        taps = self.changed("vit-depth", {"backbone_out_indices": [3, 1, 2, 0]})
        self.assertEqual(read_weights(taps).config.taps, (0, 1, 2, 3))
        taps = self.changed("hybrid-depth", {"backbone_out_indices": [9, 9, 3, 1]})
        self.assertEqual(read_weights(taps).config.block_taps, (1, 3))

    def test_command(self):
        out = self.run_command(
            "export", TINY / "vit-depth" / "official.pt", "-o", "model", "--precision", "fp32", "--check", PHOTO,
            "--dpt", DPT,
        )  # fmt: skip
        self.assertIn("the engine agrees with PyTorch", out)
        text = self.run_command("export", TINY / "vit-depth", "-o", "b", "--check", PHOTO, "--dpt", "/no/dpt", code=1)
        self.assertIn("/no/dpt: cannot be started: No such file or directory", text)
        text = self.run_command("export", TINY / "vit-depth", "-o", "c", "--check", "/none.png", "--dpt", DPT, code=1)
        self.assertIn("/none.png: cannot be read as a picture", text)


if __name__ == "__main__":
    unittest.main()
