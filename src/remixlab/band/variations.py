"""Variations: one bar of a pattern with a few things changed, as a player would, never its bones.

A drummer's bones are what falls on the beat: the first kick, the backbeat, four on the floor, a clave. A bass keeps its
first note, chords their first stroke. Patterns are steps (`steps.py`) without marks for the eye; dice are passed in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import lcm

import numpy as np

from remixlab.band.phrases import Hand, Phrase, changes_of
from remixlab.band.steps import REST, TIE
from remixlab.plan.styles import BEATS_PER_PATTERN_BAR, steps_of, steps_per_beat_of

_BAR = BEATS_PER_PATTERN_BAR
_STRUCK_BY_HAND = ("hat", "ride", "shaker", "tambourine", "pedal-hat")
_BACKBEATS = ("snare", "clap", "rim")
_TRIES = 3
"""A change that finds no room is tried as another one, so often."""

Kit = dict[str, list[str]]
Change = Callable[["_Bar", np.random.Generator], bool]
"""Change one bar in place; False where it has no room for that."""


class _Bar:
    """One bar of a kit as steps that can be changed."""

    def __init__(self, pieces: Kit, per_beat: int) -> None:
        self.pieces, self.per_beat = pieces, per_beat
        self.size = _BAR * per_beat

    def on_beat(self, step: int) -> bool:
        return step % self.per_beat == 0

    def on_eighth(self, step: int) -> bool:
        """Whether a step is the second half of a beat; in triplets the last of three."""
        return step % self.per_beat == (2 if self.per_beat != 2 else 1)

    def struck(self, piece: str, step: int) -> bool:
        return piece in self.pieces and self.pieces[piece][step % self.size] != REST

    def strike(self, piece: str, step: int, symbol: str) -> None:
        self.pieces.setdefault(piece, [REST] * self.size)[step] = symbol

    def hand(self) -> str | None:
        """The piece that the right hand plays most."""
        there = [piece for piece in _STRUCK_BY_HAND if piece in self.pieces]
        return max(there, key=lambda piece: sum(s != REST for s in self.pieces[piece]), default=None)

    def backbeat(self) -> str | None:
        return next((piece for piece in _BACKBEATS if piece in self.pieces), None)

    def is_four_on_the_floor(self) -> bool:
        return "kick" in self.pieces and all(self.struck("kick", k * self.per_beat) for k in range(_BAR))


def vary_kit(
    pattern: Mapping[str, str], phrase: Phrase, hand: Hand, rng: np.random.Generator, most: int = 9
) -> dict[str, str]:
    """A pattern of drums with this bar's changes. The steps that are the style's bones stay."""
    changes = _KIT_CHANGES[hand][phrase.role]
    count = min(most, changes_of(phrase, hand))
    plain = {piece: steps_of(steps) for piece, steps in pattern.items()}
    paces = {steps_per_beat_of(steps) for steps in plain.values()}
    if not count or len(paces) != 1:
        return plain
    per_beat = paces.pop()
    size = _BAR * per_beat
    bars = lcm(*(max(1, len(steps) // size) for steps in plain.values()))
    whole = {piece: list(_lengthened(steps, bars * size)) for piece, steps in plain.items()}
    made: dict[str, str] = {}
    order = [changes[int(k)] for k in rng.permutation(len(changes))]
    for number in range(bars):
        bar = _Bar({p: s[number * size : (number + 1) * size] for p, s in whole.items()}, per_beat)
        _change(bar, order, count, rng)
        for piece, steps in bar.pieces.items():
            made[piece] = made.get(piece, REST * (number * size)) + "".join(steps)
        for piece in made.keys() - bar.pieces.keys():
            made[piece] += REST * size
    return made


def _lengthened(steps: str, length: int) -> str:
    return (steps * (length // len(steps) + 1))[:length]


def _change(bar: _Bar, order: list[Change], count: int, rng: np.random.Generator) -> None:
    done = 0
    for change in order * _TRIES:
        if done >= count:
            return
        done += change(bar, rng)


def _one_of(places: list[int], rng: np.random.Generator) -> int | None:
    return places[int(rng.integers(len(places)))] if places else None


# ---------------------------------------------------------------- what a drummer changes


def _ghost(bar: _Bar, rng: np.random.Generator) -> bool:
    """A ghost note on the snare, between the eighths, where neither foot nor stick strikes."""
    if "snare" not in bar.pieces:
        return False
    free = [
        step
        for step in range(1, bar.size)
        if not bar.on_beat(step)
        and not bar.on_eighth(step)
        and not bar.struck("snare", step)
        and not bar.struck("kick", step)
        and (bar.struck("snare", step - 1) or bar.struck("snare", step + 2) or bar.struck("kick", step + 1))
    ]
    step = _one_of(free, rng)
    if step is not None:
        bar.strike("snare", step, "g")
    return step is not None


def _kick_pick_up(bar: _Bar, rng: np.random.Generator) -> bool:
    """A softer kick just before, or an eighth after, one that is there."""
    if "kick" not in bar.pieces:
        return False
    snare = bar.backbeat() or ""
    free = [
        step
        for step in range(2, bar.size)
        if not bar.on_beat(step)
        and not bar.struck("kick", step)
        and not bar.struck(snare, step)
        and (bar.struck("kick", step + 1) or (bar.on_eighth(step) and not bar.is_four_on_the_floor()))
    ]
    step = _one_of(free, rng)
    if step is not None:
        bar.strike("kick", step, "o")
    return step is not None


def _kick_rest(bar: _Bar, rng: np.random.Generator) -> bool:
    """One kick less, never one on a beat that the foot marks."""
    if "kick" not in bar.pieces:
        return False
    step = _one_of([s for s in range(1, bar.size) if bar.struck("kick", s) and not bar.on_beat(s)], rng)
    if step is not None:
        bar.strike("kick", step, REST)
    return step is not None


def _kick_moved(bar: _Bar, rng: np.random.Generator) -> bool:
    """One kick between the beats a step earlier or later."""
    if "kick" not in bar.pieces:
        return False
    snare = bar.backbeat() or ""
    moves = [
        (step, step + way)
        for step in range(2, bar.size - 1)
        for way in (-1, 1)
        if bar.struck("kick", step)
        and not bar.on_beat(step)
        and not bar.on_beat(step + way)
        and not bar.struck("kick", step + way)
        and not bar.struck(snare, step + way)
    ]
    if not moves:
        return False
    old, new = moves[int(rng.integers(len(moves)))]
    symbol = bar.pieces["kick"][old]
    bar.strike("kick", old, REST)
    bar.strike("kick", new, symbol)
    return True


def _hat_opened(bar: _Bar, rng: np.random.Generator) -> bool:
    """The hat left open on an off-beat, closed by the next stroke."""
    if "hat" not in bar.pieces:
        return False
    places = [s for s in range(bar.size) if bar.on_eighth(s) and bar.struck("hat", s) and not bar.struck("open-hat", s)]
    step = _one_of(places[len(places) // 2 :] or places, rng)
    if step is not None:
        bar.strike("hat", step, REST)
        bar.strike("open-hat", step, "o")
    return step is not None


def _hand_skips(bar: _Bar, rng: np.random.Generator) -> bool:
    """A stroke of the right hand left out, off the beat."""
    piece = bar.hand()
    if piece is None:
        return False
    struck = [s for s in range(bar.size) if bar.struck(piece, s)]
    step = _one_of([s for s in struck if not bar.on_beat(s)], rng) if len(struck) > 3 else None
    if step is not None:
        bar.strike(piece, step, REST)
    return step is not None


def _hand_adds(bar: _Bar, rng: np.random.Generator) -> bool:
    """A soft stroke of the right hand between two others."""
    piece = bar.hand()
    if piece is None:
        return False
    free = [s for s in range(1, bar.size) if not bar.struck(piece, s) and bar.struck(piece, s - 1)]
    step = _one_of(free, rng)
    if step is not None:
        bar.strike(piece, step, "g")
    return step is not None


def _soft_turn(bar: _Bar, rng: np.random.Generator) -> bool:
    """A soft second stroke on rim or clap, a step from the backbeat: machines have no ghost notes."""
    piece = bar.backbeat()
    if piece is None:
        return False
    free = [
        s
        for s in range(bar.size)
        if not bar.struck(piece, s)
        and not bar.on_beat(s)
        and (bar.struck(piece, s + 1) or bar.struck(piece, s - 1) or bar.struck(piece, s + 3))
    ]
    step = _one_of(free, rng)
    if step is not None:
        bar.strike(piece, step, "g")
    return step is not None


def _led_on(bar: _Bar, rng: np.random.Generator) -> bool:
    """A pick-up in the last beat: one, two or three strokes that grow into the next bar."""
    piece = bar.backbeat()
    if piece is None:
        return False
    first = bar.size - 1 - int(rng.integers(min(3, bar.per_beat)))
    free = [s for s in range(first, bar.size) if not bar.struck(piece, s)]
    for step in free:
        bar.strike(piece, step, "o" if step < bar.size - 1 else "x")
    return bool(free)


def _foot_stops(bar: _Bar, _rng: np.random.Generator) -> bool:
    """The foot stops for the last beat, so that the next bar falls in."""
    last = range(bar.size - bar.per_beat, bar.size)
    struck = [s for s in last if bar.struck("kick", s)]
    for step in struck:
        bar.strike("kick", step, REST)
    return bool(struck)


_KIT_CHANGES: dict[Hand, dict[str, tuple[Change, ...]]] = {
    "people": {
        "statement": (_ghost, _hand_adds, _hand_skips, _kick_pick_up),
        "variation": (_kick_moved, _kick_pick_up, _ghost, _hand_skips, _hand_adds),
        "answer": (_hat_opened, _ghost, _kick_rest, _kick_pick_up, _hand_adds),
        "turnaround": (_led_on, _hat_opened, _ghost, _kick_pick_up, _hand_skips),
    },
    "machine": {
        "statement": (_hand_skips, _hand_adds, _soft_turn),
        "variation": (_hand_adds, _hand_skips, _soft_turn),
        "answer": (_hat_opened, _soft_turn, _kick_pick_up, _hand_skips),
        "turnaround": (_led_on, _foot_stops, _kick_pick_up, _hat_opened),
    },
}


# ---------------------------------------------------------------- what a bass and chords change

Line = list[str]
LineChange = Callable[[Line, int, np.random.Generator], bool]
"""Change one bar of a line in place; False where it has no room for that."""


def vary_bass(steps: str, phrase: Phrase, hand: Hand, rng: np.random.Generator) -> str:
    """A bass pattern with this bar's changes: dead notes, notes left out or early, and a way into what follows."""
    return _vary_line(steps, _BASS_CHANGES[phrase.role], changes_of(phrase, hand), rng)


