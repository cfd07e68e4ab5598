"""The networks against the official code's outputs, and what training changes in them."""

import dataclasses
import unittest

from support import TINY, np, torch

from dpt_training import safetensors
from dpt_training.loading import open_model, read_weights
from dpt_training.models import PRESETS, Dpt, DptConfig, Metric, initialise
from dpt_training.models.config import TASKS
from dpt_training.models.group_norm import GroupNorm
from dpt_training.names import to_hugging_face, to_official

SMALL = DptConfig(
    width=32, blocks=4, heads=2, mlp_width=64, image_size=64, taps=(0, 1, 2, 3), reassemble=(8, 8, 16, 16), fusion=16,
    head=(8, 8), classes=5,
)  # fmt: skip


def hashed_input(shape):
    """The network inputs of the reference data: splitmix64 of the index, seeded with a hash of "input"."""
    seed = 0xCBF29CE484222325
    for byte in b"input":
        seed = ((seed ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, np.prod(shape) + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    values = (z >> np.uint64(40)).astype(np.float32) / np.float32(1 << 23) - np.float32(1)
    return torch.from_numpy(values.reshape(shape))


class Official(unittest.TestCase):
    def test_outputs_of_the_official_code(self):
        for name in ("vit-depth", "vit-segmentation", "hybrid-depth", "hybrid-segmentation"):
            expected = safetensors.read(TINY / name / "expected.safetensors")
            for path in (TINY / name, TINY / name / "official.pt"):
                model = open_model(path).eval()
                for key, value in expected.items():
                    height, width = map(int, key.split("/")[1].split("x"))
                    with self.subTest(path=path, key=key), torch.no_grad():
                        x = hashed_input((1, 3, height, width))
                        found = model.predict_depth(x) if "depth" in name else model.predict_logits(x)
                        error = (found.reshape(value.shape) - value).abs().max() / (value.max() - value.min())
                        self.assertLess(float(error), 1e-5)

    def test_names_go_there_and_back(self):
        for name in ("vit-segmentation", "hybrid-depth"):
            tensors = read_weights(TINY / name / "official.pt").tensors
            kept = {k: v for k, v in tensors.items() if not k.startswith("pretrained.model.head.")}
            back = to_official(to_hugging_face(kept, "hybrid" in name))
            self.assertEqual(set(back), set(kept))
            for key, value in kept.items():
                self.assertTrue(torch.equal(back[key], value), key)


class Presets(unittest.TestCase):
    def test_sizes_of_the_published_models(self):
        # Specification 7.1, in millions: what inference uses.
        for name, millions in (("dpt_large", 341.848), ("dpt_base", 109.696), ("dpt_hybrid", 121.196)):
            model = Dpt(PRESETS[name])
            self.assertAlmostEqual(sum(p.numel() for p in model.parameters()) / 1e6, millions, 2, name)

    def test_starters_stay_small(self):
        for name in ("starter_vit", "starter_hybrid"):
            model = Dpt(dataclasses.replace(PRESETS[name], tasks=TASKS["joint"]))
            self.assertLess(sum(p.numel() for p in model.parameters()), 8.0e6, name)


class Modules(unittest.TestCase):
    def test_filters_from_grey_pictures(self):
        """Their patches have a third of the components; the filters of the others begin at 0."""
        grey = torch.rand(64, 1, 64, 64, generator=torch.Generator().manual_seed(0)).expand(-1, 3, -1, -1)
        for pictures in (grey, torch.zeros(64, 3, 64, 64)):
            model = Dpt(dataclasses.replace(SMALL, width=320))
            initialise(model, 0, pictures)
            weight = model.pretrained.model.patch_embed.proj.weight
            self.assertTrue(torch.isfinite(weight).all())
            kept = int(weight.flatten(1).abs().amax(1).gt(0).sum())
            self.assertLessEqual(kept, 256)
            seen = model.pretrained.model.patch_embed.proj(pictures)
            self.assertLess(seen.abs().max(), 20)

    def test_every_variant_trains_at_every_size(self):
        hybrid = dict(stem=32, stages=(1, 1, 1), stage_channels=(128, 128, 128), reassemble=(128, 128, 16, 16))
        for task, readout, extra in (
            ("depth", "ignore", {}),
            ("joint", "add", hybrid),
            ("segmentation", "project", {"auxiliary": True, "batch_norm": True, "residual_biases": False}),
            ("depth", "project", {"metric": Metric(0.1, 0.1)}),
        ):
            config = dataclasses.replace(SMALL, tasks=TASKS[task], readout=readout, **extra)
            model = Dpt(config)
            initialise(model, 0)
            out = model(torch.rand(2, 3, 64, 96))
            total = sum(x.float().square().mean() for x in vars(out).values() if x is not None)
            if model.segmentation_head is not None:
                total = total + model.segmentation_head.classify(out.features).square().mean()
                if config.auxiliary:
                    total = total + model.auxlayer.classify(out.auxiliary).square().mean()
            total.backward()
            without = [n for n, p in model.named_parameters() if p.grad is None or not torch.isfinite(p.grad).all()]
            self.assertEqual(without, [], task)
            if model.depth_head is not None:
                self.assertEqual(tuple(model.predict_depth(torch.rand(1, 3, 32, 64)).shape), (1, 32, 64))
            if model.segmentation_head is not None:
                self.assertEqual(tuple(model.predict_logits(torch.rand(1, 3, 32, 64)).shape), (1, 5, 32, 64))

    def test_fresh_networks_keep_variance_and_live(self):
        for name in ("starter_vit", "starter_hybrid"):
            model = Dpt(dataclasses.replace(PRESETS[name], tasks=TASKS["joint"]))
            initialise(model, 0, None)
            with torch.no_grad():
                out = model(torch.rand(2, 3, 96, 96) * 2 - 1)
            self.assertGreater(float((out.depth > 0).float().mean()), 0.5, name)
            self.assertTrue(0.02 < float(out.depth.std()) < 2, f"{name} {out.depth.std()}")
            self.assertTrue(0.1 < float(out.features.std()) < 5, name)

    def test_checkpointing_changes_nothing(self):
        gradients = []
        for checkpointing in (False, True):
            model = Dpt(SMALL)
            initialise(model, 0)
            model.pretrained.model.checkpointing = checkpointing
            model(torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))).depth.sum().backward()
            gradients.append([p.grad for p in model.parameters()])
        for a, b in zip(*gradients):
            self.assertTrue(torch.allclose(a, b, rtol=1e-4, atol=1e-6))

    def test_group_norm_in_bf16(self):
        generator = torch.Generator().manual_seed(0)
        norm = GroupNorm(64)
        torch.nn.init.normal_(norm.weight, 1, 0.2)
        for h, w in ((9, 7), (36, 32)):  # either side of SLOW_PIXELS
            x = torch.randn(2, 64, h, w, generator=generator).contiguous(memory_format=torch.channels_last)
            g = torch.randn(2, 64, h, w, generator=generator)
            found = []
            for kind in (torch.float32, torch.bfloat16):
                norm.zero_grad()
                y = x.to(kind).detach().clone().requires_grad_()
                out = norm(y)
                self.assertTrue(out.is_contiguous(memory_format=torch.channels_last))
                out.backward(g.to(kind))
                gradients = [y.grad.float(), norm.weight.grad.clone(), norm.bias.grad.clone()]
                found.append([out.detach().float(), *gradients])
            for exact, rough in zip(*found):
                self.assertLess(float((exact - rough).abs().max() / exact.abs().max()), 0.03)


if __name__ == "__main__":
    unittest.main()
