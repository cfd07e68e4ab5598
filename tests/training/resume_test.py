"""A run that is killed and resumed ends with the very weights of one that was not."""

import os
import signal
import subprocess
import time
import unittest

from support import TINY, TrainingTest, torch, write_scenes

from dpt_training import checkpoint

STEPS = 30


class Resume(TrainingTest):
    def arguments(self, folder):
        return (
            "finetune",
            TINY / "vit-depth",
            "--task",
            "joint",
            "--classes",
            "7",
            "--data",
            f"scenes:{self.folder}/*.scenes",
            "--steps",
            STEPS,
            "--batch",
            "2",
            "--accumulate",
            "2",
            "--sizes",
            "64x32,32x64;0.5:64x64",
            "--lr",
            "1e-3",
            "--optimiser",
            "muon",
            "--save-every",
            "5",
            "--log-every",
            "1",
            "--seed",
            "3",
            "--threads",
            "2",
            "-o",
            folder,
        )

    def test_kill_9(self):
        write_scenes(self.folder)
        self.run_command(*self.arguments("whole"))
        process = subprocess.Popen(
            self.command(*self.arguments("killed")),
            cwd=self.folder,
            env=self.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 120
        while not checkpoint.found(self.folder / "killed"):
            self.assertLess(time.monotonic(), deadline)
            self.assertIsNone(process.poll())
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        self.assertLess(checkpoint.load(checkpoint.latest(self.folder / "killed"))["header"]["step"], STEPS)
        self.run_command(*self.arguments("killed"), "--resume")
        whole, killed = (checkpoint.load(checkpoint.latest(self.folder / k)) for k in ("whole", "killed"))
        self.assertEqual((whole["header"]["step"], killed["header"]["step"]), (STEPS, STEPS))
        for part in ("model", "average"):
            for name, value in whole[part].items():
                self.assertTrue(torch.equal(value, killed[part][name]), f"{part} {name}")
        self.assertEqual(len(checkpoint.found(self.folder / "killed")), checkpoint.KEPT)
        lines = (self.folder / "killed/log.csv").read_text(encoding="utf-8").splitlines()
        self.assertEqual([line.startswith("step,") for line in lines], [True] + [False] * (len(lines) - 1))
        self.assertEqual(lines[-1].split(",")[0], str(STEPS))

    def test_half_a_checkpoint_is_none(self):
        folder = self.folder / "run"
        checkpoint.save(folder, 5, {"header": {"step": 5}, "model": {}})
        (folder / ".step-10.pt.part").write_bytes(b"PK")
        self.assertEqual(checkpoint.load(checkpoint.latest(folder))["header"], {"step": 5})
        for step in (15, 20):
            checkpoint.save(folder, step, {"header": {}, "model": {}})
        self.assertEqual([p.name for p in checkpoint.found(folder)], ["step-15.pt", "step-20.pt"])


if __name__ == "__main__":
    unittest.main()
