"""Fills and risers: what marks the form, that is risers, impacts, and an intro and an outro that a DJ can mix."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.notes import BeatHit
from remixlab.rendering.layout import ResultBar
from remixlab.rendering.parts.builds import build_bars, lifts, roll_into
from remixlab.rendering.parts.cast import Cast
from remixlab.rendering.parts.drums import strike_bar
from remixlab.signal.instruments import KITS

LANDMARKS = "landmarks"
"""The part that plays them. Labels and files of parts carry this name since the first remix, so it stays."""
_MIX_BARS = 8
"""How long a DJ has to mix in or out: two phrases of four bars."""
_APART_BARS = 8
"""Risers and impacts come at most once in so many bars, or they mark nothing any more."""
_BEFORE_CHORUS, _ON_CHORUS, _ASKED_FOR = 0.5, 0.62, 0.8
"""How loud a riser, an impact and a riser that the plan asks for by name are. Unit: velocity."""
_ROLL_BARS, _ROLL_SHARE = 2, 0.8
"""Under a riser that was asked for a roll builds over two bars, a little softer than the riser."""


def play_risers_and_impacts(cast: Cast) -> tuple[BeatHit, ...]:
    """What the style puts before and on the first beat of choruses, a build in the song's tempo too; once for each,
    and never twice within eight bars."""
    strokes: list[BeatHit] = []
    last = -99
    for bar in cast.layout.bars:
        if not lifts(bar) or bar.position - last < _APART_BARS:
            continue
        last = bar.position
        if cast.style.ear.riser:
            strokes.append(_riser_to(cast, bar, _BEFORE_CHORUS))
            strokes += roll_into(cast, bar, bars) if (bars := build_bars(cast, bar)) else ()
        if cast.style.ear.impact:
            strokes.append(BeatHit(float(bar.first), "impact", _ON_CHORUS))
    return tuple(strokes)


def play_risers(cast: Cast, mask: NDArray[np.bool_]) -> tuple[BeatHit, ...]:
    """A riser into every section of these bars that lifts, else into one that lifts behind them; into any new
    section where none does."""
    bars = cast.layout.bars
    within = [b for b in bars if b.position > 0 and mask[b.position] and (b.place == 0 or not mask[b.position - 1])]
    behind = [b for b in bars if b.position > 0 and mask[b.position - 1] and not mask[b.position]]
    lifting = [[b for b in found if b.label in ("chorus", "solo")] for found in (within, behind)]
    found = lifting[0] or lifting[1] or within or behind
    rolls = [roll_into(cast, bar, min(_ROLL_BARS, bar.position), _ROLL_SHARE) for bar in found]
    return tuple(sorted([_riser_to(cast, bar, _ASKED_FOR) for bar in found] + [s for roll in rolls for s in roll]))


def _riser_to(cast: Cast, bar: ResultBar, velocity: float) -> BeatHit:
    """A riser that arrives at a bar."""
    length_s = KITS[cast.style.groove.kit].pieces["riser"].length_s
    beat_s = 60.0 / cast.layout.tempo_bpm
    return BeatHit(max(0.0, bar.first - length_s / beat_s), "riser", velocity)


def play_intro(cast: Cast, mask: NDArray[np.bool_]) -> tuple[BeatHit, ...]:
    """Drums alone over the first bars: hats, then the kick, then all of it."""
    bars = [bar for bar in cast.layout.bars if mask[bar.position]][:_MIX_BARS]
    return _in_layers(cast, bars, growing=True)


def play_outro(cast: Cast, mask: NDArray[np.bool_]) -> tuple[BeatHit, ...]:
    """Drums alone over the last bars, leaving one after the other."""
    bars = [bar for bar in cast.layout.bars if mask[bar.position]][-_MIX_BARS:]
    return _in_layers(cast, bars, growing=False)


def _in_layers(cast: Cast, bars: list[ResultBar], *, growing: bool) -> tuple[BeatHit, ...]:
    pattern = cast.choose(cast.style.groove.verse)
    ranked = sorted(pattern, key=lambda piece: (piece not in ("hat", "shaker", "ride"), piece != "kick", piece))
    human = cast.humaniser("intro")
    strokes: list[BeatHit] = []
    for k, bar in enumerate(bars):
        share = (k + 1) / len(bars) if growing else 1.0 - k / len(bars)
        playing = ranked[: max(1, round(share * len(ranked)))]
        strokes += strike_bar(cast, bar, {piece: pattern[piece] for piece in playing}, human, 0.0, float(bar.beats))
    return tuple(strokes)
