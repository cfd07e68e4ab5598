"""Eight pictures learned by heart: the loop, both losses and both heads work together."""

import dataclasses
import unittest

from network_test import SMALL
from support import TrainingTest, np, scene, torch

from dpt_training.data.mixture import collate
from dpt_training.data.sample import Sample, disparity_of
from dpt_training.losses import Weights
from dpt_training.metrics import Confusion, aligned_depth, depth_metrics
from dpt_training.models import Dpt, initialise
from dpt_training.models.config import TASKS
from dpt_training.optim import OptimConfig
from dpt_training.train import TrainConfig, Trainer

STEPS = 400
FAR = 20.0


class Overfit(TrainingTest):
    def test_eight_pictures(self):
        rng = np.random.default_rng(1)
        scenes = [scene(rng, 64, 64, boxes=2, classes=4, smallest=3) for _ in range(8)]
        batch = collate([Sample(image, disparity_of(depth), labels) for image, depth, labels in scenes])
        sizes = {
            "width": 48,
            "heads": 3,
            "mlp_width": 192,
            "reassemble": (32, 32, 64, 64),
            "fusion": 32,
            "head": (16, 16),
        }
        model = Dpt(dataclasses.replace(SMALL, **sizes, classes=4, tasks=TASKS["joint"]))
        initialise(model, 0)
        optim = OptimConfig("muon", 3e-3, encoder_factor=0.7, ema=0.9)
        config = TrainConfig(self.folder, steps=STEPS, batch=8, warmup=20, weights=Weights(labels=1.0), optim=optim)
        trainer = Trainer(model, None, config)
        while not trainer.finished():
            trainer.train_step([batch])
            trainer.step += 1
        model.load_state_dict(trainer.average.values)
        model.eval()
        with torch.no_grad():
            depth = model.predict_depth(batch.image).numpy()
            labels = model.predict_logits(batch.image).argmax(1).numpy() + 1
        errors, confusion = [], Confusion(4)
        for k, (_, true, values) in enumerate(scenes):
            valid = true < FAR
            found = aligned_depth(depth[k], np.where(np.isinf(true), 0, 1 / true), valid, FAR)
            errors.append(depth_metrics(found[valid], true[valid])["abs_rel"])
            confusion.add(labels[k], values)
        print(f"AbsRel {np.mean(errors):.4f}, mIoU {confusion.metrics()['mean_iou']:.3f}")
        self.assertLess(np.mean(errors), 0.03)
        self.assertGreater(confusion.metrics()["mean_iou"], 0.9)


if __name__ == "__main__":
    unittest.main()
