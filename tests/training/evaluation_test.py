"""Metrics against their formulas, and the protocol on pictures whose answer is known."""

import unittest

from support import TrainingTest, np, torch

from dpt_training.data.sample import Sample, disparity_of, no_depth, no_labels
from dpt_training.evaluate import evaluate, network_size
from dpt_training.metrics import Confusion, align, aligned_depth, depth_metrics
from dpt_training.models import Metric


class Knows(torch.nn.Module):
    """Answers with the disparity that the picture shows as brightness, scaled and shifted."""

    class Config:
        classes, metric = 3, None

    def __init__(self, metric=None, labels=False):
        super().__init__()
        self.config = Knows.Config()
        self.config.metric = metric
        self.register_parameter("any", torch.nn.Parameter(torch.zeros(1)))
        self.depth_head = None if labels else True
        self.segmentation_head = True if labels else None

    def predict_depth(self, x):
        disparity = (x[:, 0] + 1) / 2
        return 1 / disparity if self.config.metric else 3 * disparity + 7

    def predict_logits(self, x):
        return torch.stack([torch.full_like(x[:, 0], 0.1), x[:, 0], -x[:, 0]], 1)


def brightness(disparity, labels=None):
    image = np.repeat(np.round(disparity * 255).astype(np.uint8)[..., None], 3, 2)
    known = disparity_of(1 / np.maximum(disparity, 1e-9)) if labels is None else no_depth(*disparity.shape)
    return Sample(image, known, no_labels(*disparity.shape) if labels is None else labels)


class Metrics(unittest.TestCase):
    def test_formulas(self):
        d, t = np.array([1.0, 2.0, 4.0, 9.0]), np.array([1.0, 2.2, 3.0, 5.0])
        found, log = depth_metrics(d, t), np.log(d) - np.log(t)
        for name, expected in (
            ("abs_rel", np.mean([0, 0.2 / 2.2, 1 / 3, 4 / 5])),
            ("sq_rel", np.mean([0, 0.04 / 2.2, 1 / 3, 16 / 5])),
            ("rmse", np.sqrt(np.mean([0, 0.04, 1, 16]))),
            ("rmse_log", np.sqrt(np.mean(log**2))),
            ("log10", np.mean(np.abs(np.log10(d) - np.log10(t)))),
            ("silog", 100 * np.std(log)),
            ("delta1", 0.5),
            ("delta2", 0.75),
            ("delta3", 1.0),
        ):
            self.assertAlmostEqual(found[name], expected, 9, name)

    def test_alignment(self):
        t = np.linspace(0.1, 1, 20).reshape(4, 5)
        valid = t > 0.2
        np.testing.assert_allclose(align(3 * t + 7, t, valid), t, atol=1e-12)
        np.testing.assert_allclose(align(np.ones((4, 5)), t, valid), np.full((4, 5), t[valid].mean()))
        self.assertEqual(aligned_depth(t, t, valid, 5.0).max(), 5.0)

    def test_confusion(self):
        counts = Confusion(3)
        counts.add(np.array([1, 1, 2, 3, 1]), np.array([1, 2, 2, 0, 1]))
        found = counts.metrics()
        self.assertEqual((found["pixel_accuracy"], found["largest_class"], found["classes"]), (0.75, 0.5, 2))
        self.assertAlmostEqual(found["mean_iou"], (2 / 3 + 1 / 2) / 2)


class Protocol(TrainingTest):
    def test_network_sizes(self):
        # Specification 3.1, (width, height) -> (width, height) at 384.
        for given, expected in (
            ((640, 480), (512, 384)), ((480, 640), (384, 512)), ((1280, 720), (672, 384)), ((300, 200), (384, 256)),
        ):  # fmt: skip
            self.assertEqual(network_size(given[1], given[0], 384), expected[::-1])

    def test_depth(self):
        disparity = 51 * np.random.default_rng(0).integers(1, 6, (4, 4)) / 255
        sample = brightness(disparity.repeat(16, 0).repeat(16, 1))
        sample.disparity[:3] = np.nan
        unknown = Sample(sample.image, no_depth(64, 64), no_labels(64, 64))
        found = evaluate(Knows(), [sample, unknown], 64, 10.0)
        self.assertLess(found["model"]["abs_rel"], 1e-5)
        self.assertEqual(found["model"]["pictures"], 1)
        self.assertGreater(found["constant"]["abs_rel"], 0.1)
        self.assertGreater(found["vertical_gradient"]["abs_rel"], 0.1)
        found = evaluate(Knows(Metric(1, 1)), [sample], 64, 10.0)
        self.assertEqual(list(found), ["model"])
        self.assertLess(found["model"]["abs_rel"], 1e-5)

    def test_labels(self):
        labels = np.tile(np.array([2, 0, 3, 3], np.uint8), (64, 1)).repeat(16, 1)
        picture = np.where(labels == 2, 1.0, 0.0)
        found = evaluate(Knows(labels=True), [brightness(picture, labels)], 64, 10.0)["labels"]
        self.assertAlmostEqual(found["pixel_accuracy"], 1.0, 1)
        self.assertAlmostEqual(found["largest_class"], 2 / 3)


if __name__ == "__main__":
    unittest.main()
