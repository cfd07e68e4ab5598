"""The training loop."""

from __future__ import annotations

import math
import time
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch

from . import checkpoint, distributed, schedules
from .data import Mixture
from .data.loader import Loader
from .data.sample import random
from .errors import TrainingError
from .logs import Log
from .losses import Batch, Objective, Weights
from .models import Dpt, DptConfig
from .models.dpt import MULTIPLE
from .optim import Average, OptimConfig, Optimisers

PRECISIONS = ("fp32", "bf16", "fp16")
LABELS = 3  # what a generator is for
SKIPPED_IN_A_ROW = 50  # steps without a finite gradient: the run has diverged
FIRST_SCALE, SCALE_PATIENCE = 2.0**15, 2000  # of the fp16 loss: halved after an overflow, doubled after so many steps


@dataclass(frozen=True)
class TrainConfig:
    folder: Path
    steps: int = 0  # optimiser steps in total, or
    minutes: float = 0.0  # time in total, over all resumptions
    batch: int = 16  # pictures of a micro-batch and process
    accumulate: int = 1  # micro-batches of a step
    sizes: str = "256x192"
    precision: str = "fp32"
    schedule: str = "cosine"
    warmup: int = 100
    depth_loss: str = "robust"
    weights: Weights = field(default_factory=Weights)
    optim: OptimConfig = field(default_factory=OptimConfig)
    freeze_encoder: bool = False
    checkpointing: bool = False
    seed: int = 0
    device: str = "cpu"
    data_threads: int = 2
    log_every: int = 50
    pictures_every: int = 0
    save_every: int = 500  # steps
    save_minutes: float = 5.0

    def __post_init__(self) -> None:
        if (self.steps > 0) == (self.minutes > 0):
            raise TrainingError("give either --steps or --minutes, above 0")
        if self.precision not in PRECISIONS:
            raise TrainingError(f"precision '{self.precision}': expected one of {', '.join(PRECISIONS)}")
        if self.precision == "fp16" and not self.device.startswith("cuda"):
            raise TrainingError(f"precision fp16 needs a CUDA device, not {self.device}; use bf16")
        if min(self.batch, self.accumulate) < 1:
            raise TrainingError(f"batch {self.batch} and accumulate {self.accumulate}: must be at least 1")


