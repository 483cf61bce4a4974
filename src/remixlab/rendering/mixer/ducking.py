"""Side-chain ducking: a part gives way to each stroke of another, which is known beforehand, and so without lag."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import SAMPLE_RATE, Stem
from remixlab.plan.ops import Duck
from remixlab.rendering.layout import Layout
from remixlab.rendering.mixer.automation import Automation
from remixlab.rendering.mixer.session import Session
from remixlab.rendering.parts.demands import STEM_OF_PART

_ATTACK_S = 0.007
"""The dip begins so much before the stroke, so that it is deepest when the stroke comes; a faster one would click on
a bass."""
_RECOVERY_SHARES = (0.0, 0.12, 0.3, 0.55, 0.8, 1.0)
"""Where the recovery is laid down between dip and end of release: straight pieces, near enough to a cosine."""
_RECOVERY_BEND = 0.8
"""Below 1 the sound comes back sooner than along a cosine: the pump is felt and the part is still heard."""
_ASKED_RELEASE_S = 0.25
"""How long a part stays down where the plan asks for ducking: an eighth at 120 bpm."""
_SUNG_SHARE = 0.4
"""How much of the style's pump reaches a voice of the master: words must be understood."""
_TRIGGERS = ("drums", "bass", "lead", "chords")
"""The parts whose strokes others duck under: what carries a stem, not its colours."""
_LOW_PIECES = ("kick", "surdo")
"""What a kit pumps by; the snare where a pattern has neither."""
_NEAR_S = 0.06
"""Strokes nearer than this are one: a flam dips once."""
_EARLY_S = 0.02
"""A stroke so much before the bar line belongs to the bar."""


def ducked(times_s: NDArray[np.float64], depth_db: float, release_s: float) -> Automation | None:
    """Down at each moment, back up after it; None when there is nothing to do. Unit: depth in dB below."""
    if times_s.size == 0 or depth_db <= 0:
        return None
    shares = np.array(_RECOVERY_SHARES)
    recovery = 0.5 - 0.5 * np.cos(np.pi * shares**_RECOVERY_BEND)
    points = np.unique(np.concatenate([times_s - _ATTACK_S, *(times_s + share * release_s for share in shares)]))
    index = np.searchsorted(times_s, points + 1e-9, side="right") - 1
    since = points - times_s[np.maximum(index, 0)]
    down = np.where(index >= 0, 1.0 - np.interp(since / release_s, shares, recovery), 0.0)
    return Automation(points * SAMPLE_RATE, 10.0 ** (-depth_db * down / 20.0))


def asked_ducking(session: Session, stems: Sequence[Stem]) -> list[Automation | None]:
    """How a part gives way where the plan says so."""
    curves: list[Automation | None] = []
    for op, bars in session.layout.verbs:
        if isinstance(op, Duck) and set(op.on) & set(stems) and op.under not in stems:
            curves.append(ducked(strokes_of(session, op.under, bars), op.depth_db, _ASKED_RELEASE_S))
    return curves


def style_ducking(session: Session, kicks_s: NDArray[np.float64], part: str) -> Automation | None:
    """How a part gives way to the kick, where the style pumps. Unit: kicks in seconds of the result."""
    style = session.style
    pump = style.space.pump if style is not None and session.performs else None
    if pump is None or part not in pump.parts:
        return None
    depth_db = pump.depth_db * (_SUNG_SHARE if part == "vocals" else 1.0)
    return ducked(kicks_s, depth_db, pump.release_beats * 60.0 / session.layout.tempo_bpm)


def kicks_of(session: Session) -> NDArray[np.float64]:
    """When the kick strikes, if the style pumps by it. Unit: seconds of the result."""
    if session.style is None or not session.style.space.pump.parts or not session.performs:
        return np.empty(0)
    return strokes_of(session, Stem.DRUMS, np.ones(len(session.layout.bars), np.bool_))


def strokes_of(session: Session, stem: Stem, bars: NDArray[np.bool_]) -> NDArray[np.float64]:
    """When a stem, or what is played in its place, strikes in these bars. Unit: seconds of the result."""
    layout = session.layout
    beats: list[float] = []
    for line in session.arrangement.lines:
        if (line.stem or STEM_OF_PART.get(line.part)) == stem and line.part in _TRIGGERS:
            struck = [s.beat for s in line.strokes if s.piece in _LOW_PIECES] or [
                s.beat for s in line.strokes if s.piece == "snare"
            ]
            beats += struck or [t.beat for t in line.tones]
    times = np.unique(np.round(layout.seconds_at(np.array(beats or _heard_strokes(layout, stem))), 4))
    starts = np.array([bar.start_s for bar in layout.bars])
    inside = bars[np.clip(np.searchsorted(starts, times + _EARLY_S, side="right") - 1, 0, bars.size - 1)]
    times = times[inside]
    return times[np.concatenate(([True], np.diff(times) > _NEAR_S))] if times.size else times


def _heard_strokes(layout: Layout, stem: Stem) -> list[float]:
    """Where the recording's own part strikes, in beats of the result; every beat where nothing was heard of it."""
    analysis = layout.source
    match stem:
        case Stem.DRUMS:
            times = [hit.time_s for hit in analysis.drums if hit.piece == "kick"]
        case Stem.BASS:
            times = [note.start_s for note in analysis.bass]
        case Stem.VOCALS:
            times = [note.start_s for note in analysis.melody]
        case Stem.OTHER:
            times = [chord.start_s for chord in analysis.chords]
    beats: list[float] = []
    moments = np.sort(times)
    for bar in layout.bars:
        grid = np.array(bar.source_s)
        a, b = np.searchsorted(moments, [grid[0] - _EARLY_S, grid[-1] - _EARLY_S])
        beats += [bar.first + float(np.interp(t, grid, np.arange(grid.size))) for t in moments[a:b]]
    return beats or [float(k) for k in range(layout.beats_s.size - 1)]
