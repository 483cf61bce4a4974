"""The singer's range, as it was heard: a key is reached from the side on which the voice stays singable."""

from __future__ import annotations

from typing import NamedTuple

from remixlab.domain.audio import Stem
from remixlab.domain.music import Analysis, Key, Note
from remixlab.plan.form import shift_to
from remixlab.plan.ops import Mute, Transpose
from remixlab.prompt.reading import Draft, Reading

NOTES_MIN = 8
OUTSIDE_COST = 2
"""A semitone outside the range weighs as much as two semitones of shift."""
_SINGERS = ((40, 64), (45, 69), (48, 72), (53, 77), (57, 81), (60, 84))
"""Bass, baritone, tenor, alto, mezzo, soprano, in MIDI numbers. Source: usual choral ranges."""


class Range(NamedTuple):
    """Lowest and highest note that the voice can be asked to sing, in MIDI numbers."""

    low: float
    high: float

    def outside(self, low: float, high: float) -> float:
        return max(0.0, self.low - low) + max(0.0, high - self.high)


def heard_range(melody: tuple[Note, ...]) -> Range | None:
    """Where the melody lies for nine tenths of its time; None when too little was heard to say."""
    notes = sorted(melody, key=lambda n: n.midi)
    if len(notes) < NOTES_MIN:
        return None
    total = sum(n.end_s - n.start_s for n in notes)

    def reached(share: float) -> float:
        passed = 0.0
        for note in notes:
            passed += note.end_s - note.start_s
            if passed >= share * total:
                return note.midi
        return notes[-1].midi

    return Range(reached(0.05), reached(0.95))


def singable(heard: Range) -> Range:
    """The range of the kind of voice that sings here, at least what it was heard to sing."""
    centre = (heard.low + heard.high) / 2
    low, high = min(_SINGERS, key=lambda s: abs((s[0] + s[1]) / 2 - centre))
    return Range(min(low, heard.low), max(high, heard.high))


def kindest_shift(nearest: int, analysis: Analysis | None) -> int:
    """The shift to the same key, up or down within the octave, that leaves the voice where it can sing.

    Law: differs from `nearest` by whole octaves, and only where the nearer way leads out of the range.
    """
    heard = heard_range(analysis.melody) if analysis else None
    if heard is None or nearest == 0:
        return nearest
    room = singable(heard)

    def cost(shift: int) -> float:
        return abs(shift) + OUTSIDE_COST * room.outside(heard.low + shift, heard.high + shift)

    return min((nearest, nearest - 12 if nearest > 0 else nearest + 12), key=cost)


def keep_in_range(drafts: list[Draft], reading: Reading, kind: str) -> list[Draft]:
    """The drafts with an octave beside every key that the voice could not follow; a voice that is not heard
    follows everywhere.
    """
    analysis = reading.analysis
    if analysis is None or kind == "cover" or any(_silences_voice(d) for d in drafts):
        return drafts
    result: list[Draft] = []
    for draft in drafts:
        result.append(draft)
        op = draft.op
        if isinstance(op, Transpose) and op.key is not None:
            nearest = shift_to(analysis.parsed_key, Key.parse(op.key))
            octave = kindest_shift(nearest, analysis) - nearest
            if octave:
                why = f"so that the voice stays in its range: {nearest + octave:+d} semitones, not {nearest:+d}"
                result.append(draft._replace(op=Transpose(semitones=octave, at=op.at), asked=False, why=why))
    return result


def _silences_voice(draft: Draft) -> bool:
    return isinstance(draft.op, Mute) and draft.op.at == "all" and Stem.VOCALS in draft.op.on
