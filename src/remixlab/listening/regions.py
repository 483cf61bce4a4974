"""How sure the beat is, stretch by stretch: a free introduction has the grid of what follows, and little belief."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

from remixlab.domain.music import PulseRegion
from remixlab.listening.beats import spoken_beats
from remixlab.listening.frames import FPS, Array
from remixlab.listening.network_heads import BeatSigns
from remixlab.listening.pulse import onset_activation

_BEATS: Final = 16
"""A stretch: four bars."""
_NEAR_FRAMES: Final = 3
"""A beat is heard within 35 ms."""


def tell_pulse(
    beats_s: NDArray[np.float64], flux: Array, trained: BeatSigns | None, duration_s: float
) -> tuple[PulseRegion, ...]:
    """Stretches that cover the recording, each with its tempo and the share of its beats that are heard."""
    if len(beats_s) < 2:
        return ()
    heard = onset_activation(flux) if trained is None else spoken_beats(trained, flux.shape[1])
    near = maximum_filter1d(heard, 2 * _NEAR_FRAMES + 1)
    at = np.clip(np.round(beats_s * FPS).astype(int), 0, len(near) - 1)
    belief = near[at]
    usual = float(np.percentile(belief, 75)) + 1e-6
    starts = list(range(0, max(1, len(beats_s) - _BEATS // 2), _BEATS))
    regions: list[PulseRegion] = []
    for number, first in enumerate(starts):
        last = starts[number + 1] if number + 1 < len(starts) else len(beats_s) - 1
        length_s = float(beats_s[last] - beats_s[first])
        regions.append(
            PulseRegion(
                start_s=0.0 if number == 0 else round(float(beats_s[first]), 5),
                end_s=duration_s if number + 1 == len(starts) else round(float(beats_s[last]), 5),
                tempo_bpm=round(60 * (last - first) / max(length_s, 1e-6), 3),
                confidence=round(
                    float(np.clip(belief[first : last + 1] / usual, 0, 1).mean()) * min(1.0, 2 * usual), 4
                ),
            )
        )
    return tuple(regions)
