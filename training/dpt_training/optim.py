"""Parameter groups, optimisers, the moving average of the weights, and the check of the gradients."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from . import distributed
from .errors import TrainingError
from .models import Dpt
from .muon import Muon

OPTIMISERS = ("adam", "adamw", "sgd", "muon")
# Adam and SGD as the paper and the code it follows train (specification 5.2, 5.4).
WEIGHT_DECAY = {"adam": 0.0, "adamw": 0.01, "sgd": 1e-4, "muon": 0.01}
MUON_RATE = 25.0  # Muon's learning rate in units of AdamW's


@dataclass(frozen=True)
class OptimConfig:
    kind: str = "adamw"
    lr: float = 1e-4
    encoder_factor: float = 0.1  # the encoder's learning rate in units of the decoder's (specification 5.2)
    weight_decay: float | None = None  # WEIGHT_DECAY of the kind
    momentum: float = 0.9  # of SGD
    clip: float = 5.0  # largest norm of the gradients; 0 leaves them alone
    ema: float = 0.999  # 0 keeps no average

    @property
    def decay(self) -> float:
        return WEIGHT_DECAY[self.kind] if self.weight_decay is None else self.weight_decay


def _last_products(model: Dpt) -> set[int]:
    """The depth head's last 1x1 filter: its step would be larger than its weights."""
    return set() if model.depth_head is None else {id(model.depth_head[4].weight)}


def parameter_groups(model: Dpt, config: OptimConfig) -> tuple[list[dict], list[dict]]:
    """Groups with their factor of the learning rate, and those of the matrices that Muon takes."""
    encoder = {id(p) for p in model.encoder_parameters()}
    last = _last_products(model)
    groups: dict[tuple[float, float], list[Tensor]] = {}
    matrices: dict[float, list[Tensor]] = {}
    for name, p in model.named_parameters():
        if not p.requires_grad:
            continue
        factor = config.encoder_factor if id(p) in encoder else 1.0
        if config.kind == "muon" and p.ndim == 2 and (id(p) in encoder or ".project." in name):
            matrices.setdefault(MUON_RATE * factor, []).append(p)
            continue
        factor = 0.1 if id(p) in last else factor
        plain = p.ndim <= 1 or id(p) in last or name.endswith(("cls_token", "pos_embed"))
        groups.setdefault((factor, 0.0 if plain else config.decay), []).append(p)
    found = [
        {"params": parameters, "weight_decay": decay, "factor": factor}
        for (factor, decay), parameters in sorted(groups.items(), key=lambda item: item[0])
    ]
    return found, [{"params": parameters, "factor": factor} for factor, parameters in sorted(matrices.items())]


class Optimisers:
    """One or two optimisers that share a learning rate."""

    def __init__(self, model: Dpt, config: OptimConfig) -> None:
        if config.kind not in OPTIMISERS:
            raise TrainingError(f"optimiser '{config.kind}': expected one of {', '.join(OPTIMISERS)}")
        self.config = config
        groups, matrices = parameter_groups(model, config)
        if config.kind == "sgd":
            self.all = [torch.optim.SGD(groups, config.lr, momentum=config.momentum)]
        elif config.kind == "adam":
            self.all = [torch.optim.Adam(groups, config.lr)]
        else:
            betas = (0.9, 0.98) if config.kind == "muon" else (0.9, 0.999)
            self.all = [torch.optim.AdamW(groups, config.lr, betas=betas)]
        if matrices:
            self.all.append(Muon(matrices, config.lr, weight_decay=config.decay))
        self.parameters = [p for o in self.all for g in o.param_groups for p in g["params"]]

    def set_rate(self, factor: float) -> None:
        for optimiser in self.all:
            for group in optimiser.param_groups:
                group["lr"] = self.config.lr * factor * group["factor"]

    def gather(self, scale: float) -> float:
        """Adds up the gradients of the processes, undoes a loss scale and clips. Gives their norm."""
        distributed.sum_gradients(self.parameters)
        gradients = [p.grad for p in self.parameters if p.grad is not None]
        if scale != 1:
            for g in gradients:
                g.div_(scale)
        # Muon's matrices take part in the norm but their step does not depend on its size.
        norm = torch.stack([g.norm() for g in gradients]).norm()
        if self.config.clip and norm > self.config.clip:
            for g in gradients:
                g.mul_(self.config.clip / norm)
        return float(norm)

    def step(self) -> None:
        for optimiser in self.all:
            optimiser.step()

    def zero(self) -> None:
        for p in self.parameters:
            p.grad = None

    def state(self) -> tuple[list, list[dict]]:
        """Settings (plain numbers) and tensors."""
        states = [o.state_dict() for o in self.all]
        return [s["param_groups"] for s in states], [s["state"] for s in states]

    def load(self, kind: str, groups: list, tensors: list[dict]) -> None:
        if kind != self.config.kind or [[len(g["params"]) for g in o.param_groups] for o in self.all] != [
            [len(g["params"]) for g in found] for found in groups
        ]:
            raise TrainingError("the checkpoint was made with another optimiser, or with other parts frozen")
        for optimiser, found, state in zip(self.all, groups, tensors):
            optimiser.load_state_dict({"param_groups": found, "state": state})


class Average:
    """Exponential moving average of parameters and buffers; rises to its decay over the first steps.

    Begins with `values`, or with the model's own where there are none.
    """

    def __init__(self, model: nn.Module, decay: float, values: dict[str, Tensor] | None = None) -> None:
        self.decay = decay
        self.values = values or {name: v.detach().clone() for name, v in model.state_dict().items()}

    @torch.no_grad()
    def update(self, model: nn.Module, step: int) -> None:
        decay = min(self.decay, (1 + step) / (10 + step))
        for name, value in model.state_dict().items():
            if value.dtype.is_floating_point:
                self.values[name].lerp_(value, 1 - decay)
            else:
                self.values[name].copy_(value)
