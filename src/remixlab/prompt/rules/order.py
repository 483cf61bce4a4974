"""Which rule of the form a clause means: swap, move, start, end, repeat, shorter, longer."""

from __future__ import annotations

from dataclasses import replace

from remixlab.prompt.places.locate import locate
from remixlab.prompt.reading import Reading
from remixlab.prompt.rules import length, shape
from remixlab.prompt.text.clauses import Clause


def reorder(clause: Clause, reading: Reading) -> bool:
    heads = set(clause.heads)
    if clause.has("length", "twice") and not clause.places:
        return length.lengthen(clause, reading)
    if clause.has("length", "twice"):
        return shape.repeat(clause, reading)
    if clause.has("length", "half") and not clause.places:
        return length.shorten(clause, reading)
    if length.is_loop(clause, reading):
        return length.loop(clause, reading)
    if heads & {"start", "end"} and (clock := _moment_of(clause)):
        return shape.cut(clause if "end" in heads else replace(clause, places=_up_to(clock, reading)), reading)
    stemless = not clause.has("stem") and not clause.has("instrument") and not clause.has("fx")
    if "swap" in heads and len(clause.places) > 1:
        return shape.arrange(clause, reading, manner="swap")
    if clause.places and stemless and heads <= {"down"} and not _wants_sound(clause):
        if clause.has("order", "1"):
            return shape.arrange(clause, reading, manner="start")
        if "down" in heads and not clause.has("interval") and not clause.has("number"):
            return shape.cut(clause, reading)
    if clause.places and stemless:
        if "before" in heads and len(clause.places) > 1:
            return shape.arrange(clause, reading, manner="before")
        if "after" in heads and len(clause.places) > 1:
            return shape.arrange(clause, reading, manner="after")
        if "move" in heads:
            return shape.arrange(
                clause,
                reading,
                manner="to-end" if clause.has("order", "last") or "outro" in clause.places else "to-start",
            )
        if "start" in heads:
            return shape.arrange(clause, reading, manner="start")
        if "end" in heads:
            return shape.arrange(clause, reading, manner="end")
        doubled = clause.has("number", "double", "triple") and not clause.has("tempo") and not clause.has("thing")
        repeats = "repeat" in heads or clause.has("times") or doubled
        if repeats and not clause.has("tempo") and not clause.has("feel"):
            return shape.repeat(_at_the_end(clause), reading)
        if clause.has("length", "longer") or (_asks_again(clause, reading) and not _wants_sound(clause)):
            return shape.repeat(clause, reading)
        if clause.has("length", "shorter") and not clause.has("seconds"):
            return shape.cut(clause, reading)
    if clause.has("length", "shorter") or (clause.has("seconds") and "down" in heads):
        if any(d.op.op in ("cut", "arrange") for d in reading.drafts) and not (
            reading.trimmed and clause.has("seconds")
        ):
            return True
        return length.shorten(clause, reading)
    if (
        clause.has("seconds")
        and (clause.has("length", "goal") or not (heads - {"keep"}))
        and not clause.has("length", "longer")
        and not _wants_sound(clause)
    ):
        longer = (
            reading.analysis is not None
            and (clause.number("seconds") or 0) * reading.pace > reading.analysis.duration_s
        )
        return length.lengthen(clause, reading) if longer else length.shorten(clause, reading)
    if clause.has("length", "longer") or (clause.has("seconds") and "repeat" in heads):
        return length.lengthen(clause, reading)
    whole = clause.values("stem") == ("all",) or (
        clause.has("times") and not clause.has("stem") and not clause.has("instrument")
    )
    if not clause.places and "repeat" in heads and whole and not _wants_sound(clause):
        return length.repeat_all(clause, reading)
    return False


def _moment_of(clause: Clause) -> str:
    """`end at 1:00`, `start at 0:30`: the moment on the clock."""
    said = next((v for v in clause.values("at") if v.startswith("from(time(")), "")
    if not said and not clause.places and clause.has("seconds") and "start" in clause.heads:
        return f"time({clause.value('seconds')})"
    return said.removeprefix("from(").removesuffix(")")


def _up_to(moment: str, reading: Reading) -> tuple[str, ...]:
    return locate(f"before({moment})", reading.analysis) if reading.analysis else ()


_AGAIN = frozenset(["more", "extra", "additional", "another", "mehr", "plus", "davantage", "mas", "piu", "mais"])


def _asks_again(clause: Clause, reading: Reading) -> bool:
    """`more chorus`; a bigger chorus is not a longer one."""
    return any(t.value("head") == "more" and reading.found[t.first].folded in _AGAIN for t in clause.tags)


def _at_the_end(clause: Clause) -> Clause:
    """`the chorus at the end twice` is the last chorus."""
    labels = [p for p in clause.places if p != "outro"]
    if "outro" not in clause.places or not labels:
        return clause
    return replace(clause, places=tuple(p if ":" in p else f"{p}:last" for p in labels))


def _wants_sound(clause: Clause) -> bool:
    return any(
        clause.has(kind) for kind in ("fx", "mood", "tempo", "swing", "feel", "style", "manner", "thing", "pitch")
    )
