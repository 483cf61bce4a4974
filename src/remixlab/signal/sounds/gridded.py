"""A take behind a process that remembers: made in blocks on a fixed grid, each from a run-up of its own, so that the
samples are the same whoever asks for which stretch first."""

from __future__ import annotations

from abc import abstractmethod
from collections import OrderedDict
from threading import Lock

import numpy as np

from remixlab.domain.audio import Samples
from remixlab.signal.instruments import Take

BLOCK_FRAMES = 2**15
"""0.74 s: a run-up is an eighth of it, and a bar is about three."""
RUN_UP_FRAMES = 4096
"""Longer than a cabinet rings and a coupling capacitor remembers: 93 ms."""
LOOK_AHEAD_FRAMES = 64
"""More than half of the taps of any filter in front."""
_REMEMBERED = 4
"""Blocks kept: a stretch that is asked for is rarely on a border of the grid."""


class GriddedTake(Take):
    """What a process makes of other takes, block by block."""

    def __init__(self, length_frames: int) -> None:
        super().__init__(length_frames + RUN_UP_FRAMES)
        self._blocks: OrderedDict[int, Samples] = OrderedDict()
        self._lock = Lock()

    @abstractmethod
    def _make(self, n0: int, n1: int) -> Samples:
        """The frames [n0, n1) with the process at rest before its run-up. Shape: (2, n1 - n0)."""

    def render(self, n0: int, n1: int) -> Samples:
        out = np.zeros((2, n1 - n0), np.float32)
        for number in range(n0 // BLOCK_FRAMES, -(-n1 // BLOCK_FRAMES)):
            begin = number * BLOCK_FRAMES
            if begin >= self.length_frames or begin + BLOCK_FRAMES <= 0:
                continue
            block = self._block(number)
            a, b = max(n0, begin), min(n1, begin + BLOCK_FRAMES)
            out[:, a - n0 : b - n0] = block[:, a - begin : b - begin]
        return out

    def _block(self, number: int) -> Samples:
        with self._lock:
            known = self._blocks.get(number)
            if known is not None:
                return known
        made = self._make(number * BLOCK_FRAMES, (number + 1) * BLOCK_FRAMES)
        with self._lock:
            self._blocks[number] = made
            while len(self._blocks) > _REMEMBERED:
                self._blocks.popitem(last=False)
        return made