class Trainer:
    """A run: `Trainer(...).run()`. Everything that a resumed run needs is in `state()`."""

    def __init__(self, model: Dpt, mixture: Mixture, config: TrainConfig) -> None:
        self.config = config
        self.device = torch.device(config.device)
        self.model = model.to(self.device, memory_format=torch.channels_last)
        self.model.pretrained.model.checkpointing = config.checkpointing
        if config.freeze_encoder:
            for p in model.encoder_parameters():
                p.requires_grad_(False)
        self.objective = Objective(model, config.depth_loss, config.weights)
        self.optimisers = Optimisers(model, config.optim)
        self.average = Average(model, config.optim.ema) if config.optim.ema else None
        self.phases = schedules.parse_sizes(config.sizes, MULTIPLE)
        self.mixture = mixture
        self.step, self.skipped, self.skipped_in_a_row = 0, 0, 0
        self.elapsed = 0.0  # seconds, over all resumptions
        self.scale, self.unbroken = (FIRST_SCALE if config.precision == "fp16" else 1.0), 0
        self.started = time.monotonic()

    # Progress

    def progress_at(self, step: int) -> float:
        """0 to 1; a run by the clock answers for now, whatever the step."""
        if self.config.steps:
            return step / self.config.steps
        return (self.elapsed + time.monotonic() - self.started) / (60 * self.config.minutes)

    def finished(self) -> bool:
        p = self.progress_at(self.step)
        return (p if self.config.steps else distributed.agree(p, self.device)) >= 1

    # Checkpoints

    def state(self) -> dict:
        """The data's random numbers and those of dropout are functions of seed and step, so they are not in here."""
        groups, tensors = self.optimisers.state()
        header = {
            "config": self.model.config.to_dict(),
            "step": self.step,
            "elapsed": self.elapsed + time.monotonic() - self.started,
            "skipped": self.skipped,
            "scale": [self.scale, self.unbroken],
            "optimiser": self.config.optim.kind,
            "groups": groups,
        }
        average = self.average.values if self.average else {}
        return {"header": header, "model": self.model.state_dict(), "average": average, "optimisers": tensors}

    def load(self, state: dict) -> None:
        header = state["header"]
        if DptConfig.from_dict(header["config"]) != self.model.config:
            raise TrainingError("the checkpoint belongs to another network than the one asked for")
        self.model.load_state_dict(state["model"])
        kind = header.get("optimiser", self.config.optim.kind)  # not in the first versions' checkpoints
        self.optimisers.load(kind, header["groups"], state["optimisers"])
        if self.average:
            self.average = Average(self.model, self.config.optim.ema, state["average"])
        self.step, self.elapsed, self.skipped = header["step"], header["elapsed"], header["skipped"]
        self.scale, self.unbroken = header["scale"]

    def save(self) -> None:
        if distributed.rank() == 0:
            checkpoint.save(self.config.folder, self.step, self.state())

    # The loop

    def run(self) -> None:
        c = self.config
        self.started = time.monotonic()
        log = Log(c.folder) if distributed.rank() == 0 else None
        loader = Loader(
            self.mixture,
            lambda step: schedules.sizes_at(self.phases, min(self.progress_at(step), 1.0)),
            c.batch,
            c.accumulate,
            distributed.rank(),
            distributed.size(),
            c.data_threads,
        )
        self.model.train()
        sums: dict[str, float] = {}
        began, waited, saved, pictures, summed = time.monotonic(), 0.0, time.monotonic(), 0, 0
        try:
            steps = loader.steps(self.step)
            while not self.finished():
                t = time.monotonic()
                parts = [b.to(self.device) for b in next(steps)]
                waited += time.monotonic() - t
                for name, value in self.train_step(parts).items():
                    sums[name] = sums.get(name, 0.0) + value
                pictures += sum(len(b.image) for b in parts) * distributed.size()
                summed += 1
                self.step += 1
                if log and self.step % c.log_every == 0:
                    seconds = time.monotonic() - began
                    self._report(log, sums, summed, pictures / seconds, waited / seconds)
                    sums, pictures, waited, summed, began = {}, 0, 0.0, 0, time.monotonic()
                if log and c.pictures_every and self.step % c.pictures_every == 0:
                    log.pictures(self.step, self.model, parts[0])
                if self.step % c.save_every == 0 or (c.minutes and time.monotonic() - saved > 60 * c.save_minutes):
                    self.save()
                    saved = time.monotonic()
            self.save()
        finally:
            loader.close()

    def train_step(self, parts: list[Batch]) -> dict[str, float]:
        """One optimiser step over the micro-batches of this process. Gives the terms of the loss."""
        c = self.config
        generator = random(c.seed, LABELS, self.step)
        start = tuple(int(x) for x in generator.integers(self.objective.label_step, size=2))
        torch.manual_seed(int(generator.integers(2**62)) + distributed.rank())
        p = self.progress_at(self.step) if c.steps else distributed.agree(self.progress_at(self.step), self.device)
        self.optimisers.set_rate(schedules.rate(c.schedule, p, self.step, c.warmup))
        counts = distributed.sum_of(torch.stack([self.objective.counts(b, start) for b in parts]).sum(0))
        found: dict[str, torch.Tensor] = {}
        self.optimisers.zero()
        buffers = [b.clone() for b in self.model.buffers()]
        for batch in parts:
            with self._autocast():
                outputs = self.model(batch.image)
                terms = self.objective.terms(outputs, batch, counts, start)
            (sum(terms.values()) * self.scale).backward()
            for name, value in terms.items():
                found[name] = found.get(name, 0) + value.detach()
        figures = distributed.sum_of(torch.stack(list(found.values())))
        norm = self.optimisers.gather(self.scale)
        if math.isfinite(norm):
            self.skipped_in_a_row = 0
            self.optimisers.step()
            if self.average:
                self.average.update(self.model, self.step)
        else:
            self._skip(buffers, norm)
        self._rescale(math.isfinite(norm))
        return {**dict(zip(found, figures.tolist())), "loss": float(figures.sum()), "norm": norm}

    def _skip(self, buffers: list[torch.Tensor], norm: float) -> None:
        """Leaves the model as it was before the step, the statistics of batch normalisation included."""
        for buffer, before in zip(self.model.buffers(), buffers):
            buffer.copy_(before)
        self.skipped += 1
        self.skipped_in_a_row += 1
        if self.skipped_in_a_row >= SKIPPED_IN_A_ROW:
            raise TrainingError(
                f"step {self.step}: the gradient's norm is {norm} for {SKIPPED_IN_A_ROW} steps in a row: the run has "
                "diverged; resume with a lower --lr, or another --precision"
            )

    def _autocast(self):
        if self.config.precision == "fp32":
            return nullcontext()
        kind = torch.bfloat16 if self.config.precision == "bf16" else torch.float16
        return torch.autocast(self.device.type, kind)

    def _rescale(self, finite: bool) -> None:
        """The scale of an fp16 loss."""
        if self.config.precision != "fp16":
            return
        self.unbroken = self.unbroken + 1 if finite else 0
        if not finite:
            self.scale /= 2
        elif self.unbroken % SCALE_PATIENCE == 0:
            self.scale *= 2

    def _report(self, log: Log, sums: dict[str, float], steps: int, speed: float, waiting: float) -> None:
        figures = {name: value / steps for name, value in sums.items()}
        figures.update(
            lr=self.optimisers.all[0].param_groups[-1]["lr"],
            progress=self.progress_at(self.step),
            pictures_per_second=speed,
            waiting=waiting,
            skipped=self.skipped,
        )
        log.write(self.step, figures)
        print(f"step {self.step}: " + ", ".join(f"{k} {v:.4g}" for k, v in figures.items()), flush=True)


def settings(config: TrainConfig) -> dict:
    """As JSON wants it."""
    return {**asdict(config), "folder": str(config.folder)}
