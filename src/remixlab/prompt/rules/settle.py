"""Words that mean different things in different company, settled before any rule reads them."""

from __future__ import annotations

from dataclasses import replace

from remixlab.domain.audio import ALL_STEMS, Stem
from remixlab.prompt.rules import stems
from remixlab.prompt.text.clauses import Clause


def settle(clause: Clause, found: list[Clause]) -> Clause:
    """The clause with `the rest`, `alone` and `drop` read as they are meant here."""
    clause = _cut_to(clause)
    clause = _without_slow_effects(_traded(_with_drop(_with_alone(_with_rest(clause, found)))))
    return _with_full_band(_with_depth(clause))


def _with_rest(clause: Clause, found: list[Clause]) -> Clause:
    """`the rest` is what the other wishes do not name."""
    if not clause.has("stem", "rest") or clause.has("except"):
        return clause
    named = {stem for other in found if other is not clause for stem in stems.stems_of(other)}
    # A style leaves the voice as it is, also where `the rest` is to change.
    whole = stems.BAND if any(clause.has(kind) for kind in ("style", "era", "scene")) else ALL_STEMS
    others = tuple(s for s in whole if s not in named) if named else stems.BAND
    senses = tuple(("stem", str(s)) for s in others)
    tags = tuple(t._replace(senses=senses) if t.value("stem") == "rest" else t for t in clause.tags)
    return Clause(tags, clause.joint, clause.places)


def _with_alone(clause: Clause) -> Clause:
    """`leave the voice alone` keeps it; `the voice alone` means nothing else."""
    if "alone" not in clause.heads:
        return clause
    head = "keep" if "keep" in clause.heads else "only"
    return Clause(
        tuple(t._replace(senses=(("head", head),)) if t.value("head") == "alone" else t for t in clause.tags),
        clause.joint,
        clause.places,
    )


def _with_drop(clause: Clause) -> Clause:
    """`drop the drums` leaves them out, `drop the bass` brings it in, `drop it by 3 dB` lowers it."""
    if "drop" not in clause.heads:
        return clause
    lowers = any(
        clause.has(kind) for kind in ("db", "percent", "interval", "thing", "tempo", "pitch", "mood", "amount", "count")
    )
    bass = clause.values("stem") == ("bass",)
    named = any(clause.has(kind) for kind in ("stem", "instrument", "fx", "manner")) or bool(clause.places)
    head = "down" if lowers or not named else "louder" if bass else "no"
    tags = tuple(t._replace(senses=(("head", head),)) if t.value("head") == "drop" else t for t in clause.tags)
    return Clause(tags, clause.joint, clause.places)


def _with_depth(clause: Clause) -> Clause:
    """`deeper bass` has more of its depth;

    `a tone deeper` and a deeper song are lower; a deeper voice is a way of singing.
    """
    if (
        clause.has("pitch", "down")
        and _is_band_part(clause)
        and not any(clause.has(kind) for kind in ("interval", "thing", "order"))
    ):
        # `une basse plus grave`: a part alone cannot be lower, it is deeper.
        return replace(
            clause, tags=tuple(t._replace(senses=(("head", "more"),)) if t.is_a("pitch") else t for t in clause.tags)
        )
    deep = clause.of("deep")
    if not deep or any(clause.has(kind) for kind in ("interval", "pitch", "thing", "manner", "db", "percent", "count")):
        return clause
    named = stems.stems_of(clause)
    if named == (Stem.VOCALS,):
        said = (("manner", "deep"),)
    elif clause.has("stem") or clause.has("instrument"):
        less = bool({"less", "quieter", "no", "not"} & set(clause.heads))
        said = (("filler", "_"),) if less else (("head", "more"),)
    else:
        return clause
    tags = (t._replace(senses=said) if t.is_a("deep") else t for t in clause.tags)
    return replace(clause, tags=tuple(tags))


def _is_band_part(clause: Clause) -> bool:
    named = stems.stems_of(clause)
    return len(named) == 1 and Stem.VOCALS not in named and not clause.has("head", "no", "not", "keep", "only")


def _with_full_band(clause: Clause) -> Clause:
    """`with a band`, `a band arrangement` ask for more players;

    `the backing band` alone is the piece without its singer.
    """
    if (
        clause.values("stem") != ("band",)
        or clause.heads
        or (clause.joint != "with" and not clause.has("thing", "form"))
    ):
        return clause
    said = (("mood", "full"),)
    return replace(
        clause,
        tags=tuple(
            t._replace(senses=said) if t.value("stem") == "band" else t for t in clause.tags if not t.is_a("thing")
        ),
    )


_TRADED = ("mood", "mode", "harmony", "style", "era", "key", "feel", "fx", "bpm")


def _traded(clause: Clause) -> Clause:
    """`swap the happy chords for sad ones`, `from major to minor`: what comes first is what goes."""
    if (left := _instead(clause)) is not None:
        return left
    solid = [t for t in clause.tags if not t.is_a("filler") or t.is_a("trade", "reach")]
    swaps = bool({"swap", "replace", "change", "drop"} & set(clause.heads))
    for n, joint in enumerate(solid):
        to = "to" in joint.values("reach") and any("from" in t.values("reach") for t in solid[:n])
        if not (to or (swaps and joint.is_a("trade"))):
            continue
        before = [t for t in solid[:n] if t.is_a(*_TRADED)]
        kinds = {kind for t in before for kind, _ in t.senses if kind in _TRADED}
        if before and any(t.is_a(*kinds, *_ALIKE.get(next(iter(kinds)), ())) for t in solid[n + 1 :]):
            gone = [t for t in clause.tags if t in before or (swaps and t.is_a("head"))]
            # Of `happy chords` the chords stay in question.
            left = (
                t._replace(senses=(("thing", "harmony"),)) if t.is_a("harmony") else t
                for t in clause.tags
                if t not in gone or t.is_a("harmony")
            )
            return replace(clause, tags=tuple(left))
    return clause


def _cut_to(clause: Clause) -> Clause:
    """`cut the drums to half time`, `cut the tempo to 90 bpm`: what follows `to` is the goal, nothing is taken out."""
    to = next((n for n, t in enumerate(clause.tags) if "to" in t.values("reach")), None)
    if (
        to is None
        or clause.heads != ("no",)
        or not any(t.is_a("feel", "bpm", "percent", "tempo") for t in clause.tags[to:])
    ):
        return clause
    return replace(clause, tags=tuple(t for t in clause.tags if t.value("head") != "no"))


def _instead(clause: Clause) -> Clause | None:
    """`reggae instead of house`: here what comes behind is what goes."""
    turn = next((n for n, t in enumerate(clause.tags) if t.is_a("instead")), None)
    if turn is None:
        return None
    before, behind = clause.tags[:turn], clause.tags[turn + 1 :]
    kinds = {kind for t in behind for kind, _ in t.senses if kind in _TRADED}
    return replace(clause, tags=before) if kinds and any(t.is_a(*kinds) for t in before) else None


_ALIKE = {"mood": ("mode", "harmony"), "mode": ("mood", "key"), "harmony": ("mood", "mode"), "key": ("mode",)}


def _without_slow_effects(clause: Clause) -> Clause:
    """`a slow filter sweep`, `a quick fade`: the pace of the effect, not of the music."""
    effects = [n for n, t in enumerate(clause.tags) if t.is_a("fx")]
    slow = [n - 1 for n in effects if n and clause.tags[n - 1].is_a("tempo")]
    return replace(clause, tags=tuple(t for n, t in enumerate(clause.tags) if n not in slow)) if slow else clause
