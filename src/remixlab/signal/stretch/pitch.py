"""Other pitches at the same speed, or both at once: stretch, then read at another speed."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import SAMPLE_RATE, Samples
from remixlab.domain.errors import InvalidAudio
from remixlab.signal.resample import reach_frames, read_banded
from remixlab.signal.stretch.wsola import wsola
from remixlab.signal.timemap import TimeMap


class Stretcher(Protocol):
    """`wsola`, `phase_vocoder`, or one of them with its settings bound."""

    def __call__(
        self,
        samples: Samples,
        time_map: TimeMap,
        n0: int = 0,
        n1: int | None = None,
        *,
        sample_rate: int = SAMPLE_RATE,
        onsets: NDArray[Any] | None = None,
    ) -> Samples: ...


def pitch_map(semitones: float | Sequence[tuple[float, float]], length_frames: int) -> TimeMap:
    """How far a sound of changed pitch has been read at each result frame.

    `semitones` is one shift, or (result frame, shift) steps that each hold until the next.
    """
    steps = [(0.0, semitones)] if isinstance(semitones, int | float) else sorted(semitones)
    if not steps or any(abs(shift) > 36 for _, shift in steps):
        raise InvalidAudio("a pitch shift lies between -36 and 36 semitones")
    starts = np.array([0.0, *(frame for frame, _ in steps[1:])])
    inside = starts < length_frames
    starts = np.append(starts[inside], max(length_frames, 1))
    ratios = np.array([2.0 ** (shift / 12.0) for _, shift in steps])[inside]
    read = np.concatenate(([0.0], np.cumsum(np.diff(starts) * ratios)))
    return TimeMap(starts, read)


def pitch_shift(
    samples: Samples,
    semitones: float | Sequence[tuple[float, float]],
    n0: int = 0,
    n1: int | None = None,
    *,
    time_map: TimeMap | None = None,
    sample_rate: int = SAMPLE_RATE,
    onsets: NDArray[Any] | None = None,
    stretcher: Stretcher = wsola,
) -> Samples:
    """Result frames n0 to n1 of the sound at another pitch, along a time map when one is given.

    Law: any segment has the bits of the whole. Formants move with the pitch (`voice` keeps them).
    """
    path = TimeMap.uniform(1.0, max(1, samples.shape[1])) if time_map is None else time_map
    length = path.length_frames
    stop = length if n1 is None else n1
    pitch = pitch_map(semitones, length)
    if stop <= n0:
        return np.zeros((samples.shape[0], 0), np.float32)
    speed = float(pitch.slopes.max())
    if pitch.slopes.size == 1 and speed == 1.0:
        return stretcher(samples, path, n0, stop, sample_rate=sample_rate, onsets=onsets)
    longer = pitch.inverse().then(path)
    positions = pitch.source_of(n0, stop)
    reach = reach_frames(speed)
    low, high = max(0, floor(positions[0]) - reach), ceil(positions[-1]) + reach
    middle = stretcher(samples, longer, low, high, sample_rate=sample_rate, onsets=onsets)
    return read_banded(middle, positions, speed, origin=low)
