"""A style at its own tempo: whether a recording suits it, and what brings it there when nothing else was said."""

from __future__ import annotations

from collections.abc import Sequence
from math import log2
from typing import NamedTuple

from remixlab.domain.audio import Stem
from remixlab.domain.music import Analysis
from remixlab.plan.ops import Op, Restyle, Tempo
from remixlab.plan.plan import RemixPlan
from remixlab.plan.styles import ids as written_styles
from remixlab.plan.styles import load as load_style
from remixlab.prompt.reading import Draft, Reading

STRETCH_MAX = 1.18
"""How far an unasked tempo may go from that of the recording; beyond it a sung word sounds pulled."""
STRETCH_MIN = 1.03
"""A difference that nobody hears is none."""
PACES = (1.0, 0.5, 2.0)


class Home(NamedTuple):
    """How a style meets a recording: its beat runs at `pace` times that of the recording, `outside` says how far off it
    is.

    Unit: `outside` is a ratio of at least 1; `edge_bpm` is the tempo of the style nearest to the recording.
    """

    pace: float
    outside: float
    edge_bpm: float


def tempo_range(style: str) -> tuple[float, float]:
    """The tempi at which a style is at home, in beats per minute."""
    low, high = load_style(style).tempo_bpm
    return float(low), float(high)


def suits(style: str, analysis: Analysis | None) -> bool:
    """Whether the recording's tempo, or its half or double, lies in the range of the style.

    True where nothing is known.
    """
    if analysis is None or style not in written_styles():
        return False
    return home_of(style, analysis).outside == 1.0


def home_of(style: str, analysis: Analysis) -> Home:
    """The pace at which a style meets this recording, as the players choose it: double or half time where that is
    nearer.
    """
    low, high = tempo_range(style)
    # A bar of 6/8 has six short beats; a style counts two long ones.
    source_bpm = analysis.tempo_bpm / (3.0 if analysis.meter == "6/8" else 1.0)

    def outside(pace: float) -> float:
        return max(1.0, low / (source_bpm * pace), source_bpm * pace / high)

    pace = min(PACES, key=lambda p: log2(outside(p)) + (0.0 if p == 1.0 else 0.12))
    edge = low if source_bpm * pace < low else high if source_bpm * pace > high else source_bpm * pace
    return Home(pace, outside(pace), edge)


def bring_home(drafts: list[Draft], reading: Reading, base: RemixPlan | None) -> list[Draft]:
    """The drafts with a style at its tempo: a written `tempo` where the stretch is bearable, else a word on why not."""
    analysis = reading.analysis
    played = next((n for n, d in enumerate(drafts) if _plays_the_beat(d)), None)
    if analysis is None or played is None or "tempo" in reading.protected or _has_tempo(drafts, base):
        return drafts
    draft = drafts[played]
    style = str(getattr(draft.op, "style", ""))
    home = home_of(style, analysis)
    low, high = tempo_range(style)
    time = {0.5: ", here in half time", 2.0: ", here in double time"}.get(home.pace, "")
    at_home = f"{load_style(style).title} is at home at {low:g}-{high:g} bpm"
    if STRETCH_MIN <= home.outside <= STRETCH_MAX and analysis.meter != "6/8":
        tempo = Tempo(bpm=round(home.edge_bpm / home.pace, 2))
        why = f"{at_home}{time}; say 'same tempo' to stay at {analysis.tempo_bpm:.0f}"
        return [*drafts, Draft(tempo, draft.words, min(0.6, draft.confidence), asked=False, why=why, gives_way=True)]
    if home.outside > STRETCH_MAX:
        why = f"{at_home}; the song stays at {analysis.tempo_bpm:.0f}{time}"
    elif home.pace != 1.0:
        why = f"in {'half' if home.pace < 1 else 'double'} time of {analysis.tempo_bpm:.0f} bpm"
    else:
        return drafts
    return [*drafts[:played], draft._replace(why=why), *drafts[played + 1 :]]


def _plays_the_beat(draft: Draft) -> bool:
    """A style for the whole piece that plays its drums and more; `trap drums` alone keep to the song."""
    op = draft.op
    return isinstance(op, Restyle) and op.at == "all" and Stem.DRUMS in op.on and len(op.on) > 1


def _has_tempo(drafts: Sequence[Draft], base: RemixPlan | None) -> bool:
    before = base.ops if base else ()
    return any(isinstance(d.op, Tempo) for d in drafts) or any(
        isinstance(op, Tempo) and not comes_with_style(op, before) for op in before
    )


def comes_with_style(tempo: Tempo, ops: Sequence[Op]) -> bool:
    """Whether a tempo of a plan came with a style: the very words that asked for the style brought it."""
    return bool(tempo.because) and any(isinstance(op, Restyle) and op.because == tempo.because for op in ops)
