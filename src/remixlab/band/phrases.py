"""Phrases: what each bar does in its group of four and eight, and how far it may leave the pattern for it."""

from __future__ import annotations

from typing import Literal, NamedTuple

Role = Literal["statement", "variation", "answer", "turnaround"]
Hand = Literal["people", "machine"]
"""Who plays: people never play a bar twice alike, a machine repeats itself until a phrase ends."""

_ROLES: tuple[Role, ...] = ("statement", "variation", "answer", "turnaround")
"""Four bars as most songs build them: say it, say it again a little differently, answer, lead on."""
PHRASE_BARS = len(_ROLES)
"""The bars of one phrase."""
_PERIOD_BARS = 2 * PHRASE_BARS
"""Two phrases are a period: what the first asks, the second closes."""
_CHANGES: dict[Hand, dict[Role, int]] = {
    "people": {"statement": 1, "variation": 2, "answer": 2, "turnaround": 3},
    "machine": {"statement": 0, "variation": 0, "answer": 1, "turnaround": 2},
}
"""How many things a bar changes. Source for people: in the Groove MIDI Dataset three bars of a hundred equal the bar
before (Gillick et al., ICML 2019)."""


class Phrase(NamedTuple):
    """Where a bar stands in its section: its role, the number of its phrase, and whether it ends eight bars."""

    role: Role
    number: int
    closes: bool


def phrase_of(place: int, length: int) -> Phrase:
    """The phrase of a bar by its place in a section of some length; the last bar always leads on.

    Unit: places count from 0.
    """
    last = place == length - 1 and length > 1
    role = "turnaround" if last else _ROLES[place % PHRASE_BARS]
    return Phrase(role, place // PHRASE_BARS, last or place % _PERIOD_BARS == _PERIOD_BARS - 1)


def changes_of(phrase: Phrase, hand: Hand) -> int:
    """How many things such a bar changes of its pattern: the second phrase of a machine also says it anew."""
    found = _CHANGES[hand][phrase.role]
    return found + 1 if hand == "machine" and (phrase.closes or phrase.number % 2) else found
