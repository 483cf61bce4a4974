"""A follow-up edits the plan that is there: `less drums than before`, `undo the tempo`, `and no reverb`."""

from __future__ import annotations

from collections.abc import Sequence

from remixlab.domain.audio import Stem
from remixlab.domain.errors import UnknownPlace
from remixlab.domain.music import Analysis
from remixlab.plan.ops import (
    Groove,
    Keep,
    Layer,
    Level,
    Mute,
    Op,
    Perform,
    Reharmonize,
    Restyle,
    Revoice,
    Swing,
    Tempo,
    Transpose,
    Treat,
)
from remixlab.plan.plan import RemixPlan
from remixlab.prompt.places.locate import locate
from remixlab.prompt.reading import Draft, Lessened, Note, Reading
from remixlab.prompt.rules.pace import comes_with_style
from remixlab.prompt.rules.sound import softened
from remixlab.prompt.text.lexicon import meanings

_FORM = ("arrange", "repeat", "cut")


def weaken(base: RemixPlan | None, reading: Reading) -> RemixPlan | None:
    """The former plan with the effects softer that shall be less; what it has not cannot be taken from the
    recording.
    """
    for less in reading.lessened:
        ops = [weaker for op in (base.ops if base else ()) for weaker in _weaker(op, less)]
        if base is None or tuple(ops) == base.ops:
            reading.skip(less.words, "this recording has its own, which cannot be taken out of its sound")
            continue
        base = base.model_copy(update={"ops": tuple(ops)})
        reading.notes.append(Note(less.words, "less of that effect", 0.9))
    return base


def bring_back(base: RemixPlan | None, reading: Reading) -> RemixPlan | None:
    """The former plan with stems heard again from a place on, or everywhere."""
    for wanted in reading.returns:
        if base is None or reading.analysis is None:
            continue
        on = wanted.on or next((op.on for op in reversed(base.ops) if isinstance(op, Mute) and op.at == "all"), ())
        ops = [left for op in base.ops for left in _heard_again(op, on, wanted.place, reading.analysis)]
        if not on or tuple(ops) == base.ops:
            reading.skip(wanted.words, "it plays there already")
            continue
        base = base.model_copy(update={"ops": tuple(ops)})
        reading.notes.append(Note(wanted.words, "heard again", 0.9))
    return base


def _heard_again(op: Op, on: Sequence[Stem], place: str, analysis: Analysis) -> list[Op]:
    """A mute of the whole without these stems, and beside it their silence up to the place."""
    if not isinstance(op, Mute) or op.at != "all" or not set(op.on) & set(on):
        return [op]
    others, again = (tuple(s for s in op.on if (s in on) is inside) for inside in (False, True))
    try:
        before = locate(f"before({place})", analysis) if place else ()
    except UnknownPlace:
        return [op]
    rest: list[Op] = [op.model_copy(update={"on": others})] if others else []
    return [*rest, *(op.model_copy(update={"on": again, "at": at}) for at in before)]


def _weaker(op: Op, less: Lessened) -> list[Op]:
    """The verb with the effect softened on the stems meant; on the others it stays."""
    if not isinstance(op, Treat) or not set(op.on) & set(less.on) or all(fx.fx != less.fx for fx in op.chain):
        return [op]
    chain = tuple(soft for fx in op.chain if (soft := softened(fx) if fx.fx == less.fx else fx) is not None)
    meant, others = (tuple(s for s in op.on if (s in less.on) is inside) for inside in (True, False))
    made = [op.model_copy(update={"on": meant, "chain": chain})] if chain else []
    return [*made, op.model_copy(update={"on": others})] if others else list(made)


def follow(base: RemixPlan, drafts: Sequence[Draft], reading: Reading) -> tuple[list[Op], list[Draft]]:
    """What stays of the former plan, and what is added to it."""
    kept = _taken_back(list(base.ops), reading)
    kept, drafts = _without_players(base, kept, drafts, reading)
    added: list[Draft] = []
    for draft in drafts:
        kept, draft = _merged(kept, draft)
        added.append(draft)
    if reading.protected:
        kept = [op for op in kept if not _is_protected(op, reading.protected)]
    return kept, [d for d in added if not _says_nothing(d.op)]


def _taken_back(ops: list[Op], reading: Reading) -> list[Op]:
    removed = set(reading.removed)
    if "last" in removed and ops:
        ops = ops[:-1]
    ops = [op for op in ops if not _is_removed(op, removed)]
    forbidden = {value for kind, value in reading.forbidden if kind == "fx"} | {
        r[3:] for r in removed if r.startswith("fx:")
    }
    manners = {value for kind, value in reading.forbidden if kind == "manner"}
    ops = [op for op in ops if not (isinstance(op, Revoice) and op.manner in manners)]
    return [stripped for op in ops if (stripped := _without_effects(op, forbidden)) is not None]


def _without_players(
    base: RemixPlan, ops: list[Op], drafts: Sequence[Draft], reading: Reading
) -> tuple[list[Op], list[Draft]]:
    """`drop the percussion` takes the part away that the plan added; what no part plays any more is not silenced
    in its place.
    """
    barred = {value for kind, value in reading.forbidden if kind == "instrument"}
    left = [op for op in ops if not _plays(op, barred)]
    anew = {stem for op in base.ops if isinstance(op, Restyle) and op.at == "all" for stem in op.on}
    kept: list[Draft] = []
    for draft in drafts:
        if (
            isinstance(draft.op, Mute)
            and not draft.asked
            and barred
            and (len(left) < len(ops) or set(draft.op.on) <= anew)
        ):
            if len(left) == len(ops):
                reading.skip(draft.words, "there is none of it left to take out")
            continue
        kept.append(draft)
    if len(left) < len(ops):
        reading.notes.append(Note(", ".join(sorted(barred)), "that part is gone", 0.9))
    return left, kept


