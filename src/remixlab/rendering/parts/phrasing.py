"""Phrasing: what a style's patterns become bar by bar, as the players of a cast vary them, and where they push."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from remixlab.band import Hand, Phrase, phrase_of, shared_push, vary_bass, vary_chords, vary_kit
from remixlab.domain.notes import BeatHit
from remixlab.plan.styles import Groove
from remixlab.rendering.layout import Layout, ResultBar

_LOOP_BARS = 8
"""A machine's loop: eight bars on, a section plays it again."""
_LEANS = {"chorus": -0.35, "solo": -0.35, "verse": 0.2, "bridge": 0.2, "break": 0.3}
"""Where people hurry and where they lean back. Unit: spreads of the band's push."""
_INTO_WHAT_COMES = -0.4
"""In the last bar before another section everybody hurries a little."""
_SHORT_FILLS, _LONG_FILLS = (1.0, 1.0, 1.5, 2.0), (2.0, 2.0, 3.0, 4.0)
"""How many beats of four a fill takes into a section of like force, and into one that lifts."""
_FILL_FROM, _FILL_TO = 0.84, 1.08
"""A fill grows: its first stroke is softer than written, its last one stronger."""


def hand_of(groove: Groove) -> Hand:
    """Who plays a style: people push and drag, machines do not."""
    return "people" if groove.push_ms > 0 else "machine"


def phrase_at(bar: ResultBar) -> Phrase:
    return phrase_of(bar.place, bar.length)


def dice_at(seed: int, style: str, groove: Groove, part: str, bar: ResultBar) -> np.random.Generator:
    """Dice for one part in one bar. People throw them in every bar; a machine's loop comes round in a section and comes
    back with it."""
    if hand_of(groove) == "people":
        place = f"{bar.section}/{bar.place}"
    else:
        place = f"{bar.label}/{bar.occurrence % 2}/{bar.place % _LOOP_BARS}"
    return np.random.default_rng([seed, zlib.crc32(f"{style}/phrase/{part}/{place}".encode())])


def kit_in(
    pattern: Mapping[str, str], bar: ResultBar, groove: Groove, dice: np.random.Generator, most: int = 9
) -> dict[str, str]:
    """The drums' pattern in one bar."""
    return vary_kit(pattern, phrase_at(bar), hand_of(groove), dice, most)


def bass_in(steps: str, bar: ResultBar, groove: Groove, dice: np.random.Generator) -> str:
    """The bass's pattern in one bar."""
    return vary_bass(steps, phrase_at(bar), hand_of(groove), dice)


def chords_in(steps: str, bar: ResultBar, groove: Groove, dice: np.random.Generator) -> str:
    """The chords' rhythm in one bar."""
    return vary_chords(steps, phrase_at(bar), hand_of(groove), dice)


def push_of(layout: Layout, groove: Groove, seed: int, *, share: float) -> NDArray[np.float64]:
    """How late each beat of a result is played by the whole band, which is one band whatever styles it plays.

    Shape: (beats,). Unit: seconds.
    """
    lean = np.zeros(layout.beats_s.size)
    for bar in layout.bars:
        leads = bar.is_last_of_section and bar.next_label is not None
        lean[bar.first : bar.first + bar.beats] = _LEANS.get(bar.label, 0.0) + (_INTO_WHAT_COMES if leads else 0.0)
    dice = np.random.default_rng([seed, zlib.crc32(b"push")])
    return shared_push(dice, lean, groove.push_ms * share)


def fill_beats(bar: ResultBar, dice: np.random.Generator) -> float:
    """How much of a section's last bar its fill takes: more of it where what comes lifts. Unit: beats."""
    lifts = bar.next_label in ("chorus", "solo") and bar.label != bar.next_label and bar.length >= 4
    options = _LONG_FILLS if lifts else _SHORT_FILLS
    return min(float(bar.beats), options[int(dice.integers(len(options)))] * max(1.0, bar.beats / 4))


def fill_strength(strokes: list[BeatHit], bar: ResultBar, begin: float) -> list[BeatHit]:
    """A fill that leads: it grows from its first stroke to the bar line."""
    span = max(0.25, bar.beats - begin)
    grown: list[BeatHit] = []
    for stroke in strokes:
        way = min(1.0, max(0.0, (stroke.beat - bar.first - begin) / span))
        grown.append(stroke._replace(velocity=min(1.0, stroke.velocity * (_FILL_FROM + (_FILL_TO - _FILL_FROM) * way))))
    return grown
