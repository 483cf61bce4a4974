"""Other speeds at the same pitch, by cutting and joining the sound itself (WSOLA).

Source: W. Verhelst and M. Roelands, "An overlap-add technique based on waveform similarity" (ICASSP 1993);
here with attacks that stay whole, one cut for all channels, and joints of constant power.

Frames stand on a fixed grid of the result. Every 32nd frame, and each frame that touches an attack, is
fixed where the map puts it; those between are aligned from left to right, the last one to both sides. So a
result frame depends only on the source, the map and its own cell: any segment has the bits of the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import SAMPLE_RATE, Samples
from remixlab.signal.kernels.stretching import align_frames, join_frames
from remixlab.signal.levels import as_samples, fade_curve
from remixlab.signal.timemap import TimeMap, read_straight

_CELL = 32
"""Every so many frames one is fixed where the map puts it: a segment needs no more past (decision 20)."""
_NO_ONSETS = np.zeros(0, np.float64)
"""Where a sound has no attacks to keep."""


@dataclass(frozen=True, slots=True)
class Grain:
    """How long the pieces are and how far each may be moved to fit. Unit: seconds."""

    frame_s: float
    reach_s: float


DRUM_GRAIN = Grain(0.0348, 0.0058)
"""Short pieces, moved little: a stroke is not heard twice (no stroke doubled or lost of 3 600, decision 87)."""
VOICE_GRAIN = Grain(0.0464, 0.0125)
"""Three periods of the lowest voice (65 Hz), moved by less than one: a vowel stays alike for so long."""
BASS_GRAIN = Grain(0.0929, 0.0190)
"""Four periods of the lowest string (41 Hz), moved by three quarters of one."""


def wsola(
    samples: Samples,
    time_map: TimeMap,
    n0: int = 0,
    n1: int | None = None,
    *,
    sample_rate: int = SAMPLE_RATE,
    onsets: NDArray[Any] | None = None,
    grain: Grain = VOICE_GRAIN,
) -> Samples:
    """Result frames n0 to n1 (all by default) of the sound played along the map, pitch unchanged.

    `onsets` (source frames) are attacks: the map gets an island of slope 1 about each, and no joint is moved there.
    Law: wsola(..., a, c) equals wsola(..., a, b) followed by wsola(..., b, c), bit for bit.
    """
    stop = time_map.length_frames if n1 is None else n1
    attacks = _NO_ONSETS if onsets is None else np.sort(np.asarray(onsets, np.float64))
    if time_map.is_shift:
        return read_straight(samples, round(float(time_map.source_at(n0))), max(0, stop - n0))
    path = time_map.with_islands(attacks, sample_rate)
    hop = 4 * max(8, round(grain.frame_s * sample_rate / 8))
    reach = 4 * max(4, round(grain.reach_s * sample_rate / 4))
    if stop <= n0:
        return np.zeros((samples.shape[0], 0), np.float32)
    first, last = n0 // hop, ceil(stop / hop)
    places = _frame_places(samples, path, attacks, first, last, hop, reach)
    low = max(0, int(places.min()))
    local = as_samples(samples[:, low : max(low, int(places.max()) + 2 * hop)])
    out = np.empty((samples.shape[0], (last - first) * hop), np.float32)
    join_frames(local, low, places, 2 * hop, fade_curve(hop), out)
    return np.ascontiguousarray(out[:, n0 - first * hop : stop - first * hop])


def _frame_places(
    samples: Samples, path: TimeMap, attacks: NDArray[np.float64], first: int, last: int, hop: int, reach: int
) -> NDArray[np.int64]:
    """Where in the source each frame begins whose second half opens hop `first`, up to the one whose first half closes
    hop `last` - 1.

    Frame k spans hops k - 1 and k of the result.
    """
    index = np.arange(first // _CELL * _CELL, last + 2)
    centres = path.source_at(index * hop)
    fixed = (index % _CELL == 0) | _touching(centres, attacks, hop)
    # Nothing before the nearest fixed frame matters, nor after the one that follows the last: it may be what the last
    # leads into.
    begin = int(index[np.flatnonzero(fixed[: first - int(index[0]) + 1])[-1]])
    index, centres, fixed = (of[begin - int(index[0]) :] for of in (index, centres, fixed))
    starts = np.round(centres).astype(np.int64) - hop
    low = max(0, int(starts.min()) - reach - hop) // 4 * 4
    high = int(starts.max()) + 3 * hop + reach
    near = samples[:, low:high]
    mid = as_samples(
        np.float32(0.5) * (near[0] + near[1]) if near.shape[0] == 2 else near.mean(axis=0, dtype=np.float32)
    )[0]
    quarters = mid[: mid.size // 4 * 4]
    coarse = quarters[0::4] + quarters[1::4] + quarters[2::4] + quarters[3::4]
    offsets = np.zeros(index.size, np.int64)
    align_frames(mid, low, coarse, starts, fixed, 2 * hop, reach, offsets)
    return (starts + offsets)[first - begin : last - begin + 1]


def _touching(centres: NDArray[np.float64], attacks: NDArray[np.float64], hop: int) -> NDArray[np.bool_]:
    """Which frames hold an attack. `centres` are source frames."""
    if attacks.size == 0:
        return np.zeros(centres.size, np.bool_)
    after = np.searchsorted(attacks, centres - hop * 1.1)
    return (after < attacks.size) & (attacks[np.minimum(after, attacks.size - 1)] < centres + hop * 1.1)
