"""The tempo octave: which octave of a pulse people count: told by the snare between the kicks, and by a loop that was
cut to whole
bars.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

from remixlab.listening.frames import FPS, Array
from remixlab.listening.network_heads import BeatSigns
from remixlab.listening.pulse import walking_pace

_KICK, _SNARE = 0, 1
"""Lanes of the beat network's drums."""
_STRETCH_BEATS, _FEWEST_BEATS = 32, 16
"""Places of the snare are counted over eight bars, for a song may shift; fewer than four bars tell nothing."""
_NEUTRAL, _PLAINLY_HEARD = 0.27, 0.3
"""What a snare that falls anywhere scores; the belief in a snare from which its place is fully believed."""
_FLOOR, _QUICK_WEIGHT, _STRUCK, _SLOW_BEAT_S = 0.4, 4.0, 0.15, 0.52
"""How little a backbeat sways, what quick notes take of it, how hard they are struck, what beat is slow (79)."""

_LONGEST_LOOP_S, _EXACT_S = 16.0, 0.002
"""A shorter recording may be a loop, and is one where its length is whole bars to 2 ms (decision 79)."""
_NEAR_S, _QUICK_S = 0.04, 0.018
"""How near to a beat a stroke must fall, and to a thirty-second, of which several pass in a tenth of a second."""
_LOOP_BARS = (1, 2, 4, 8)
"""Bars that loops are cut to."""
_LOOP_SHARE, _OF_WHOLE_SECONDS = 8.0, 2.0
"""How much likelier a loop's tempo is than another, and where its length is of whole seconds (decision 79)."""


def backbeat(signs: BeatSigns, beats_s: NDArray[np.float64]) -> float:
    """How much the snare falls on every second beat and the kick between, 0-1; a snare that falls anywhere, or nowhere,
    gives 0.27.

    At twice the counted tempo the snare meets one beat in four, at half of it all beats alike: music with a backbeat
    tells its octave.
    """
    if len(beats_s) < _FEWEST_BEATS:
        return _NEUTRAL
    snare, kick = (_by_place(_at(signs.drums[:, lane], beats_s, signs.fps)) for lane in (_SNARE, _KICK))
    stretches = np.arange(len(snare))
    first = snare.argmax(axis=1)
    pair = snare[stretches, first] + snare[stretches, (first + 2) % 4]
    total = float(snare.sum()) + 1e-9
    even = 2 * float(snare[stretches, (first + 2) % 4].sum()) / total
    between = float((kick[stretches, (first + 1) % 4] + kick[stretches, (first + 3) % 4]).sum()) / (
        float(kick.sum()) + 1e-9
    )
    found = float(pair.sum()) / total * min(1.0, even) * min(1.0, 2 * between)
    heard = min(1.0, float(snare.max(axis=1).mean()) / _PLAINLY_HEARD)
    return heard * found + (1 - heard) * _NEUTRAL


def countable(signs: BeatSigns, high: Array, beats_s: NDArray[np.float64]) -> float:
    """How much more, or less, these beats are believed to be what people count; 1 where no backbeat is heard.

    A backbeat speaks for its tempo and against the double, unless notes sound that at this tempo would be
    thirty-seconds, quicker than people play: music in half time, counted at the double. `high` is the onset strength of
    hats, shakers and consonants.
    """
    told = (_FLOOR + backbeat(signs, beats_s)) / (_FLOOR + _NEUTRAL)
    slow = len(beats_s) > 1 and bool(np.median(np.diff(beats_s)) > _SLOW_BEAT_S)
    if slow != (told > 1):
        return told
    quick = quick_notes(high, beats_s, 8 if slow else 4)
    return 1 + (told - 1) * max(0.0, 1 - _QUICK_WEIGHT * quick)


def quick_notes(high: Array, beats_s: NDArray[np.float64], parts: int) -> float:
    """How often high sounds fall on the odd parts of beats divided into so many, against the beats themselves, 0-1."""
    if len(beats_s) < _FEWEST_BEATS or high.max(initial=0.0) <= 0:
        return 0.0
    peaks = np.where(high == maximum_filter1d(high, 5), high, 0.0)
    struck = (peaks > _STRUCK * np.percentile(peaks[peaks > 0], 95)).astype(np.float32)
    steps = np.interp(np.arange(0, len(beats_s) - 1, 1 / parts), np.arange(len(beats_s)), beats_s)
    share = _at(struck, steps, FPS, _QUICK_S).reshape(-1, parts).mean(axis=0)
    return min(1.0, float(share[1::2].max()) / (float(share[[0, parts // 2]].mean()) + 1e-9))


def loop_tempi(duration_s: float) -> dict[float, float]:
    """Whole tempi at which a short recording is one, two, four or eight bars of four to the millisecond, and how much
    likelier each is.

    Short recordings are mostly loops, cut to bars; producers set whole beats per minute. One length in fourteen fits
    one of them by chance; a length of whole seconds fits too often to tell much. Empty for recordings of more than 16
    s.
    """
    found: dict[float, float] = {}
    if not 0 < duration_s <= _LONGEST_LOOP_S:
        return found
    told = _OF_WHOLE_SECONDS if abs(duration_s - round(duration_s)) < _EXACT_S else _LOOP_SHARE
    for bars in _LOOP_BARS:
        whole = round(240 * bars / duration_s)
        if whole and abs(240 * bars / whole - duration_s) < _EXACT_S:
            found[float(whole)] = told * float(walking_pace(np.array(float(whole))))
    return found


def certainty(duration_s: float) -> float:
    """How much of what the onsets tell is to be believed of so short a recording, 0-1."""
    return min(1.0, duration_s / _LONGEST_LOOP_S)


def _at(lane: Array, times_s: NDArray[np.float64], fps: float, reach_s: float = _NEAR_S) -> NDArray[np.float64]:
    """The strongest frame near each time."""
    centre, reach = np.round(times_s * fps).astype(int), round(reach_s * fps)
    return np.max([lane[np.clip(centre + d, 0, len(lane) - 1)] for d in range(-reach, reach + 1)], axis=0).astype(
        np.float64
    )


def _by_place(strength: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean over stretches of 32 beats, by the place of a beat among four. Shape: (beats,) -> (stretches, 4)."""
    begins = range(0, max(1, len(strength) - _STRETCH_BEATS // 2), _STRETCH_BEATS)
    parts = [strength[b : b + min(_STRETCH_BEATS, len(strength) - b) // 4 * 4] for b in begins]
    return np.stack([part.reshape(-1, 4).mean(axis=0) for part in parts])
