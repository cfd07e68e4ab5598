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
MUON_RATE = 25.0  # Muon's learning rate in units of AdamW's


@dataclass(frozen=True)
class OptimConfig:
    kind: str = "adamw"
    lr: float = 1e-4
    encoder_factor: float = 0.1  # the encoder's learning rate in units of the decoder's (specification 5.2)
    weight_decay: float = 0.01
    momentum: float = 0.9  # of SGD
    clip: float = 5.0  # largest norm of the gradients; 0 leaves them alone
    ema: float = 0.999  # 0 keeps no average


def _last_products(model: Dpt) -> set[int]:
    """The depth head's last 1x1 filter: its step would be larger than its weights."""
    return set() if model.depth_head is None else {id(model.depth_head[4].weight)}


def parameter_groups(model: Dpt, config: OptimConfig) -> tuple[list[dict], list[Tensor]]:
    """Groups with their factor of the learning rate, and the matrices that Muon takes."""
    encoder = {id(p) for p in model.encoder_parameters()}
    last = _last_products(model)
    groups: dict[tuple[float, float], list[Tensor]] = {}
    matrices = []
    for name, p in model.named_parameters():
        if not p.requires_grad:
            continue
        of_encoder = id(p) in encoder or ".project." in name
        if config.kind == "muon" and of_encoder and p.ndim == 2:
            matrices.append(p)
            continue
        factor = 0.1 if id(p) in last else config.encoder_factor if id(p) in encoder else 1.0
        plain = p.ndim <= 1 or id(p) in last or name.endswith(("cls_token", "pos_embed"))
        groups.setdefault((factor, 0.0 if plain else config.weight_decay), []).append(p)
    found = [
        {"params": parameters, "weight_decay": decay, "factor": factor}
        for (factor, decay), parameters in sorted(groups.items(), key=lambda item: item[0])
    ]
    return found, matrices


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
            group = {"params": matrices, "factor": MUON_RATE * config.encoder_factor}
            self.all.append(Muon([group], config.lr, weight_decay=config.weight_decay))
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

    def load(self, groups: list, tensors: list[dict]) -> None:
        if [[len(g["params"]) for g in o.param_groups] for o in self.all] != [
            [len(g["params"]) for g in found] for found in groups
        ]:
            raise TrainingError("the checkpoint was made with another optimiser, or with other parts frozen")
        for optimiser, found, state in zip(self.all, groups, tensors):
            optimiser.load_state_dict({"param_groups": found, "state": state})


class Average:
    """Exponential moving average of parameters and buffers; rises to its decay over the first steps."""

    def __init__(self, model: nn.Module, decay: float) -> None:
        self.decay = decay
        self.values = {name: v.detach().clone() for name, v in model.state_dict().items()}

    @torch.no_grad()
    def update(self, model: nn.Module, step: int) -> None:
        decay = min(self.decay, (1 + step) / (10 + step))
        for name, value in model.state_dict().items():
            if value.dtype.is_floating_point:
                self.values[name].lerp_(value, 1 - decay)
            else:
                self.values[name].copy_(value)
