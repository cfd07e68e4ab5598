"""Muon (Jordan et al. 2024): momentum whose matrix is made nearly orthogonal by Newton-Schulz steps."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.optim import Optimizer

STEPS = 5
COEFFICIENTS = (3.4445, -4.7750, 2.0315)


def orthogonalise(x: Tensor) -> Tensor:
    """[k, rows, columns], rows <= columns: singular values to about 1."""
    a, b, c = COEFFICIENTS
    x = x / (x.flatten(1).norm(dim=1)[:, None, None] + 1e-9)
    x = x.bfloat16()
    for _ in range(STEPS):
        gram = torch.bmm(x, x.transpose(1, 2))
        x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x.float()


class Muon(Optimizer):
    """For matrices. Those of one shape are orthogonalised together."""

    def __init__(self, params: list[dict], lr: float, momentum: float = 0.95, weight_decay: float = 0.0) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:
        for group in self.param_groups:
            shapes: dict[tuple[int, int], list[Tensor]] = {}
            for p in group["params"]:
                if p.grad is not None:
                    shapes.setdefault((min(p.shape), max(p.shape)), []).append(p)
            for parameters in shapes.values():
                self._update(parameters, group)

    def _update(self, parameters: list[Tensor], group: dict) -> None:
        directions = []
        for p in parameters:
            state = self.state[p]
            if "momentum" not in state:
                state["momentum"] = torch.zeros_like(p)
            state["momentum"].lerp_(p.grad, 1 - group["momentum"])
            g = p.grad.lerp(state["momentum"], group["momentum"])
            directions.append(g.T if p.shape[0] > p.shape[1] else g)
        lr = group["lr"]
        for p, u in zip(parameters, orthogonalise(torch.stack(directions))):
            u = u.T if p.shape[0] > p.shape[1] else u
            p.mul_(1 - lr * group["weight_decay"])
            p.add_(u, alpha=-lr * max(1, p.shape[0] / p.shape[1]) ** 0.5)
