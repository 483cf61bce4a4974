"""What is not heard any more: stems that are left out, muted, or so far below the voice that it stands alone.

Silence has many spellings: `mute`, a gain of -60 dB, a low-pass at 20 Hz, a gate that never opens. For the right to
hear a voice by itself they are one. Law: adding a verb never makes more of the band heard.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from remixlab.domain.audio import Stem
from remixlab.plan.effects import Effect, Fade, Filter, Gain, Gate
from remixlab.plan.ops import Duck, Level, Mute, Op, Treat
from remixlab.plan.plan import RemixPlan

BAND: Final = frozenset({Stem.DRUMS, Stem.BASS, Stem.OTHER})

DROWNED_DB: Final = 30.0
"""A stem this far below where it was, against the voice, is masked by it."""

SILENT_DB: Final = 1_000.0
_LOW_PASS_HZ: Final = 80.0
_HIGH_PASS_HZ: Final = 10_000.0
_OPEN_SHARE: Final = 0.05


def silenced(plan: RemixPlan) -> frozenset[Stem]:
    """Stems of the band that do not sound somewhere, or sound too softly beside the voice to be heard."""
    absent = BAND - set(plan.stems)
    fallen = dict.fromkeys(BAND, 0.0)
    raised_db = 0.0
    for op in plan.ops:
        for stem, by_db in falls(op).items():
            if stem in fallen:
                fallen[stem] += by_db
        raised_db += _voice_raised_db(op)
    return absent | {stem for stem, by_db in fallen.items() if by_db + raised_db >= DROWNED_DB}


def falls(op: Op) -> Mapping[Stem, float]:
    """By how much each stem is turned down against the voice by a verb, at its lowest. Unit: dB, positive.

    What is done to the voice as well leaves the balance as it is: a song that fades out is no voice alone.
    """
    match op:
        case Mute() | Level() | Treat() if Stem.VOCALS in op.on:
            return {}
        case Mute():
            return dict.fromkeys(op.on, SILENT_DB)
        case Level():
            return dict.fromkeys(op.on, -op.gain_db) if op.gain_db < 0 else {}
        case Treat():
            by_db = sum(_falls_by_db(effect) for effect in op.chain)
            return dict.fromkeys(op.on, by_db) if by_db > 0 else {}
        case Duck():
            return dict.fromkeys(op.on, op.depth_db)
        case _:
            return {}


def _falls_by_db(effect: Effect) -> float:
    match effect:
        case Gain():
            return max(0.0, -effect.gain_db)
        case Fade():
            return SILENT_DB
        case Filter():
            return SILENT_DB if any(_passes_nothing(effect.mode, hz) for hz in _cutoffs(effect)) else 0.0
        case Gate():
            return SILENT_DB if effect.open_share < _OPEN_SHARE else 0.0
        case _:
            return 0.0


def _cutoffs(effect: Filter) -> Iterator[float]:
    yield effect.cutoff_hz
    if effect.sweep_to_hz is not None:
        yield effect.sweep_to_hz


def _passes_nothing(mode: str, cutoff_hz: float) -> bool:
    below, above = cutoff_hz <= _LOW_PASS_HZ, cutoff_hz >= _HIGH_PASS_HZ
    return {"low-pass": below, "high-pass": above, "band-pass": below or above}[mode]


def _voice_raised_db(op: Op) -> float:
    match op:
        case Level() if Stem.VOCALS in op.on and BAND.isdisjoint(op.on):
            return max(0.0, op.gain_db)
        case Treat() if Stem.VOCALS in op.on and BAND.isdisjoint(op.on):
            return sum(max(0.0, effect.gain_db) for effect in op.chain if isinstance(effect, Gain))
        case _:
            return 0.0
