"""Matching equaliser: the tonal balance of a mix, measured in a short rehearsal, leaned towards the style's own."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from itertools import pairwise

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from remixlab import signal
from remixlab.domain.audio import SAMPLE_RATE, Samples
from remixlab.plan.styles import Tone
from remixlab.rendering.layout import Layout
from remixlab.rendering.mixer.console import Console

_EDGES_HZ = (25.0, 80.0, 200.0, 630.0, 2000.0, 5000.0, 15000.0)
"""Six bands as engineers speak of them: sub, bass, low mids, mids, presence, air."""
_WINDOW_FRAMES = 2 * SAMPLE_RATE
"""Each moment of the rehearsal lasts two seconds (decision 21)."""
_WINDOW_PLACES = (0.3, 0.55, 0.8)
"""Three moments of the form: past the intro, about the middle, and near the end, where most parts play."""
_CORRECTION_MAX_DB = 7.0
"""No band is moved further: what lacks more than that is not there, and would be noise."""
_STRENGTH = 0.85
"""Most of the way to the balance of its kind: the rest is the song's own."""
_SPECTRUM_FRAMES = 16_384
"""Windows of .37 s: their lines lie 2.7 Hz apart, so that even the lowest band holds twenty."""


def tonal_balance(
    console: Console, layout: Layout, tone: Tone, usual_db: Sequence[float], pool: Executor | None = None
) -> signal.Equaliser:
    """The equaliser that brings the mix most of the way to the balance of records of its kind, as its style leans it.

    Unit: usual_db is the share of each of six bands.
    """
    measured = bands_db(np.concatenate(_rehearsed(console, layout, pool), axis=1), usual_db)
    lean = np.interp(
        np.arange(6), (0, 1, 2.5, 4, 5), (tone.low_db, tone.low_db, tone.mid_db, tone.high_db, tone.high_db)
    )
    wanted = np.array(usual_db) + lean
    off = np.clip(_STRENGTH * (wanted - measured), -_CORRECTION_MAX_DB, _CORRECTION_MAX_DB)
    off -= np.average(off, weights=10 ** (measured / 10))
    return signal.Equaliser(
        (
            signal.Filter("low-shelf", 75.0, 0.6, float(np.clip(off[0] - 0.4 * off[1], -6, 5))),
            signal.Filter("peak", 170.0, 0.7, float(np.clip(off[1], -5, 4))),
            signal.Filter("peak", 380.0, 0.6, float(np.clip(1.1 * off[2], -6, 4))),
            signal.Filter("peak", 2200.0, 0.5, float(np.clip(0.5 * (off[3] + off[4]), -4, 5))),
            signal.Filter("high-shelf", 6500.0, 0.6, float(np.clip(off[5] - 0.3 * off[4], -6, 6))),
        )
    )


def _rehearsed(console: Console, layout: Layout, pool: Executor | None) -> list[Samples]:
    """A few moments spread over the bars where most strips play, without the bus."""
    starts = [round(bar.start_s * SAMPLE_RATE) for bar in layout.bars]
    places = [starts[min(len(starts) - 1, int(len(starts) * share))] for share in _WINDOW_PLACES]
    found: list[Samples] = []
    for place in dict.fromkeys(place // 2 * 2 for place in places):
        stop = min(layout.length_frames, place + _WINDOW_FRAMES)
        if stop - place > 4096:
            found.append(console.start(place).render(place, stop, pool))
    return found or [console.start(0).render(0, min(layout.length_frames, _WINDOW_FRAMES), pool)]


def bands_db(sound: Samples, without: Sequence[float]) -> NDArray[np.float64]:
    """Power of each band against the whole; `without` stands for a sound too short to have one. Unit: dB."""
    size = _SPECTRUM_FRAMES
    mono = sound.mean(axis=0)
    pieces = [
        mono[a : a + size] * np.hanning(size)
        for a in range(0, max(1, mono.size - size), size // 2)
        if mono[a : a + size].size == size
    ]
    if not pieces:
        return np.array(without)
    power = np.mean([np.abs(np.asarray(scipy.fft.rfft(piece))) ** 2 for piece in pieces], axis=0)
    hertz = np.arange(power.size) * SAMPLE_RATE / size
    bands = np.array([power[(hertz >= a) & (hertz < b)].sum() for a, b in pairwise(_EDGES_HZ)]) + 1e-12
    return 10 * np.log10(bands / bands.sum())
