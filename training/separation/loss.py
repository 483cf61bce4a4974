"""What the separator's errors cost, and how a batch is used twice."""

from __future__ import annotations

import torch
from torch import Tensor

from training.separation.mixing import Joined
from training.separation.net import BINS, CELL, MIDDLE

STEM_WEIGHTS = torch.tensor([[2.0, 1.0, 1.6, 1.0], [2.8, 0.0, 0.0, 1.7], [2.0, 1.0, 0.0, 1.3]]) / 5.6
"""What a stem's error costs, a row for each of `Joined`."""
QUIET = 1e-3


def measure_loss(masks: Tensor, spectra: Tensor, joined: Tensor, *, favour_bass: bool = False) -> Tensor:
    """Average the absolute error of every cell and the logarithm of the error's energy.

    Above the highest zone border one bin stands for its cell. Stems that are known only together (`Joined`) count as
    one.
    `favour_bass` lets the lowest bins weigh more: a bass fills thirty of two thousand
    bins, and without it a network that leaves the bass out loses next to nothing; vocals lose a little by it.
    """
    device = masks.device
    pick = torch.cat((torch.arange(MIDDLE), torch.arange(MIDDLE + int(torch.randint(CELL, (1,))), BINS, CELL))).to(
        device
    )
    left, right = torch.view_as_real(spectra).unbind(2)
    real, imaginary = torch.stack((left + right, left - right), 2)[..., pick, :].mul_(0.5).movedim(-1, 0).contiguous()
    mix_real, mix_imaginary = real.sum(1, keepdim=True), imaginary.sum(1, keepdim=True)
    mix_power = mix_real.square() + mix_imaginary.square()
    truth_power = real.square() + imaginary.square()
    cross = real * mix_real + imaginary * mix_imaginary
    kind = joined[:, None, None, None, None]
    drums, bass, other = masks[:, 1:2], masks[:, 2:3], masks[:, 3:]
    other = other + bass * (kind != Joined.NONE) + drums * (kind == Joined.REST)
    masks = torch.cat((masks[:, :3], other), 1)
    weights = STEM_WEIGHTS.to(device)[joined]
    power = (masks * (masks * mix_power - 2 * cross) + truth_power).clamp(min=0)
    zones = torch.ones(len(pick), device=device)
    zones[MIDDLE:] = CELL
    scale = (mix_power + 1e-10).sqrt().mean((2, 3, 4))
    ear = torch.ones(len(pick), device=device)
    if favour_bass:
        ear[:256], ear[:32] = 2.0, 8.0
    absolute = ((power + 1e-9).sqrt() * ear).mean((2, 3, 4)) / (scale + 1e-5)
    total = (mix_power.sum((2, 3)) * zones).sum(2)
    energy = torch.log10((power.sum((2, 3)) * zones).sum(2) / (total + 1e-6) + QUIET)
    return ((absolute * 2.0 + energy * 0.5) * weights).sum(1).mean()


def reshuffle(spectra: Tensor, joined: Tensor, turn: int) -> Tensor:
    """Make other mixes of a drawn batch: every stem moves on to another example, each by its own stride.

    Drawing costs half as much as a training step; a second use with strange company costs nothing. What arrives
    where it is not known apart joins `other`.
    """
    strides = (turn, 2 * turn + 1, 3 * turn, 0)
    vocals, drums, bass, other = (spectra[:, stem].roll(stride, 0) for stem, stride in enumerate(strides))
    kind = joined[:, None, None, None]
    own_drums, own_bass = drums * (kind != Joined.REST), bass * (kind == Joined.NONE)
    return torch.stack((vocals, own_drums, own_bass, other + (drums - own_drums) + (bass - own_bass)), 1)
