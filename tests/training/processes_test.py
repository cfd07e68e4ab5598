"""Two processes on half a batch each learn what one process learns from the whole batch."""

import csv
import socket
import subprocess
import unittest

from support import TINY, TrainingTest, np, torch, write_scenes

from dpt_training import distributed
from dpt_training.batch_norm import BatchNorm


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def losses(path):
    with open(path, encoding="utf-8") as file:
        return np.array([float(row["loss"]) for row in csv.DictReader(file)])


def normalise(x, gradient, weight):
    """Output, gradients, running variance of one training step of a batch norm."""
    norm = BatchNorm(x.shape[1])
    norm.weight.data.copy_(weight)
    x = x.clone().requires_grad_()
    y = norm(x)
    y.backward(gradient)
    return [y.detach(), x.grad, norm.weight.grad, norm.bias.grad, norm.running_var]


def one_of_two(rank, port, x, gradient, weight, queue):
    torch.distributed.init_process_group("gloo", f"tcp://127.0.0.1:{port}", rank=rank, world_size=2)
    found = normalise(x.chunk(2)[rank], gradient.chunk(2)[rank], weight)
    for g in found[2:4]:
        distributed.sum_of(g)
    if rank == 0:
        queue.put([f.numpy() for f in found])
    distributed.stop()


class Processes(TrainingTest):
    def test_loss_curve(self):
        write_scenes(self.folder)
        common = (
            "finetune",
            TINY / "vit-depth",
            "--data",
            f"scenes:{self.folder}/*.scenes",
            "--steps",
            "12",
            "--sizes",
            "64x32",
            "--lr",
            "1e-3",
            "--log-every",
            "1",
            "--threads",
            "1",
        )
        self.run_command(*common, "--batch", "4", "-o", "one")
        port = free_port()
        started = [
            subprocess.Popen(
                self.command(*common, "--batch", "2", "-o", "two"),
                cwd=self.folder,
                env=self.environment(RANK=str(k), WORLD_SIZE="2", MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port)),
                stdout=subprocess.DEVNULL,
            )
            for k in (0, 1)
        ]
        self.assertEqual([p.wait(timeout=240) for p in started], [0, 0])
        one, two = losses(self.folder / "one/log.csv"), losses(self.folder / "two/log.csv")
        self.assertEqual(len(one), 12)
        np.testing.assert_allclose(two, one, rtol=1e-3)

    def test_batch_norm(self):
        generator = torch.Generator().manual_seed(0)
        x, gradient = (torch.randn(4, 3, 5, 6, generator=generator) for _ in range(2))
        x[:, 2] += 1000  # a variance that is small beside the mean
        weight = torch.tensor([0.5, 1.0, 2.0])
        whole = normalise(x, gradient, weight)
        context = torch.multiprocessing.get_context("spawn")
        queue = context.SimpleQueue()
        port = free_port()
        workers = [context.Process(target=one_of_two, args=(rank, port, x, gradient, weight, queue)) for rank in (0, 1)]
        for w in workers:
            w.start()
        found = queue.get()
        for w in workers:
            w.join()
        for a, b in zip(found, [whole[0].chunk(2)[0], whole[1].chunk(2)[0], *whole[2:]]):
            # The mean of 1000 is known to a few units in its last place, 6e-5; weight 2 and 60 gradients of about 1
            # make up to 1e-3 of that.
            np.testing.assert_allclose(a, b.numpy(), rtol=1e-3, atol=1e-3)


if __name__ == "__main__":
    unittest.main()
