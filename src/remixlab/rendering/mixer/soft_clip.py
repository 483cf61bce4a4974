"""Soft clip: peaks rounded off before the limiter has to; drums keep their weight and lose what only a meter sees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from remixlab.domain.audio import Samples
from remixlab.rendering.mixer.kernels import soft_clip
from remixlab.signal import Process, amplitude_from_db


@dataclass(frozen=True, slots=True)
class SoftClip:
    """A smooth ceiling 6 dB above the knee. Unit: dBFS."""

    knee_db: float

    @property
    def preroll_s(self) -> float:
        return 0.0

    @property
    def tail_s(self) -> float:
        return 0.0

    def start(self, sample_rate: int, channels: int, first_frame: int = 0) -> Process:
        knee = np.float32(amplitude_from_db(self.knee_db))

        def process(block: Samples) -> Samples:
            out = np.empty_like(block)
            soft_clip(block, knee, out)
            return out

        return process
