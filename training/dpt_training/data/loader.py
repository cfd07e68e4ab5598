"""Batches of the coming steps, made by threads while a step is computed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from ..losses.objective import Batch
from .mixture import AHEAD, Mixture, collate
from .sample import Sample, random

SIZE = 2  # what a generator is for

Sizes = list[tuple[int, int]]  # (height, width)


class Loader:
    """Micro-batches of one process.

    sizes: gives the (height, width) to draw from at a step; batch: pictures of a micro-batch; parts: micro-batches of
    a step; rank, processes: this process takes its share of every micro-batch's place.
    """

    def __init__(
        self,
        mixture: Mixture,
        sizes: Callable[[int], Sizes],
        batch: int,
        parts: int = 1,
        rank: int = 0,
        processes: int = 1,
        threads: int = 2,
    ) -> None:
        self.mixture, self.sizes = mixture, sizes
        self.batch, self.parts, self.rank, self.processes = batch, parts, rank, processes
        self.threads = ThreadPoolExecutor(max(threads, 1), thread_name_prefix="data")

    def size_of(self, step: int) -> tuple[int, int]:
        choices = self.sizes(step)
        return choices[int(random(self.mixture.seed, SIZE, step).integers(len(choices)))]

    def steps(self, first: int) -> Iterator[list[Batch]]:
        """The micro-batches of step `first`, `first` + 1, ... without end."""
        pending: deque[list[Future[Sample]]] = deque()
        step = first
        while True:
            while len(pending) < AHEAD:
                pending.append(self._begin(step + len(pending)))
            samples = [future.result() for future in pending.popleft()]
            step += 1
            pending.append(self._begin(step + len(pending)))
            yield [collate(samples[i : i + self.batch]) for i in range(0, len(samples), self.batch)]

    def close(self) -> None:
        self.threads.shutdown(wait=True, cancel_futures=True)
        self.mixture.close()

    def _begin(self, step: int) -> list[Future[Sample]]:
        height, width = self.size_of(step)
        total = self.batch * self.parts * self.processes
        first = self.rank * self.batch * self.parts
        return [
            self.threads.submit(self.mixture.sample, step, first + i, total, height, width)
            for i in range(self.batch * self.parts)
        ]
