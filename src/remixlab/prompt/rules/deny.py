"""What a clause rules out: no, not, only, everything but."""

from __future__ import annotations

from remixlab.domain.audio import ALL_STEMS, Stem
from remixlab.domain.errors import UnknownPlace
from remixlab.domain.music import Analysis
from remixlab.plan.ops import Keep, Mute
from remixlab.plan.where import find
from remixlab.prompt.places.locate import locate
from remixlab.prompt.reading import Reading
from remixlab.prompt.rules import length, shape, sound, stems, taste
from remixlab.prompt.rules.presets import expand_presets
from remixlab.prompt.text.clauses import Clause

FORBIDDABLE = ("fx", "manner", "style", "mood", "instrument", "scene", "era", "feel", "harmony")


_HUSHED = frozenset(
    [
        "silence",
        "silent",
        "mute",
        "muted",
        "stop",
        "stops",
        "stille",
        "stumm",
        "silencio",
        "silenzio",
        "silencia",
        "silencie",
        "silenzia",
    ]
)


def _says_more(clause: Clause) -> bool:
    kinds = (
        "thing",
        "instrument",
        "manner",
        "style",
        "mood",
        "tempo",
        "pitch",
        "interval",
        "preset",
        "scene",
        "percent",
        "db",
        "bpm",
        "feel",
    )
    return any(clause.has(kind) for kind in kinds)


_NOUNS = frozenset(["silence", "silent", "stille", "silencio", "silenzio"])


def _hushes(clause: Clause, reading: Reading) -> bool:
    """`silence for one bar before the chorus`, `mute everything in bar 8`: all is silent there, nothing is cut."""
    hushed = next(
        (t for t in clause.tags if t.value("head") == "no" and reading.found[t.first].folded in _HUSHED), None
    )
    if hushed is None:
        return False
    follows = reading.found[hushed.last + 1].folded if hushed.last + 1 < len(reading.found) else ""
    noun = reading.found[hushed.first].folded in _NOUNS and follows != "the"
    others = ("instrument", "fx", "manner", "style", "mood", "thing", "dance")
    return (
        (clause.has("stem") or noun)
        and bool(clause.places)
        and not set(clause.values("stem")) - {"all", "rest"}
        and not any(clause.has(k) for k in others)
    )


def refuse(clause: Clause, reading: Reading) -> bool:
    if _hushes(clause, reading):
        return _mute(ALL_STEMS, clause, reading, confidence=0.8)
    if (
        clause.places
        and clause.has("stem")
        and not set(clause.values("stem")) - {"all", "rest"}
        and not clause.has("fx")
    ):
        return shape.cut(clause, reading)
    if clause.has("stem", "all") and not clause.has("fx"):
        return clause.values("stem") == ("all",) and not _says_more(clause) and _mute(ALL_STEMS, clause, reading)
    others = ("stem", "instrument", "fx", "manner", "style", "mood")
    if clause.has("seconds") and not any(clause.has(kind) for kind in others) and not clause.places:
        return length.shorten(clause, reading)
    protected = _protect(clause, reading)
    if clause.has("fx") or clause.has("manner"):
        reading.note(clause, "none is added")
        return True
    if stems.mute(clause, reading):
        return True
    if clause.has("instrument"):
        found = {stems.stem_of_instrument(i) for i in clause.values("instrument")}
        on = tuple(s for s in ALL_STEMS if s in found)
        for place in clause.places or ("all",):
            reading.draft(Mute(on=on, at=place), clause, confidence=0.5, asked=False)
        return True
    if any(tag.is_a(*FORBIDDABLE) for tag in clause.tags):
        reading.note(clause, "none of that")
        return True
    if clause.places:
        return shape.cut(clause, reading)
    return protected or expand_presets(clause, reading)


def _protect(clause: Clause, reading: Reading) -> bool:
    """`no tempo change`, `not faster`, `don't transpose it`."""
    found: set[str] = {stems.PROTECTS[t] for t in clause.values("thing") if t in stems.PROTECTS}
    if clause.has("tempo") or (
        clause.has("bpm") and not any(clause.has(kind) for kind in ("stem", "instrument", "fx"))
    ):
        found.add("tempo")
    if clause.has("pitch") or clause.has("interval") or clause.has("key"):
        found.add("key")
    if clause.has("mode"):
        found.add("harmony")
    for thing in sorted(found):
        reading.protected.add(thing)
        reading.note(clause, f"the {thing} stays as it is")
    return bool(found)


def negate(clause: Clause, reading: Reading) -> bool:
    heads = set(clause.heads)
    protected = _protect(clause, reading)
    if protected and not clause.has("stem"):
        return True
    if clause.has("fx") or clause.has("manner") or clause.has("style") or clause.has("mood"):
        reading.note(clause, "none of that")
        return True
    if heads & {"louder", "quieter", "more", "less", "up", "down"} and (clause.has("stem") or clause.has("instrument")):
        reading.note(clause, "it stays as loud as it is")
        return True
    if "keep" in heads:
        return stems.mute(clause, reading) or shape.cut(clause, reading) or protected
    if clause.has("stem") or clause.has("instrument"):
        if clause.has("perceive") and "change" not in heads:
            # `I'd rather not hear the drummer` wants it gone; `don't touch the drums` wants it kept.
            return stems.mute(clause, reading) or refuse(clause, reading)
        return stems.keep(clause, reading) or protected
    if clause.places:
        reading.note(clause, "this part stays in")
        return True
    return protected