def vary_chords(steps: str, phrase: Phrase, hand: Hand, rng: np.random.Generator) -> str:
    """A comping pattern with this bar's changes: strokes left out, added, early, and room for a fill."""
    return _vary_line(steps, _CHORD_CHANGES[phrase.role], changes_of(phrase, hand), rng)


def _vary_line(steps: str, changes: tuple[LineChange, ...], count: int, rng: np.random.Generator) -> str:
    plain = steps_of(steps)
    if not count:
        return plain
    per_beat = steps_per_beat_of(plain)
    size = _BAR * per_beat
    order = [changes[int(k)] for k in rng.permutation(len(changes))]
    made: list[str] = []
    for first in range(0, len(plain), size):
        bar = list(plain[first : first + size])
        done = 0
        for change in order:
            if done < count:
                done += change(bar, per_beat, rng)
        made += bar
    return "".join(made)


def _is_note(symbol: str) -> bool:
    return symbol not in (REST, TIE)


def _held_or_silent(bar: Line, step: int) -> str:
    """What stands in place of a note that is left out: the one before it holds on where this line has ties."""
    return TIE if TIE in bar and any(_is_note(s) for s in bar[:step]) else REST


def _left_out(bar: Line, per_beat: int, rng: np.random.Generator) -> bool:
    """One note less, off the beat; the one before it sounds on."""
    notes = [s for s in range(1, len(bar)) if _is_note(bar[s])]
    weak = [s for s in notes if s % per_beat and bar[s] not in "ab"] or [
        s for s in notes if s % (2 * per_beat) and bar[s] not in "ab"
    ]
    step = _one_of(weak, rng) if len(notes) > 1 else None
    if step is not None:
        bar[step] = _held_or_silent(bar, step)
    return step is not None


