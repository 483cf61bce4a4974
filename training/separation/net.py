"""The separator: a band-patch U-Net that shares a spectrum out among four stems."""

from __future__ import annotations

import itertools

import torch
from torch import Tensor, nn

from training.machine import half

STEMS = ("vocals", "drums", "bass", "other")
FFT_SIZE = 4096
HOP = 1024
BINS = 2048
LOW, MIDDLE = 256, 768  # zone borders in bins; above the second one four bins share a cell
CELL = 4
LOW_PATCH, MIDDLE_PATCH, HIGH_PATCH = 4, 8, 8
BANDS = LOW // LOW_PATCH + (MIDDLE - LOW) // MIDDLE_PATCH + (BINS - MIDDLE) // CELL // HIGH_PATCH
MASKS = len(STEMS) * 2
LOUDNESS_SCALE = 1000.0
FRAMES_MULTIPLE = 8


def measure_features(spectrum: Tensor) -> Tensor:
    """Describe each bin by the loudness of mid and side and by its panning.

    Shape: (batch, 4, frames, 2048) of left real, left imaginary, right real, right imaginary to
    (batch, 3, frames, 2048).
    """
    left_re, left_im, right_re, right_im = spectrum.unbind(1)
    mid = torch.sqrt((left_re + right_re).square() + (left_im + right_im).square() + 1e-14) * 0.5
    side = torch.sqrt((left_re - right_re).square() + (left_im - right_im).square() + 1e-14) * 0.5
    left = torch.sqrt(left_re.square() + left_im.square() + 1e-14)
    right = torch.sqrt(right_re.square() + right_im.square() + 1e-14)
    pan = (left - right).abs() / (left + right + 1e-4)
    return torch.stack((mid, side, pan), 1)


def _compress(features: Tensor) -> Tensor:
    loudness = torch.log1p(features[:, :2] * LOUDNESS_SCALE) / 3.0
    return torch.cat((loudness, features[:, 2:]), 1)


def _share_plainly(logits: Tensor) -> Tensor:
    # onnxruntime's Softmax over a middle axis transposes twice; these plain operations are three times faster
    first, second, third, fourth = logits.unbind(1)
    top = torch.maximum(torch.maximum(first, second), torch.maximum(third, fourth))
    raised = [torch.exp(stem - top) for stem in (first, second, third, fourth)]
    share = 1.0 / (raised[0] + raised[1] + raised[2] + raised[3])
    return torch.stack([stem * share for stem in raised], 1)


