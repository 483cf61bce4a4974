"""The listening networks: beats, chords and notes."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from training.features import BEATS, CHORDS, NOTES

HARMONICS = (-36, 0, 36, 57, 72, 84, 93)  # bands between a pitch and its half, itself, its 2nd .. 6th harmonic


class Conv(nn.Sequential):
    """Convolution, batch norm, ReLU."""

    def __init__(self, inputs: int, outputs: int, kernel: tuple[int, int], stride: tuple[int, int] = (1, 1)) -> None:
        """Make the three layers."""
        pad = (kernel[0] // 2, kernel[1] // 2)
        super().__init__(
            nn.Conv2d(inputs, outputs, kernel, stride, pad, bias=False),
            nn.BatchNorm2d(outputs, momentum=0.03),
            nn.ReLU(),
        )


class Dilated(nn.Module):
    """One residual step of the temporal network."""

    def __init__(self, width: int, dilation: int) -> None:
        """Make the layers."""
        super().__init__()
        self.wide = nn.Conv1d(width, width, 5, padding=2 * dilation, dilation=dilation, bias=False)
        self.norm = nn.BatchNorm1d(width, momentum=0.03)
        self.mix = nn.Conv1d(width, width, 1)
        self.drop = nn.Dropout(0.1)

    def forward(self, x: Tensor) -> Tensor:
        """Shape: (batch, width, frames) stays."""
        return x + self.mix(self.drop(torch.relu(self.norm(self.wide(x)))))


class BeatNet(nn.Module):
    """Beat, downbeat, boundary, meter and drum hits from a mel spectrum."""

    def __init__(self, width: int = 40, layers: int = 11) -> None:
        """Make the network."""
        super().__init__()
        self.front = nn.Sequential(
            Conv(1, 12, (3, 3), (1, 1)),
            nn.MaxPool2d((1, 3)),
            Conv(12, 16, (3, 5)),
            nn.MaxPool2d((1, 3)),
            nn.Dropout(0.1),
        )
        self.enter = nn.Conv1d(16 * (BEATS.bands // 9), width, 1)
        self.steps = nn.ModuleList([Dilated(width, 2**level) for level in range(layers)])
        self.events = nn.Conv1d(width, 3, 1)
        self.meter = nn.Conv1d(width, 3, 1)
        self.drums = nn.Conv1d(width, 3, 3, padding=1)

    def forward(self, mel: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Give logits: events, meter, drums, each (batch, frames, 3)."""
        x = self.front(mel[:, None] / 3.0)
        near = x = self.enter(x.permute(0, 1, 3, 2).flatten(1, 2))
        for number, step in enumerate(self.steps):
            x = step(x)
            near = x if number == 1 else near
        heads = (self.events(torch.relu(x)), self.meter(torch.relu(x)), self.drums(torch.relu(near)))
        return heads[0].transpose(1, 2), heads[1].transpose(1, 2), heads[2].transpose(1, 2)


class ChordNet(nn.Module):
    """Root, bass, pitch classes and key from a log-frequency spectrum."""

    def __init__(self, width: int = 112, memory: int = 96) -> None:
        """Make the network."""
        super().__init__()
        self.front = nn.Sequential(
            Conv(1, 16, (3, 5)),
            Conv(16, 24, (3, 3), (1, 3)),
            Conv(24, 24, (5, 1)),
            Conv(24, 12, (1, 1)),
            nn.Dropout(0.15),
        )
        self.enter = nn.Sequential(nn.Linear(12 * (CHORDS.bands // 3), width), nn.ReLU())
        self.memory = nn.GRU(width, memory, batch_first=True, bidirectional=True)
        self.drop = nn.Dropout(0.2)
        self.heads = nn.Linear(2 * memory, 13 + 13 + 12 + 24)

    def forward(self, pitch: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Give logits: root, bass, notes, key."""
        x = self.front(pitch[:, None] / 3.0)
        x = self.enter(x.permute(0, 2, 1, 3).flatten(2))
        x, _ = self.memory(x)
        root, bass, notes, key = self.heads(self.drop(x)).split((13, 13, 12, 24), 2)
        return root, bass, notes, key


class NoteNet(nn.Module):
    """Frames and onsets of vocal, bass and other notes from a log-frequency spectrum."""

    def __init__(self, width: int = 28) -> None:
        """Make the network."""
        super().__init__()
        self.stack = Conv(len(HARMONICS), 16, (3, 3))
        self.shrink = Conv(16, width, (3, 3), (1, 3))
        self.bands = nn.Linear(88, 88)
        self.body = nn.ModuleList([Conv(width, width, kernel) for kernel in ((3, 3), (5, 3), (3, 13), (7, 1))])
        self.place = nn.Parameter(torch.zeros(1, width, 1, 88))
        self.frame = nn.Conv2d(width, 3, (3, 1), padding=(1, 0))
        self.onset = nn.Conv2d(width + 3, 3, (5, 1), padding=(2, 0))

    def forward(self, pitch: Tensor) -> tuple[Tensor, Tensor]:
        """Give logits: frame and onset, each (batch, frames, 88, 3)."""
        scaled = pitch / 3.0
        planes = [
            nn.functional.pad(scaled, (max(0, -s), max(0, s)))[..., max(0, s) :][..., : NOTES.bands] for s in HARMONICS
        ]
        x = self.shrink(self.stack(torch.stack(planes, 1))) + self.place
        for number, layer in enumerate(self.body):
            x = x + layer(x)
            if number == 1:
                x = x + torch.relu(self.bands(x))
        frame = self.frame(x)
        onset = self.onset(torch.cat((x, torch.sigmoid(frame)), 1))
        return frame.permute(0, 2, 3, 1), onset.permute(0, 2, 3, 1)
