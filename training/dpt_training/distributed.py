"""Several processes on one batch. Every function does nothing when there is one process only."""

from __future__ import annotations

import os

import torch
import torch.distributed as dist
from torch import Tensor

from .errors import TrainingError


def start(device: torch.device) -> None:
    """Joins the group that `torchrun` describes in the environment: gloo on CPUs, NCCL on GPUs."""
    if int(os.environ.get("WORLD_SIZE", "1")) > 1 and not dist.is_initialized():
        if not dist.is_available():
            raise TrainingError("WORLD_SIZE is above 1, but this PyTorch was built without torch.distributed")
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo")


def stop() -> None:
    if dist.is_available() and dist.is_initialized():
        dist.destroy_process_group()


def size() -> int:
    return dist.get_world_size() if dist.is_available() and dist.is_initialized() else 1


def rank() -> int:
    return dist.get_rank() if size() > 1 else 0


def sum_of(x: Tensor) -> Tensor:
    """The sum over all processes, in place; no gradient."""
    if size() > 1:
        dist.all_reduce(x)
    return x


class _Sum(torch.autograd.Function):
    """Every process adds its gradient of the sum, for each one's loss depends on it."""

    @staticmethod
    def forward(ctx, x: Tensor) -> Tensor:
        return sum_of(x.clone())

    @staticmethod
    def backward(ctx, gradient: Tensor) -> Tensor:
        return sum_of(gradient.clone())


def differentiable_sum(x: Tensor) -> Tensor:
    return _Sum.apply(x)


def sum_gradients(parameters: list[torch.nn.Parameter]) -> None:
    """Adds up the gradients of all processes in one message."""
    if size() == 1:
        return
    for p in parameters:
        if p.grad is None:
            p.grad = torch.zeros_like(p)
    flat = sum_of(torch.cat([p.grad.flatten() for p in parameters]))
    for p, part in zip(parameters, flat.split([p.numel() for p in parameters])):
        p.grad.copy_(part.view_as(p))


def agree(value: float, device: torch.device) -> float:
    """The first process's number, for all."""
    if size() == 1:
        return value
    shared = torch.tensor(value, dtype=torch.float64, device=device)
    dist.broadcast(shared, 0)
    return float(shared)
