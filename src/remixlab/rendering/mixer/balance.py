"""Level balance: how loud each part is, measured against the voice (or the master), as a mix engineer would begin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import SAMPLE_RATE, Audio, Samples
from remixlab.plan.styles import Style
from remixlab.rendering.layout import Layout
from remixlab.rendering.memo import remembered
from remixlab.rendering.parts import Arrangement, Line
from remixlab.signal import measure_loudness_lufs

REFERENCE_LUFS = -19.0
"""Where the leading part of a mix without any of the master stands before mastering (decision 21)."""
AUDIBLE_LUFS = -45.0
"""A stem below this is empty: nothing is balanced against it."""
_LEVELS = {
    "lead": 0.0,
    "drums": -1.0,
    "bass": -5.5,
    "chords": -7.5,
    "pad": -11.0,
    "arp": -12.0,
    "riff": -7.5,
    "strings": -10.0,
    "horns": -8.0,
    "percussion": -12.0,
    "landmarks": -8.0,
    "sample": -5.0,
}
"""Where a mix engineer would start: each part against the lead, in LUFS, which hears a bass softer than it is felt.
Styles lean it."""
_REPLACED_DB_MAX = 6.0
"""A part that replaces one of the master is as loud as that was, but never further from the usual balance than this."""
_WINDOW_S = 4
"""A line is levelled by its liveliest four seconds (decision 21): two bars at 120 bpm."""
_UNHEARD_LUFS = -65.0
"""A take that is softer than this in its liveliest moment has nothing to level."""
_LIFT_DB_MAX = 10.0
"""How far a part comes forward at most where few others play (decision 21)."""
_THIN_DB = 2.0
"""How far above the reference all parts together stand in a bar of full energy."""
_ENERGY_RANGE_DB = 10.0
"""How much softer a bar without any energy is."""
_ARC_ENERGY = 0.72
"""The energy at which the faders stand still: that of a full verse."""
_ARC_DB_PER_ENERGY, _ARC_DB_MIN, _ARC_DB_MAX = 7.0, -2.0, 1.5
"""How the faders follow energy: a chorus of .95 is 1.5 dB up, a calm bridge 2 dB down; players do the rest by their
touch."""
_LIFT_STEPS_PER_DB = 2
"""Lifts move in half decibels, so that like bars have like levels and no ramp between them."""
_CHUNK_S, _STRIDE_S = 1.0, 5.0
"""Loudness of a recording is taken from one second in five: an estimate that costs a fifth of the reading."""


class Playing(Protocol):
    """What can be heard from anywhere."""

    def render(self, n0: int, n1: int) -> Samples:
        """Frames n0 to n1. Shape: (2, n1 - n0)."""
        ...


@remembered
def loudness_of(sound: Audio) -> float:
    """Gated loudness from one second in five. Unit: LUFS."""
    rate = sound.sample_rate
    chunk, stride = int(_CHUNK_S * rate), int(_STRIDE_S * rate)
    if sound.length_frames <= 3 * stride:
        return measure_loudness_lufs(sound.samples, rate)
    pieces = [sound.samples[:, a : a + chunk] for a in range(0, sound.length_frames - chunk, stride)]
    return measure_loudness_lufs(np.ascontiguousarray(np.concatenate(pieces, axis=1)), rate)


def target_lufs(line: Line, style: Style, reference_lufs: float, replaced: Audio | None) -> float:
    """How loud a line shall be: by the style's balance, or as loud as what it replaces among the master's own parts."""
    usual = reference_lufs + _LEVELS[line.part] + style.levels.get(line.part, 0.0) + line.level_db
    if replaced is None or line.part not in ("drums", "bass", "chords"):
        return usual
    measured = loudness_of(replaced)
    return (
        usual
        if measured < AUDIBLE_LUFS
        else float(np.clip(measured, usual - _REPLACED_DB_MAX, usual + _REPLACED_DB_MAX))
    )


def busiest_of(line: Line, layout: Layout) -> int:
    """Where the line's liveliest window begins, on a grid of half windows. Unit: frames of the result."""
    frames = layout.frames_at(np.array([e.beat for e in (*line.tones, *line.strokes)]))
    weights = np.array(
        [t.velocity**2 * min(4.0, t.length) for t in line.tones] or [s.velocity**2 for s in line.strokes]
    )
    step = _WINDOW_S * SAMPLE_RATE // 2
    bins = np.bincount(frames // step, weights=weights)
    windows = bins + np.append(bins[1:], 0.0)
    return int(np.argmax(np.round(windows, 6))) * step


def level_gain_db(take: Playing, begin: int, wanted_lufs: float) -> float:
    """The gain that brings a take's window to a loudness."""
    window: Samples = take.render(begin, begin + _WINDOW_S * SAMPLE_RATE)
    measured = measure_loudness_lufs(window, SAMPLE_RATE)
    return 0.0 if measured < _UNHEARD_LUFS else wanted_lufs - measured


def arc_db(energy: NDArray[np.float64]) -> NDArray[np.float64]:
    """The hand on the faders of the band: back in verses, further in bridges, forward in choruses. Shape: (bars,)."""
    return np.clip(_ARC_DB_PER_ENERGY * (energy - _ARC_ENERGY), _ARC_DB_MIN, _ARC_DB_MAX)


def lifts(
    arranged: Arrangement, layout: Layout, wanted: Sequence[float], reference: float, voice: float | None
) -> NDArray[np.float64]:
    """How the new parts follow the arc of the form, and come forward in bars where few of them play. Shape: (bars,),
    amplitude."""
    arc = arc_db(arranged.energy)
    power = np.full(len(layout.bars), 1e-7)
    firsts = np.array([bar.first for bar in layout.bars])
    busy = np.zeros(len(layout.bars))
    for line, level in zip(arranged.lines, wanted, strict=True):
        starts = np.array([e.beat for e in (*line.tones, *line.strokes)])
        ends = np.array([t.beat + t.length for t in line.tones] or [s.beat + 0.2 for s in line.strokes])
        for a, b in zip(
            np.searchsorted(firsts, starts + 0.05, "right") - 1,
            np.searchsorted(firsts, ends - 0.1, "right") - 1,
            strict=True,
        ):
            busy[max(0, a) : b + 1] = 1.0
        power += busy * 10 ** (level / 10)
        busy[:] = 0.0
    power *= 10 ** (arc / 10)
    if voice is not None:
        sung = np.zeros(layout.beats_s.size)
        for tone in arranged.melody:
            sung[int(tone.beat) : int(tone.beat + tone.length) + 1] = 1.0
        power += np.array([sung[bar.first : bar.first + bar.beats].mean() for bar in layout.bars]) * 10 ** (voice / 10)
    wished = reference + _THIN_DB - _ENERGY_RANGE_DB * (1.0 - arranged.energy)
    lift = np.clip(wished - 10 * np.log10(power), 0.0, _LIFT_DB_MAX)
    return 10 ** (np.round((arc + lift) * _LIFT_STEPS_PER_DB) / (20 * _LIFT_STEPS_PER_DB))
