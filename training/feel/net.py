"""Audio meets words: an encoder of mel spectra and a table of words that meet in one space."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from training.features import FEEL
from training.listening.nets import Conv, Dilated

DIMENSIONS = 64


class FeelNet(nn.Module):
    """A direction in the common space from ten seconds of mel spectrum."""

    def __init__(self, width: int = 96) -> None:
        """Make the network."""
        super().__init__()
        self.front = nn.Sequential(
            Conv(1, 16, (3, 5), (1, 3)), Conv(16, 32, (3, 3), (2, 2)), Conv(32, 48, (3, 3), (1, 2)), nn.Dropout(0.1)
        )
        self.enter = nn.Conv1d(48 * (-(-FEEL.bands // 12)), width, 1)
        self.steps = nn.ModuleList([Dilated(width, dilation) for dilation in (1, 2, 4)])
        self.head = nn.Sequential(nn.Dropout(0.2), nn.Linear(3 * width, DIMENSIONS))

    def forward(self, mel: Tensor) -> Tensor:
        """Shape: (batch, frames, 81) to (batch, 64) of length one."""
        x = self.front(mel[:, None] / 3.0)
        x = self.enter(x.permute(0, 1, 3, 2).flatten(1, 2))
        for step in self.steps:
            x = step(x)
        x = torch.relu(x)
        middle = x.mean(2)
        spread = (x - middle[..., None]).square().mean(2).add(1e-5).sqrt()
        return nn.functional.normalize(self.head(torch.cat((middle, spread, x.amax(2)), 1)), dim=1)


class WordTable(nn.Module):
    """One vector a word; a sentence is the direction of their sum.

    Likeness becomes a probability by one slope and one offset.
    """

    def __init__(self, words: int) -> None:
        """Make the table."""
        super().__init__()
        self.vectors = nn.Parameter(torch.randn(words, DIMENSIONS) / DIMENSIONS**0.5)
        self.slope = nn.Parameter(torch.tensor(2.3))
        self.offset = nn.Parameter(torch.tensor(-3.0))

    def forward(self, sentences: Tensor) -> Tensor:
        """Shape: (sentences, words) of weights to (sentences, 64)."""
        return nn.functional.normalize(sentences @ self.vectors, dim=1)

    def judge(self, sound: Tensor, sentences: Tensor) -> Tensor:
        """Give the logit of each sentence for each sound.

        Shape: (sounds, 64), (sentences, words) to (sounds, sentences).
        """
        return self.slope.exp() * sound @ self(sentences).T + self.offset
