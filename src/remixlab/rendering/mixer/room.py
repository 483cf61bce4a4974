"""Reverb send: the shared room, run at half the rate, since its air lets nothing above 9 kHz return anyway."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from remixlab.domain.audio import Samples
from remixlab.rendering.mixer.kernels import double, halve
from remixlab.signal import Process, Reverb


@dataclass(frozen=True, slots=True)
class Room:
    """A reverb at half the rate, and so at half the cost. Blocks must hold an even number of frames, all but the
    last."""

    reverb: Reverb

    @property
    def preroll_s(self) -> float:
        return self.reverb.preroll_s

    @property
    def tail_s(self) -> float:
        return self.reverb.tail_s

    def start(self, sample_rate: int, channels: int, first_frame: int = 0) -> Process:
        assert channels == 2
        return _HalfRate(self.reverb.start(sample_rate // 2, 2, first_frame // 2))


class _HalfRate:
    """A process at half the rate."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._down = np.zeros((2, 6), np.float32)
        self._up = np.zeros((2, 3), np.float32)

    def __call__(self, block: Samples) -> Samples:
        length = block.shape[1]
        whole = max(8, length + length % 2)
        source = np.ascontiguousarray(np.pad(block, ((0, 0), (0, whole - length))) if whole != length else block)
        low = np.empty((2, whole // 2), np.float32)
        halve(source, self._down, low)
        out = np.empty((2, whole), np.float32)
        double(np.ascontiguousarray(self._process(low)), self._up, out)
        return out[:, :length]