class Conv(nn.Sequential):
    """Convolution, batch norm, ReLU."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> None:
        """Make the three layers."""
        super().__init__(
            nn.Conv2d(inputs, outputs, kernel, stride, (kernel - 1) // 2, bias=False),
            nn.BatchNorm2d(outputs, momentum=0.03),
            nn.ReLU(inplace=True),
        )


class FrequencyBlock(nn.Module):
    """Two convolutions over time and frequency, then one layer that sees all bands at once."""

    def __init__(self, channels: int, bands: int, squeeze: int = 4) -> None:
        """Make the layers."""
        super().__init__()
        self.first = Conv(channels, channels)
        self.second = nn.Sequential(
            nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels, momentum=0.03)
        )
        self.down = nn.Linear(bands, bands // squeeze)
        self.up = nn.Linear(bands // squeeze, bands)
        self.norm = nn.BatchNorm2d(channels, momentum=0.03)

    def forward(self, x: Tensor) -> Tensor:
        """Shape: (batch, channels, frames, bands) stays."""
        x = torch.relu(x + self.second(self.first(x)))
        return x + torch.relu(self.norm(self.up(torch.relu(self.down(x)))))


class TimeMemory(nn.Module):
    """A recurrent layer over the coarsest frames."""

    def __init__(self, channels: int, bands: int, width: int) -> None:
        """Make the layers."""
        super().__init__()
        self.slim = nn.Conv2d(channels, 16, 1)
        self.memory = nn.GRU(16 * bands, width, batch_first=True, bidirectional=True)
        self.widen = nn.Linear(2 * width, 16 * bands)
        self.merge = nn.Conv2d(16, channels, 1)
        self.bands = bands

    def forward(self, x: Tensor) -> Tensor:
        """Shape: (batch, channels, frames, bands) stays."""
        slim = torch.relu(self.slim(x)).permute(0, 2, 1, 3).flatten(2)
        with half(x.device, wanted=False):
            heard, _ = self.memory(slim.float())
        wide = self.widen(heard).unflatten(2, (16, self.bands)).permute(0, 2, 1, 3)
        return x + self.merge(wide)


class Separator(nn.Module):
    """Spectrum in, shares out: for each stem one mask for mid and one for side, summing to one."""

    def __init__(self, widths: tuple[int, ...] = (32, 48, 72, 96), memory: int = 128) -> None:
        """Make the network."""
        super().__init__()
        first = widths[0]
        self.low_in = nn.Conv2d(3, first, (3, LOW_PATCH), (1, LOW_PATCH), (1, 0))
        self.middle_in = nn.Conv2d(3, first, (3, MIDDLE_PATCH), (1, MIDDLE_PATCH), (1, 0))
        self.high_in = nn.Conv2d(3, first, (3, HIGH_PATCH), (1, HIGH_PATCH), (1, 0))
        self.place = nn.Parameter(torch.zeros(1, first, 1, BANDS))
        bands = [BANDS // 2**level for level in range(len(widths))]
        self.encode = nn.ModuleList([FrequencyBlock(w, b) for w, b in zip(widths, bands, strict=True)])
        pairs = list(itertools.pairwise(widths))
        self.down = nn.ModuleList([Conv(a, b, 2, 2) for a, b in pairs])
        self.memory = TimeMemory(widths[-1], bands[-1], memory)
        self.up = nn.ModuleList([nn.ConvTranspose2d(b, a, 2, 2) for a, b in pairs])
        self.decode = nn.ModuleList([FrequencyBlock(w, b) for w, b in zip(widths[:-1], bands[:-1], strict=True)])
        self.low_out = nn.ConvTranspose2d(first, MASKS, (1, LOW_PATCH), (1, LOW_PATCH))
        self.middle_out = nn.ConvTranspose2d(first, MASKS, (1, MIDDLE_PATCH), (1, MIDDLE_PATCH))
        self.high_out = nn.ConvTranspose2d(first, MASKS, (1, HIGH_PATCH), (1, HIGH_PATCH))

    def forward(self, spectrum: Tensor) -> Tensor:
        """Shape: (batch, 4, frames, 2048) to masks (batch, 4 stems, 2, frames, 2048)."""
        cells = self.share_cells(spectrum)
        return torch.cat((cells[..., :MIDDLE], cells[..., MIDDLE:].repeat_interleave(CELL, 4)), 4)

    def share_cells(self, spectrum: Tensor, every: int = 1, first: int = 0) -> Tensor:
        """Give the masks once a cell: (batch, 4, 2, frames, 1088), or of some frames only."""
        with half(spectrum.device, wanted=False):
            features = measure_features(spectrum)
            high = features[..., MIDDLE:].unflatten(3, (-1, CELL)).mean(4)
            low, middle, high = map(_compress, (features[..., :LOW], features[..., LOW:MIDDLE], high))
        x = torch.cat((self.low_in(low), self.middle_in(middle), self.high_in(high)), 3) + self.place
        skips: list[Tensor] = []
        for block, down in zip(self.encode[:-1], self.down, strict=True):
            x = block(x)
            skips.append(x)
            x = down(x)
        x = self.memory(self.encode[-1](x))
        for block, up, skip in zip(reversed(self.decode), reversed(self.up), reversed(skips), strict=True):
            x = block(up(x) + skip)
        if every > 1:
            x = x[:, :, first::every]
        a, b = LOW // LOW_PATCH, LOW // LOW_PATCH + (MIDDLE - LOW) // MIDDLE_PATCH
        logits = torch.cat((self.low_out(x[..., :a]), self.middle_out(x[..., a:b]), self.high_out(x[..., b:])), 3)
        logits = logits.float().unflatten(1, (len(STEMS), 2))
        return _share_plainly(logits) if torch.onnx.is_in_onnx_export() else torch.softmax(logits, 1)
