"""An old sampler: 12 bits at 26 kHz, its input a little too loud, its output filtered: what made breaks sound like
records."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import signal as scipy_signal

from remixlab.domain.audio import SAMPLE_RATE, Samples
from remixlab.signal.instruments import Take
from remixlab.signal.sounds.gridded import RUN_UP_FRAMES, GriddedTake
from remixlab.signal.sounds.kernels import bend, hold_and_step

CLOCK_HZ = 26_040.0
"""Of the samplers of the late 1980s."""
_STEPS = 2048.0
"""Of one side of full scale: twelve bits."""
_TOP_HZ = 9_000.0
"""Where the output filter of such a sampler begins to close."""


class _SamplerTake(GriddedTake):
    def __init__(self, take: Take, drive: float, top_hz: float) -> None:
        super().__init__(take.length_frames)
        self._take, self._drive, self._top_hz = take, drive, top_hz

    def _make(self, n0: int, n1: int) -> Samples:
        sound = self._take.render(n0 - RUN_UP_FRAMES, n1)
        if not np.abs(sound).max() > 0.0:
            return np.zeros((2, n1 - n0), np.float32)
        for channel in sound:
            bend(channel, np.float32(self._drive), np.float32(0.05))
        held = np.empty_like(sound)
        hold_and_step(sound, n0 - RUN_UP_FRAMES, CLOCK_HZ / SAMPLE_RATE, np.float32(_STEPS), held)
        sos = scipy_signal.butter(3, self._top_hz, fs=SAMPLE_RATE, output="sos")
        smooth: Any = scipy_signal.sosfilt(sos, held, axis=1)
        return smooth[:, RUN_UP_FRAMES:].astype(np.float32)


def through_sampler(take: Take, *, drive: float = 1.4, top_hz: float = _TOP_HZ) -> Take:
    """A take as an old sampler gives it back."""
    return _SamplerTake(take, drive, top_hz)