def _plays(op: Op, instruments: set[str]) -> bool:
    """Whether a verb adds a part that one of these instruments plays."""
    parts = {str(meanings()["layer"].get(name, "")) for name in instruments} - {""}
    return (isinstance(op, Layer) and op.part in parts) or (isinstance(op, Perform) and op.instrument in instruments)


def _is_removed(op: Op, removed: set[str]) -> bool:
    names = {op.op}
    if op.op in _FORM:
        names.add("form")
    if isinstance(op, Groove | Swing):
        names.add("groove")
    if isinstance(op, Restyle | Layer):
        names.update((f"style:{op.style}", op.style, "restyle"))
    if isinstance(op, Revoice):
        names.add(f"manner:{op.manner}")
    if isinstance(op, Perform):
        names.add(f"instrument:{op.instrument}")
    if isinstance(op, Mute | Level | Restyle | Treat):
        names.update(f"stem:{stem}" for stem in op.on if len(op.on) == 1 or isinstance(op, Mute))
    return bool(names & removed)


def _without_effects(op: Op, names: set[str]) -> Op | None:
    if not isinstance(op, Treat) or not names:
        return op
    chain = tuple(fx for fx in op.chain if fx.fx not in names)
    return op.model_copy(update={"chain": chain}) if chain else None


def _is_protected(op: Op, protected: set[str]) -> bool:
    """`keep the tempo` said afterwards takes back what changed it."""
    return (
        (isinstance(op, Tempo) and "tempo" in protected)
        or (isinstance(op, Transpose) and "key" in protected)
        or (isinstance(op, Reharmonize) and "harmony" in protected)
    )


def _merged(ops: list[Op], draft: Draft) -> tuple[list[Op], Draft]:
    """The former plan without what the new verb replaces; levels and relative tempi add up."""
    op = draft.op
    match op:
        case Tempo():
            before = next((o for o in ops if isinstance(o, Tempo) and o.at == op.at), None)
            rest = [o for o in ops if not (isinstance(o, Tempo) and o.at == op.at)]
            if before is not None and before.ratio is not None and op.ratio is not None:
                ratio = round(min(4.0, max(0.25, before.ratio * op.ratio)), 4)
                return rest, draft._replace(op=op.model_copy(update={"ratio": ratio}))
            return rest, draft
        case Transpose():
            before = next((o for o in ops if isinstance(o, Transpose) and o.at == op.at), None)
            rest = [o for o in ops if not (isinstance(o, Transpose) and o.at == op.at)]
            if before is not None and before.semitones is not None and op.semitones is not None:
                return rest, draft._replace(
                    op=op.model_copy(update={"semitones": max(-24, min(24, before.semitones + op.semitones))})
                )
            return rest, draft
        case Reharmonize():
            return [o for o in ops if not (isinstance(o, Reharmonize) and o.at == op.at)], draft
        case Level():
            return _levels(ops, op, draft)
        case Restyle():
            return _restyled(ops, op), draft
        case Keep():
            return [_spared(o, set(op.on)) for o in ops if _spared(o, set(op.on)) is not None], draft  # type: ignore[misc]
        case Mute() | Revoice():
            return [o for o in (_unkept(o, set(op.on)) for o in ops) if o is not None], draft
        case _:
            return ops, draft


def _levels(ops: list[Op], op: Level, draft: Draft) -> tuple[list[Op], Draft]:
    before = next((o for o in ops if isinstance(o, Level) and o.on == op.on and o.at == op.at), None)
    rest = [o for o in ops if o is not before]
    # Louder again means that it may be heard again.
    if op.gain_db > 0:
        rest = [o for o in rest if not (isinstance(o, Mute) and set(o.on) <= set(op.on) and o.at == op.at)]
    if before is None:
        return rest, draft
    gain_db = max(-60.0, min(24.0, before.gain_db + op.gain_db))
    return rest, draft._replace(op=op.model_copy(update={"gain_db": gain_db}))


def _restyled(ops: list[Op], op: Restyle) -> list[Op]:
    """A new style takes over the stems it plays, and the layers of the old one go with it."""
    old = {o.style for o in ops if isinstance(o, Restyle) and set(o.on) <= set(op.on) and o.at == op.at}
    result: list[Op] = []
    for o in ops:
        if old and isinstance(o, Tempo) and comes_with_style(o, ops):
            continue
        if isinstance(o, Layer) and o.style in old and o.style != op.style:
            continue
        if isinstance(o, Restyle) and o.at == op.at:
            left = tuple(s for s in o.on if s not in op.on)
            if not left:
                continue
            o = o.model_copy(update={"on": left})
        if isinstance(o, Keep):
            left = tuple(s for s in o.on if s not in op.on)
            if not left:
                continue
            o = o.model_copy(update={"on": left})
        result.append(o)
    return result


def _spared(op: Op, stems: set[Stem]) -> Op | None:
    if not isinstance(op, Mute | Restyle | Revoice):
        return op
    left = tuple(s for s in op.on if s not in stems)
    return op.model_copy(update={"on": left}) if left else None


def _unkept(op: Op, stems: set[Stem]) -> Op | None:
    if not isinstance(op, Keep):
        return op
    left = tuple(s for s in op.on if s not in stems)
    return op.model_copy(update={"on": left}) if left else None


def _says_nothing(op: Op) -> bool:
    return (
        (isinstance(op, Tempo) and op.ratio == 1.0)
        or (isinstance(op, Transpose) and op.semitones == 0)
        or (isinstance(op, Level) and op.gain_db == 0)
    )
