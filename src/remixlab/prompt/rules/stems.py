"""What is said of stems and levels: keep, mute, only, louder, softer, instead."""

from __future__ import annotations

from math import log10

from remixlab.domain.audio import ALL_STEMS, Stem
from remixlab.plan.ops import Keep, Level, Mute, Perform
from remixlab.prompt.reading import Reading
from remixlab.prompt.text.clauses import Clause

BAND = (Stem.DRUMS, Stem.BASS, Stem.OTHER)
LEVEL_DB = {"little": 2.0, "": 4.0, "much": 7.0}
PROTECTS = {
    "tempo": "tempo",
    "key": "key",
    "harmony": "harmony",
    "groove": "groove",
    "form": "form",
    "style": "style",
    "effect": "effects",
}


def stems_of(clause: Clause) -> tuple[Stem, ...]:
    """The stems that a clause names, in the order of the plan language."""
    named: set[Stem] = set()
    for value in clause.values("stem"):
        if value == "band":
            named.update(BAND)
        elif value == "all":
            named.update(ALL_STEMS)
        elif value != "rest":
            named.add(Stem(value))
    if clause.has("stem", "rest"):
        named = set(ALL_STEMS) - named if named else set(BAND)
    return tuple(stem for stem in ALL_STEMS if stem in named)


def stem_of_instrument(instrument: str) -> Stem:
    """The stem of the master that an instrument would be found in."""
    if instrument.endswith("-kit") or instrument in ("percussion", "breaks"):
        return Stem.DRUMS
    if instrument.endswith("bass"):
        return Stem.BASS
    return Stem.VOCALS if instrument.endswith("voice") else Stem.OTHER


def loudness_step(clause: Clause, *, up: bool) -> float:
    """How many dB are meant: said in dB or percent, by `a bit` or `much`, else a clear step."""
    amount = next(iter(clause.values("amount")), "")
    decibels = clause.number("db")
    percent = clause.number("percent")
    if decibels:
        size = abs(decibels)
    elif percent:
        size = max(1.0, min(12.0, round(percent * 0.12, 1)))
    elif clause.has("number", "double", "half") or clause.has("tempo", "double"):
        size = 6.0
    else:
        size = LEVEL_DB[amount]
    return min(size, 24.0) if up else -min(size, 24.0)


def keep(clause: Clause, reading: Reading) -> bool:
    """`keep the vocals`, `don't touch the tempo`."""
    done = False
    stems = set(stems_of(clause)) | {stem_of_instrument(i) for i in clause.values("instrument")}
    named = tuple(s for s in ALL_STEMS if s in stems)
    if clause.has("thing", "melody") and not named:
        named = (Stem.VOCALS,)
    if named and len(named) < len(ALL_STEMS):
        reading.draft(Keep(on=named), clause)
        done = True
    elif clause.values("stem") == ("all",):
        reading.note(clause, "all else stays as it is")
        done = True
    for thing in clause.values("thing"):
        if thing in PROTECTS:
            reading.protected.add(PROTECTS[thing])
            reading.note(clause, f"the {PROTECTS[thing]} stays as it is")
            done = True
    if not done and clause.places and not clause.has("style"):
        reading.note(clause, "this part stays in")
        return True
    return done or bool(named)


def mute(clause: Clause, reading: Reading) -> bool:
    """`no drums`, `take the bass out in the second verse`."""
    stems = stems_of(clause)
    if not stems or len(stems) == len(ALL_STEMS):
        return False
    for place in clause.places or ("all",):
        reading.draft(Mute(on=stems, at=place), clause)
    return True


def only(clause: Clause, reading: Reading) -> bool:
    """`just the vocals`: everything else is silent there."""
    stems = stems_of(clause)
    instruments = clause.values("instrument")
    if not stems and instruments:
        reading.bare = True
        return False
    if not stems:
        return False
    silent = tuple(s for s in ALL_STEMS if s not in stems)
    if silent:
        for place in clause.places or ("all",):
            reading.draft(Mute(on=silent, at=place), clause)
    return True


def set_level(clause: Clause, reading: Reading, *, up: bool) -> bool:
    """`more bass`, `the guitars a little softer in the bridge`."""
    stems = stems_of(clause)
    sure = 0.95
    if not stems and clause.has("instrument"):
        found = {stem_of_instrument(i) for i in clause.values("instrument")}
        stems, sure = tuple(s for s in ALL_STEMS if s in found), 0.7
    if not stems:
        return False
    for place in clause.places or ("all",):
        reading.draft(Level(on=stems, gain_db=loudness_step(clause, up=up), at=place), clause, confidence=sure)
    return True


def set_to(clause: Clause, reading: Reading) -> bool:
    """`vocals -3 dB`, `bass +2`, `drums at 50 %`: a level said as a figure and nothing else.

    Law: the sign that was written is the sign of the level.
    """
    tag = next((t for t in clause.tags if t.is_a("db", "percent", "count") and t.number is not None), None)
    if clause.heads or (clause.places == () and clause.has("times")) or tag is None or tag.number is None:
        return False
    written = reading.found[tag.first].text
    if tag.is_a("percent"):
        gain_db = tag.number * 0.12 if written[:1] in "+-" else 20.0 * log10(max(tag.number, 0.1) / 100.0)
    elif tag.is_a("db") or written[:1] in "+-":
        gain_db = tag.number
    else:
        return False
    on = stems_of(clause) or tuple(
        s for s in ALL_STEMS if s in {stem_of_instrument(i) for i in clause.values("instrument")}
    )
    if not on or not round(gain_db, 1):
        return False
    for place in clause.places or ("all",):
        reading.draft(Level(on=on, gain_db=max(-60.0, min(24.0, round(gain_db, 1))), at=place), clause, confidence=0.9)
    return True


def replace(clause: Clause, reading: Reading) -> bool:
    """`replace the vocals with a saxophone`: the stem falls silent, its line is played anew."""
    stems = stems_of(clause)
    instruments = list(clause.values("instrument"))
    if not stems and len(instruments) > 1:
        stems = (stem_of_instrument(instruments[0]),)
        instruments = instruments[1:]
    if not stems or not instruments:
        return False
    lines = {Stem.VOCALS: "melody", Stem.DRUMS: "drums", Stem.BASS: "bass", Stem.OTHER: "chords"}
    for place in clause.places or ("all",):
        reading.draft(Mute(on=stems, at=place), clause)
        for stem in stems:
            reading.draft(
                Perform.model_validate(
                    {"line": lines[stem], "instrument": playable(instruments[0], stem), "at": place}
                ),
                clause,
            )
    return True


_PLAYED_AS = {
    "synths": "lead-synth",
    "gated-kit": "909-kit",
    "breaks": "jungle-kit",
    "percussion": "latin-kit",
    "riser": "supersaw",
}


def playable(instrument: str, stem: Stem = Stem.OTHER) -> str:
    """The id of an instrument that can play a line; group names fall to their nearest."""
    if instrument == "synths" and stem is Stem.BASS:
        return "synth-bass"
    if instrument == "synths" and stem is Stem.OTHER:
        return "pad"
    return _PLAYED_AS.get(instrument, instrument)
