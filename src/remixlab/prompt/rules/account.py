"""What a clause said and no verb took up: it is read once more on its own, and what is left is named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from remixlab.plan.ops import Op
from remixlab.prompt.reading import Draft, Reading
from remixlab.prompt.rules import motion, sound
from remixlab.prompt.text.clauses import Clause


class Ledger(NamedTuple):
    """How much the reading held before a clause was read."""

    drafts: int
    votes: int
    notes: int
    skipped: int
    others: int


def open_ledger(reading: Reading) -> Ledger:
    """Where the reading stands now."""
    return Ledger(len(reading.drafts), len(reading.votes), len(reading.notes), len(reading.skipped), _others(reading))


def _others(reading: Reading) -> int:
    return (
        len(reading.instruments)
        + len(reading.removed)
        + len(reading.lessened)
        + len(reading.forbidden)
        + len(reading.protected)
        + bool(reading.surprise)
        + len(reading.lengths)
    )


def close_ledger(clause: Clause, before: Ledger, reading: Reading) -> None:
    """Take up what the verbs of a clause left lying, and name what nothing took up.

    Law: after it, every figure, effect and place of an understood clause is in a verb, in a note or in `skipped`.
    """
    if len(reading.skipped) > before.skipped:
        return
    if not clause.has("head", "no", "not", "undo"):
        _take_up(clause, before, reading)
    made = reading.drafts[before.drafts :]
    if len(reading.notes) > before.notes or _others(reading) > before.others:
        # A promise or a prohibition speaks of all its words.
        made_ops = {d.op.op for d in made}
        checks: Sequence[tuple[str, Callable[[Sequence[Op]], bool]]] = _FIGURES if made_ops - {"keep"} else ()
    else:
        checks = _FIGURES
    ops = [d.op for d in made]
    for kind, taken in checks:
        left = [t for t in clause.tags if t.is_a(kind) and not _has_other_sense(t, kind)]
        if left and not taken(ops):
            reading.skip(reading.words(left), _why(kind))
    if made and clause.places and not _placed(made, clause, reading):
        places = [t for t in clause.tags if t.is_a("at", "bars", "span")]
        if places:
            reading.skip(reading.words(places), "it holds for the whole song")


def _take_up(clause: Clause, before: Ledger, reading: Reading) -> None:
    """`swap the drums for a breakbeat at 170 bpm`: one verb took the drums, the tempo is a second wish."""
    ops = [d.op for d in reading.drafts[before.drafts :]]
    if not ops:
        return
    for kinds, taken, reads in _SECOND:
        left = tuple(t for t in clause.tags if t.is_a(*kinds))
        if left and not taken(ops):
            reads(Clause(left, clause.joint, clause.places), reading)


def _any(*names: str) -> Callable[[Sequence[Op]], bool]:
    return lambda ops: any(op.op in names for op in ops)


_SECOND: tuple[tuple[tuple[str, ...], Callable[[Sequence[Op]], bool], Callable[[Clause, Reading], bool]], ...] = (
    (("bpm",), _any("tempo", "groove"), motion.set_tempo),
    (("key",), _any("transpose", "reharmonize"), motion.set_key),
    (("chords",), _any("reharmonize"), motion.set_harmony),
    (("fx",), _any("treat", "duck", "revoice", "layer"), sound.treat),
)
_FIGURES: tuple[tuple[str, Callable[[Sequence[Op]], bool]], ...] = (
    ("bpm", _any("tempo", "groove")),
    ("percent", _any("tempo", "gain", "swing", "treat", "transpose", "duck", "revoice")),
    ("db", _any("gain", "layer", "duck", "treat")),
    ("seconds", _any("cut", "repeat", "arrange", "treat", "tempo", "mute")),
    ("interval", _any("transpose", "revoice", "perform")),
    ("key", _any("transpose", "reharmonize")),
    ("chords", _any("reharmonize")),
)


def _has_other_sense(tag: object, kind: str) -> bool:
    senses = getattr(tag, "senses", ())
    return any(k not in (kind, "filler") for k, _ in senses)


def _why(kind: str) -> str:
    return {"seconds": "what should last so long?", "percent": "of what?", "db": "what should be so loud?"}.get(
        kind, ""
    )


def _placed(made: Sequence[Draft], clause: Clause, reading: Reading) -> bool:
    """Whether a verb is where the clause says, or says where by itself."""
    for draft in made:
        op = draft.op
        if op.op in ("arrange", "repeat", "cut"):
            return True
        at = getattr(op, "at", None)
        if at is not None and at != "all":
            return True
        if op.op == "treat" and any(fx.fx == "fade" for fx in op.chain):
            return True
        if op.op == "layer" and op.part in ("intro", "outro"):
            return True
    return len(reading.notes) > 0 and not made
