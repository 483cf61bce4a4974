"""Words that mean different things in different company, settled before any rule reads them."""

from __future__ import annotations

from remixlab.domain.audio import ALL_STEMS
from remixlab.plan.prompt import stems
from remixlab.plan.prompt.clauses import Clause


def settle(clause: Clause, found: list[Clause]) -> Clause:
    """The clause with `the rest`, `alone` and `drop` read as they are meant here."""
    return _with_drop(_with_alone(_with_rest(clause, found)))


def _with_rest(clause: Clause, found: list[Clause]) -> Clause:
    """`the rest` is what the other wishes do not name."""
    if not clause.has("stem", "rest") or clause.has("except"):
        return clause
    named = {stem for other in found if other is not clause for stem in stems.stems_of(other)}
    others = tuple(s for s in ALL_STEMS if s not in named) if named else stems.BAND
    senses = tuple(("stem", str(s)) for s in others)
    tags = tuple(t._replace(senses=senses) if t.value("stem") == "rest" else t for t in clause.tags)
    return Clause(tags, clause.joint, clause.places)


def _with_alone(clause: Clause) -> Clause:
    """`leave the voice alone` keeps it; `the voice alone` means nothing else."""
    if "alone" not in clause.heads:
        return clause
    head = "keep" if "keep" in clause.heads else "only"
    return Clause(
        tuple(t._replace(senses=(("head", head),)) if t.value("head") == "alone" else t for t in clause.tags), clause.joint, clause.places
    )


def _with_drop(clause: Clause) -> Clause:
    """`drop the drums` leaves them out, `drop the bass` brings it in, `drop it by 3 dB` lowers it."""
    if "drop" not in clause.heads:
        return clause
    lowers = any(clause.has(kind) for kind in ("db", "percent", "interval", "thing", "tempo", "pitch", "mood", "amount", "count"))
    bass = clause.values("stem") == ("bass",)
    head = "down" if lowers or not (clause.has("stem") or clause.places) else "louder" if bass else "no"
    tags = tuple(t._replace(senses=(("head", head),)) if t.value("head") == "drop" else t for t in clause.tags)
    return Clause(tags, clause.joint, clause.places)
