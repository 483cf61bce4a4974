"""How fast a run learns: cosine annealing after a linear warm-up."""

from __future__ import annotations

import math

from torch.optim import Optimizer

LEAST = 0.02
"""The share of the rate at which a run ends."""


def anneal(rate: float, step: int, done: float, *, warm_steps: int) -> float:
    """Give the learning rate of a step. `done` is the share of the run that is over, by steps or by time."""
    return rate * min(1.0, (step + 1) / warm_steps) * (0.5 * (1 + math.cos(math.pi * done)) * (1 - LEAST) + LEAST)


def set_rate(optimizer: Optimizer, rate: float) -> None:
    """Let every parameter learn at one rate."""
    for group in optimizer.param_groups:
        group["lr"] = rate
