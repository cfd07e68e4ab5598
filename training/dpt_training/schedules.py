"""Learning rate and picture sizes over the course of a run. Progress goes from 0 to 1, by steps or by the clock."""

from __future__ import annotations

import math

from .data.scenes import parse_size
from .errors import TrainingError

SCHEDULES = ("cosine", "poly", "onecycle", "constant")
POLY_POWER = 0.9
LAST = 0.005  # share of the learning rate that cosine ends with
ONE_CYCLE_RISE, ONE_CYCLE_START = 0.3, 0.04


def rate(schedule: str, progress: float, step: int, warmup: int) -> float:
    """Factor of the learning rate; the first `warmup` steps rise linearly."""
    p = min(max(progress, 0.0), 1.0)
    if schedule == "cosine":
        factor = LAST + (1 - LAST) * 0.5 * (1 + math.cos(math.pi * p))
    elif schedule == "poly":
        factor = (1 - p) ** POLY_POWER
    elif schedule == "onecycle":
        if p < ONE_CYCLE_RISE:
            low, high, q = ONE_CYCLE_START, 1.0, p / ONE_CYCLE_RISE
        else:
            low, high, q = 1.0, LAST, (p - ONE_CYCLE_RISE) / (1 - ONE_CYCLE_RISE)
        factor = low + (high - low) * 0.5 * (1 - math.cos(math.pi * q))
    elif schedule == "constant":
        factor = 1.0
    else:
        raise TrainingError(f"schedule '{schedule}': expected one of {', '.join(SCHEDULES)}")
    return factor * min(1.0, (step + 1) / max(warmup, 1))


def parse_sizes(text: str, multiple: int) -> list[tuple[float, list[tuple[int, int]]]]:
    """'WxH,WxH;0.5:WxH' -> [(progress from which it holds, [(height, width), ...]), ...]."""
    phases = []
    for k, phase in enumerate(text.split(";")):
        start, colon, sizes = phase.rpartition(":")
        try:
            begin = float(start) if colon else 0.0
        except ValueError:
            raise TrainingError(f"sizes '{text}': '{start}' is no number from 0 to 1") from None
        if (k == 0) != (begin == 0) or (phases and begin <= phases[-1][0]) or begin >= 1:
            raise TrainingError(f"sizes '{text}': phases must begin at 0 and follow one another up to 1")
        found = [parse_size(size) for size in sizes.split(",")]
        for width, height in found:
            if width % multiple or height % multiple:
                raise TrainingError(f"size {width}x{height}: sides must be multiples of {multiple}")
        phases.append((begin, [(height, width) for width, height in found]))
    return phases


def sizes_at(phases: list[tuple[float, list[tuple[int, int]]]], progress: float) -> list[tuple[int, int]]:
    return [sizes for begin, sizes in phases if begin <= progress][-1]