def single_out(clause: Clause, reading: Reading) -> bool | None:
    """`only the drums`. None when the word only softens: `just add reverb`, `only a bit slower`."""
    others = (
        "fx",
        "tempo",
        "pitch",
        "style",
        "mood",
        "manner",
        "interval",
        "bpm",
        "percent",
        "harmony",
        "key",
        "swing",
        "feel",
        "preset",
        "scene",
    )
    more = {
        "add",
        "more",
        "less",
        "louder",
        "quieter",
        "up",
        "down",
        "change",
        "replace",
        "repeat",
        "start",
        "end",
    } & set(clause.heads)
    if clause.has("stem") and not clause.has("tempo"):
        others = tuple(kind for kind in others if kind not in ("bpm", "key"))
    if any(clause.has(kind) for kind in others) or more:
        return None
    if _only_there(clause):
        return _silent_elsewhere(clause, reading)
    if clause.has("stem"):
        done = stems.only(clause, reading)
        if done and clause.has("instrument"):
            sound.add_instruments(clause, reading)
        return done
    if clause.has("instrument"):
        reading.bare = True
        return None
    if clause.places:
        return shape.arrange(clause, reading, manner="only")
    return None


def _only_there(clause: Clause) -> bool:
    """`drums only in the chorus`: the word stands between the stem and the place, so it limits the place."""
    solid = [t for t in clause.tags if not t.is_a("filler") or t.is_a("at")]
    only = next((n for n, t in enumerate(solid) if t.value("head") == "only"), 0)
    behind = solid[only + 1] if only + 1 < len(solid) else None
    return behind is not None and behind.is_a("at", "bars", "span") and any(t.is_a("stem") for t in solid[:only])


def _silent_elsewhere(clause: Clause, reading: Reading) -> bool:
    named = stems.stems_of(clause)
    if not named or reading.analysis is None:
        return False
    here = [place for place in clause.places if _is_here(place, reading.analysis)]
    if not here:
        reading.skip(reading.words(clause.tags), "this recording has no such part")
        return True
    for place in locate(f"outside({'|'.join(here)})", reading.analysis):
        reading.draft(Mute(on=named, at=place), clause)
    return True


def enter(clause: Clause, reading: Reading) -> bool:
    """`let the drums come in after the intro`: until then they are silent."""
    named, analysis = stems.stems_of(clause) or _silenced(reading), reading.analysis
    if not named or analysis is None:
        return False
    # Silent everywhere was meant up to here.
    reading.drafts = [
        d for d in reading.drafts if not (isinstance(d.op, Mute) and d.op.at == "all" and set(d.op.on) <= set(named))
    ]
    first = find(clause.places[0], analysis)[0] if _is_here(clause.places[0], analysis) else None
    if first is None:
        return False
    # `not until the chorus` names the silence itself.
    silence = clause.places[0] if first.first == 1 else next(iter(locate(f"before({clause.places[0]})", analysis)), "")
    if silence:
        reading.draft(Mute(on=named, at=silence), clause, confidence=0.85)
    return bool(silence)


def _silenced(reading: Reading) -> tuple[Stem, ...]:
    """What `them` are in `and then bring them back`: the stems that were just silenced."""
    last = next((d.op for d in reversed(reading.drafts) if isinstance(d.op, Mute) and d.op.at == "all"), None)
    return last.on if last else ()


def _is_here(place: str, analysis: Analysis) -> bool:
    try:
        return bool(find(place, analysis))
    except UnknownPlace:
        return False


def except_for(clause: Clause, reading: Reading) -> bool:
    """`everything but the voice`: what is said is said of all the others."""
    named = stems.stems_of(Clause(tuple(t for t in clause.tags if t.value("stem") != "all"), clause.joint))
    if not named:
        return False
    heads = set(clause.heads)
    if clause.has("fx") and not {"no", "not"} & heads:
        others = tuple(("stem", str(s)) for s in ALL_STEMS if s not in named)
        tag = clause.of("except")[0]._replace(senses=others)
        return sound.treat(
            Clause((*(t for t in clause.tags if not t.is_a("stem", "except")), tag), clause.joint, clause.places),
            reading,
        )
    if {"no", "only"} & heads:
        others = tuple(s for s in ALL_STEMS if s not in named)
        return _mute(others, clause, reading)
    if clause.has("style") or clause.has("scene") or clause.has("era") or "change" in heads or "replace" in heads:
        reading.draft(Keep(on=named), clause)
        taste.hear_styles(
            Clause(tuple(t for t in clause.tags if not t.is_a("stem")), clause.joint, clause.places), reading
        )
        return True
    return _mute(named, clause, reading, confidence=0.85)


def _mute(on: tuple[Stem, ...], clause: Clause, reading: Reading, confidence: float = 0.95) -> bool:
    for place in clause.places or ("all",) if on else ():
        reading.draft(Mute(on=on, at=place), clause, confidence=confidence)
    return bool(on)


def forbid(clause: Clause, reading: Reading) -> None:
    if not {"no", "not"} & set(clause.heads) or (
        clause.has("head", "keep", "no") and "not" in clause.heads and not clause.has("fx")
    ):
        return
    for tag in clause.tags:
        for kind, value in tag.senses:
            if kind in FORBIDDABLE:
                reading.forbidden.add((kind, value))
            if kind == "preset":
                reading.forbidden.add(("preset", value))