def _early(bar: Line, per_beat: int, rng: np.random.Generator) -> bool:
    """A note of a beat already on the eighth before it: a push."""
    half = max(1, per_beat // 2) if per_beat != 3 else 1
    moves = [
        s
        for s in range(per_beat, len(bar), per_beat)
        if _is_note(bar[s]) and bar[s] not in "abw" and _free(bar, s, half)
    ]
    step = _one_of(moves, rng)
    if step is not None:
        bar[step - half], bar[step] = bar[step], TIE if TIE in bar else REST
    return step is not None


def _free(bar: Line, step: int, back: int) -> bool:
    return all(not _is_note(bar[k]) for k in range(step - back, step))


def _dead_note(bar: Line, per_beat: int, rng: np.random.Generator) -> bool:
    """A muted stroke in the step before a note."""
    free = [s for s in range(1, len(bar) - 1) if s % per_beat and bar[s] == REST and _is_note(bar[s + 1])]
    step = _one_of(free, rng)
    if step is not None:
        bar[step] = "x"
    return step is not None


def _again(bar: Line, per_beat: int, rng: np.random.Generator) -> bool:
    """The root once more, an octave up or as it is, between two notes."""
    free = [s for s in range(2, len(bar) - 1) if s % per_beat and not _is_note(bar[s]) and not _is_note(bar[s - 1])]
    step = _one_of(free, rng)
    if step is not None:
        bar[step] = "18"[int(rng.integers(2))]
    return step is not None


def _into_the_next(bar: Line, per_beat: int, rng: np.random.Generator) -> bool:
    """A way into the next bar in the last beat: a step to its chord, alone or after the fifth."""
    last = len(bar) - (2 if per_beat == 4 else 1)
    if _is_note(bar[last]):
        return False
    bar[last] = "a"
    before = len(bar) - per_beat
    if rng.random() < 0.5 and not _is_note(bar[before]):
        bar[before] = "5"
    return True


_BASS_CHANGES: dict[str, tuple[LineChange, ...]] = {
    "statement": (_left_out, _dead_note, _again),
    "variation": (_dead_note, _again, _left_out, _early),
    "answer": (_left_out, _early, _again),
    "turnaround": (_into_the_next, _again, _left_out, _dead_note),
}


def _stroke_added(bar: Line, per_beat: int, rng: np.random.Generator) -> bool:
    """A soft stroke off the beat beside one that is there; a strumming hand goes up."""
    strokes = [s for s in bar if _is_note(s)]
    if not strokes or strokes[0].isdigit():
        return False
    symbol = "u" if any(s in "du" for s in strokes) else "o"
    free = [
        s
        for s in range(1, len(bar))
        if s % per_beat and not _is_note(bar[s]) and (_is_note(bar[s - 1]) or (s > 1 and _is_note(bar[s - 2])))
    ]
    step = _one_of(free, rng)
    if step is not None:
        bar[step] = symbol
    return step is not None


def _room_left(bar: Line, per_beat: int, _rng: np.random.Generator) -> bool:
    """Nothing new in the last beat: what sounds may ring, and a fill is heard."""
    last = [s for s in range(len(bar) - per_beat, len(bar)) if _is_note(bar[s])]
    if not last or sum(_is_note(s) for s in bar) <= len(last):
        return False
    for step in last:
        bar[step] = _held_or_silent(bar, step)
    return True


_CHORD_CHANGES: dict[str, tuple[LineChange, ...]] = {
    "statement": (_stroke_added, _left_out),
    "variation": (_early, _stroke_added, _left_out),
    "answer": (_left_out, _early, _stroke_added),
    "turnaround": (_room_left, _stroke_added, _early, _left_out),
}
