"""Which of our styles a recording is nearest to: what a band plays in that was not told otherwise."""

from __future__ import annotations

from math import log2

from remixlab.domain.audio import Audio
from remixlab.domain.errors import EngineUnavailable
from remixlab.domain.music import Bar, DrumHit
from remixlab.listening.embedding import feel
from remixlab.listening.zero_shot import order_words
from remixlab.plan import styles

_CLEAR = 0.25
"""From this fit on the embedding is believed; on openly licensed records it then named the right family in seven of
nine."""
_TEMPO_COST = 1.5
"""What an octave outside of a style's tempi takes of its fit."""
_NO_DRUMS, _MANY_DRUMS = 1.0, 4.0
"""Strokes in a bar: fewer are no drummer, more are a kit."""
_ON_EVERY_BEAT = 0.7
"""A kick on so many of the beats is four on the floor."""
_NEAR_S = 0.06
"""A stroke so near to a beat is on it."""


def heard_style(recording: Audio, tempo_bpm: float, bars: tuple[Bar, ...], drums: tuple[DrumHit, ...]) -> str:
    """The id of the nearest style: by the embedding where that is clear, else by what the drums do."""
    try:
        found = feel(recording)
        fits = order_words("style", found) if found is not None else ()
    except EngineUnavailable:
        fits = ()
    known = set(styles.ids())
    ranked = [
        (fit.fit - _TEMPO_COST * fit.fit * _outside(fit.value, tempo_bpm), fit.value)
        for fit in fits
        if fit.value in known
    ]
    if ranked and max(ranked)[0] >= _CLEAR:
        return max(ranked)[1]
    return _by_drums(bars, drums)


def _outside(style_id: str, tempo_bpm: float) -> float:
    """How far a tempo, at its nearest octave, lies outside of a style's. Unit: octaves."""
    low, high = styles.load(style_id).tempo_bpm
    return min(max(0.0, log2(low / t), log2(t / high)) for t in (tempo_bpm, tempo_bpm * 2, tempo_bpm / 2))


def _by_drums(bars: tuple[Bar, ...], drums: tuple[DrumHit, ...]) -> str:
    """A small acoustic band where nobody drums, a dance band where the kick marks every beat, else a rock band."""
    a_bar = len(drums) / max(1, len(bars))
    if a_bar < _MANY_DRUMS:
        return "folk-acoustic" if a_bar >= _NO_DRUMS else "piano-ballad"
    beats = [beat for bar in bars for beat in bar.beats_s]
    kicks = sorted(hit.time_s for hit in drums if hit.piece == "kick")
    return "house" if _share_on(beats, kicks) >= _ON_EVERY_BEAT else "rock"


def _share_on(beats: list[float], strokes: list[float]) -> float:
    """The share of beats that have a stroke on them; both in order."""
    on, at = 0, 0
    for beat in beats:
        while at < len(strokes) and strokes[at] < beat - _NEAR_S:
            at += 1
        on += at < len(strokes) and strokes[at] <= beat + _NEAR_S
    return on / max(1, len(beats))
