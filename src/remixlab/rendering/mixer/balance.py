"""How loud each part is: measured against the voice (or the master) and set where a mix engineer would start."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Audio, Samples
from remixlab.plan.styles import Style
from remixlab.rendering.layout import SAMPLE_RATE, Layout
from remixlab.rendering.memo import remembered
from remixlab.rendering.parts.arrange import Arrangement
from remixlab.rendering.parts.lines import Line
from remixlab.signal import measure_loudness_lufs
from remixlab.signal.instruments import Take

REFERENCE_LUFS = -19.0
"""Where the leading part of a mix without any of the master stands before mastering."""
AUDIBLE_LUFS = -45.0
"""A stem below this is empty: nothing is balanced against it."""
_LEVELS = {
    "lead": 0.0, "drums": -1.0, "bass": -5.5, "chords": -7.5, "pad": -11.0, "arp": -12.0, "riff": -7.5, "strings": -10.0, "horns": -8.0,
    "percussion": -12.0, "landmarks": -8.0, "sample": -5.0,
}  # fmt: skip
_WINDOW_S = 4
_LIFT_DB_MAX = 10.0
_ARC_ENERGY = 0.72
_ARC_DB_PER_ENERGY, _ARC_DB_MIN, _ARC_DB_MAX = 7.0, -2.0, 1.5
_CHUNK_S, _STRIDE_S = 1.0, 5.0


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
    return usual if measured < AUDIBLE_LUFS else float(np.clip(measured, usual - 6.0, usual + 6.0))


def busiest_frame(line: Line, frames: np.ndarray) -> int:
    """Where the line's liveliest window begins, on a grid of half windows. Shape: frames (events,)."""
    weights = np.array([t.velocity**2 * min(4.0, t.length) for t in line.tones] or [s.velocity**2 for s in line.strokes])
    step = _WINDOW_S * SAMPLE_RATE // 2
    bins = np.bincount(frames // step, weights=weights)
    windows = bins + np.append(bins[1:], 0.0)
    return int(np.argmax(np.round(windows, 6))) * step


def level_gain_db(take: Take, begin: int, wanted_lufs: float) -> float:
    """The gain that brings a take's window to a loudness."""
    window: Samples = take.render(begin, begin + _WINDOW_S * SAMPLE_RATE)
    measured = measure_loudness_lufs(window, SAMPLE_RATE)
    return 0.0 if measured < -65.0 else wanted_lufs - measured


def arc_db(energy: NDArray[np.float64]) -> NDArray[np.float64]:
    """The hand on the faders of the band: back in verses, further in bridges, forward in choruses. Shape: (bars,)."""
    return np.clip(_ARC_DB_PER_ENERGY * (energy - _ARC_ENERGY), _ARC_DB_MIN, _ARC_DB_MAX)


def lifts(arranged: Arrangement, layout: Layout, wanted: list[float], reference: float, voice: float | None) -> NDArray[np.float64]:
    """How the new parts follow the arc of the form, and come forward in bars where few of them play. Shape: (bars,), amplitude."""
    arc = arc_db(arranged.energy)
    power = np.full(len(layout.bars), 1e-7)
    firsts = np.array([bar.first for bar in layout.bars])
    busy = np.zeros(len(layout.bars))
    for line, level in zip(arranged.lines, wanted, strict=True):
        starts = np.array([e.beat for e in (*line.tones, *line.strokes)])
        ends = np.array([t.beat + t.length for t in line.tones] or [s.beat + 0.2 for s in line.strokes])
        for a, b in zip(np.searchsorted(firsts, starts + 0.05, "right") - 1, np.searchsorted(firsts, ends - 0.1, "right") - 1, strict=True):
            busy[max(0, a) : b + 1] = 1.0
        power += busy * 10 ** (level / 10)
        busy[:] = 0.0
    power *= 10 ** (arc / 10)
    if voice is not None:
        sung = np.zeros(layout.beats_s.size)
        for tone in arranged.melody:
            sung[int(tone.beat) : int(tone.beat + tone.length) + 1] = 1.0
        power += np.array([sung[bar.first : bar.first + bar.beats].mean() for bar in layout.bars]) * 10 ** (voice / 10)
    wished = reference + 2.0 - 10.0 * (1.0 - arranged.energy)
    lift = np.clip(wished - 10 * np.log10(power), 0.0, _LIFT_DB_MAX)
    return 10 ** (np.round((arc + lift) * 2) / 40)
