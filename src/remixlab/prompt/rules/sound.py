"""What is said of sound: effects, the voice, instruments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from remixlab.domain.audio import ALL_STEMS, Stem
from remixlab.domain.music import Analysis
from remixlab.plan.effects import (
    Chorus,
    Crush,
    Delay,
    Drive,
    Effect,
    Fade,
    Filter,
    Flanger,
    Gain,
    Gate,
    Reverb,
    Stutter,
    Tape,
    Vinyl,
)  # fmt: skip
from remixlab.plan.ops import Duck, Manner, Revoice, Treat
from remixlab.prompt.reading import Reading
from remixlab.prompt.rules.fades import fade_of
from remixlab.prompt.rules.stems import BAND, stem_of_instrument, stems_of
from remixlab.prompt.text.clauses import Clause

Chain = tuple[Effect, ...]

Strengths = tuple[Chain, Chain, Chain]
"""An effect a little, plainly, and much."""


def _filters(
    mode: Literal["low-pass", "high-pass", "band-pass"],
    little: float,
    plain: float,
    much: float,
    sweep_to_hz: float | None = None,
) -> Strengths:
    def one(cutoff_hz: float) -> Chain:
        return (Filter(mode=mode, cutoff_hz=cutoff_hz, sweep_to_hz=sweep_to_hz),)

    return one(little), one(plain), one(much)


def _closing(little: float, plain: float, much: float) -> Strengths:
    def one(sweep_to_hz: float) -> Chain:
        return (Filter(mode="low-pass", cutoff_hz=16_000.0, sweep_to_hz=sweep_to_hz),)

    return one(little), one(plain), one(much)


def _small_speaker(low_hz: float, high_hz: float) -> Chain:
    return Filter(mode="high-pass", cutoff_hz=low_hz), Filter(mode="low-pass", cutoff_hz=high_hz)


def _fades(direction: Literal["in", "out"]) -> Strengths:
    return (
        (Fade(direction=direction, beats="8"),),
        (Fade(direction=direction, beats="16"),),
        (Fade(direction=direction, beats="32"),),
    )


def _next_room(cutoff_hz: float, decay_s: float) -> Chain:
    return Filter(mode="low-pass", cutoff_hz=cutoff_hz), Reverb(decay_s=decay_s, mix=0.16)


CHAINS: Mapping[str, Strengths] = {
    "reverb": ((Reverb(decay_s=1.2, mix=0.14),), (Reverb(decay_s=2.2, mix=0.26),), (Reverb(decay_s=4.5, mix=0.42),)),
    "delay": (
        (Delay(mix=0.14),),
        (Delay(beats="3/4", feedback=0.35, mix=0.24),),
        (Delay(beats="3/4", feedback=0.55, mix=0.36),),
    ),
    "chorus": ((Chorus(mix=0.25),), (Chorus(),), (Chorus(depth=0.8, mix=0.55),)),
    "flanger": ((Flanger(mix=0.3),), (Flanger(),), (Flanger(depth=0.9, mix=0.6),)),
    "drive": ((Drive(drive_db=5.0),), (Drive(drive_db=11.0),), (Drive(drive_db=20.0),)),
    "crush": ((Crush(bits=11, rate_hz=16_000.0),), (Crush(),), (Crush(bits=5, rate_hz=6_000.0),)),
    "tape": ((Tape(wow=0.2),), (Tape(),), (Tape(wow=0.75),)),
    "vinyl": ((Vinyl(level_db=-42.0),), (Vinyl(),), (Vinyl(level_db=-28.0),)),
    "gate": ((Gate(open_share=0.7),), (Gate(),), (Gate(open_share=0.35),)),
    "stutter": ((Stutter(beats="1/2"),), (Stutter(),), (Stutter(beats="1/8"),)),
    "low-pass": _filters("low-pass", 4000.0, 1500.0, 600.0),
    "high-pass": _filters("high-pass", 120.0, 300.0, 700.0),
    "band-pass": _filters("band-pass", 1200.0, 1500.0, 1800.0),
    "muffled": (_next_room(2500.0, 0.6), _next_room(700.0, 1.0), _next_room(350.0, 1.4)),
    "warm": _filters("low-pass", 9000.0, 7000.0, 5000.0),
    "thin": _filters("high-pass", 120.0, 250.0, 600.0),
    "telephone": (_small_speaker(250.0, 4500.0), _small_speaker(400.0, 3400.0), _small_speaker(500.0, 2600.0)),
    "filter-sweep": _filters("low-pass", 900.0, 350.0, 120.0, sweep_to_hz=16_000.0),
    "filter-close": _closing(900.0, 350.0, 120.0),
    "fade-in": _fades("in"),
    "fade-out": _fades("out"),
}
"""What the names of effects mean."""

VOICED: Mapping[str, Manner] = {"telephone": "telephone", "stutter": "chopped"}
"""Effects that are a way of singing when said of the voice."""


def chain_of(name: str, amount: str = "") -> Chain:
    """The effects that a word means, at the strength said."""
    little, plain, much = CHAINS[name]
    return {"little": little, "much": much}.get(amount, plain)


def softened(effect: Effect) -> Effect | None:
    """The effect at about half its strength; None where that is next to nothing."""
    match effect:
        case Reverb() | Delay() | Chorus() | Flanger():
            return effect.model_copy(update={"mix": round(effect.mix / 2, 3)}) if effect.mix > 0.1 else None
        case Drive():
            return (
                effect.model_copy(update={"drive_db": round(effect.drive_db / 2, 2)}) if effect.drive_db > 3 else None
            )
        case Crush():
            return (
                effect.model_copy(update={"bits": effect.bits + 3, "rate_hz": min(44_100.0, effect.rate_hz * 2)})
                if effect.bits < 12
                else None
            )
        case Tape():
            return effect.model_copy(update={"wow": round(effect.wow / 2, 3)}) if effect.wow > 0.1 else None
        case Vinyl():
            return effect.model_copy(update={"level_db": effect.level_db - 8}) if effect.level_db > -50 else None
        case Gate():
            return (
                effect.model_copy(update={"open_share": (1 + effect.open_share) / 2})
                if effect.open_share < 0.8
                else None
            )
        case Filter(mode="low-pass"):
            return effect.model_copy(update={"cutoff_hz": effect.cutoff_hz * 2}) if effect.cutoff_hz < 8000 else None
        case Filter(mode="high-pass"):
            return effect.model_copy(update={"cutoff_hz": effect.cutoff_hz / 2}) if effect.cutoff_hz > 60 else None
        case Filter() | Gain() | Fade() | Stutter():
            return None


def treat(clause: Clause, reading: Reading) -> bool:
    """`reverb on the vocals`, `a bit of echo in the bridge`."""
    done = False
    amount = next(iter(clause.values("amount")), "")
    if not amount and {"more", "up"} & set(clause.heads):
        amount = "much"
    stems = stems_of(clause) or _stems_of_instruments(clause) or ALL_STEMS
    for name in clause.values("fx"):
        if ("fx", name) in reading.forbidden:
            continue
        if name == "duck":
            done = _duck(clause, reading) or done
            continue
        if name in VOICED and stems == (Stem.VOCALS,):
            done = _revoice(VOICED[name], clause, reading) or done
            continue
        if name in ("fade-out", "fade-in"):
            _fade(name, amount, stems, clause, reading)
            done = True
            continue
        for place in clause.places or ("all",):
            reading.draft(Treat(on=stems, chain=chain_of(name, amount), at=place), clause)
            done = True
    return done


def _fade(name: str, amount: str, stems: tuple[Stem, ...], clause: Clause, reading: Reading) -> None:
    (plain,) = chain_of(name, amount)
    assert isinstance(plain, Fade)
    said = next((tag.value("lasts") for tag in clause.tags if tag.value("fx") == name), None)
    place = _fade_place(clause)
    if said is None and name == "fade-out" and (bars := _bars_to_the_end(place, reading.analysis)):
        said, place = f"{bars} bars", "all"
    shaped, seconds = fade_of(said, plain, reading.analysis)
    reading.draft(Treat(on=stems, chain=(shaped,), at=place), clause, lasts_s=seconds)


def _bars_to_the_end(place: str, analysis: Analysis | None) -> int:
    """`fade out from 1:40`: how long it is from there; 0 where the place ends before the song."""
    if analysis is None or not place.startswith("bars:"):
        return 0
    first, last = (int(n) for n in place.removeprefix("bars:").split("-"))
    return last - first + 1 if last >= len(analysis.bars) > first else 0


def _fade_place(clause: Clause) -> str:
    # A fade at the end of the whole is what `fade out in the outro` means too.
    return next((p for p in clause.places if p.split(":")[0] not in ("intro", "outro")), "all")


def _stems_of_instruments(clause: Clause) -> tuple[Stem, ...]:
    found = {stem_of_instrument(i) for i in clause.values("instrument")}
    return tuple(s for s in ALL_STEMS if s in found)


def _duck(clause: Clause, reading: Reading) -> bool:
    """`pump the synths against the kick`: drums lead if named, else the voice, else the kick is meant."""
    named = [Stem(v) for tag in clause.tags for v in tag.values("stem") if v in tuple(ALL_STEMS)]
    lead = Stem.DRUMS
    if Stem.DRUMS not in named and Stem.VOCALS in named:
        lead = Stem.VOCALS
    on = {s for s in (*stems_of(clause), *_stems_of_instruments(clause)) if s != lead}
    if not on:
        on = set(BAND) if lead is Stem.VOCALS else {Stem.BASS, Stem.OTHER}
    depth = {"little": 4.0, "": 7.0, "much": 11.0}[next(iter(clause.values("amount")), "")]
    for place in clause.places or ("all",):
        reading.draft(Duck(on=tuple(s for s in ALL_STEMS if s in on), under=lead, depth_db=depth, at=place), clause)
    return True


def revoice(clause: Clause, reading: Reading) -> bool:
    """`robot voice`, `a choir on the chorus`, `autotune`."""
    done = False
    for name in clause.values("manner"):
        if ("manner", name) not in reading.forbidden:
            done = _revoice(name, clause, reading) or done
    return done


def _revoice(name: str, clause: Clause, reading: Reading) -> bool:
    for place in clause.places or ("all",):
        reading.draft(Revoice.model_validate({"manner": name, "at": place}), clause)
    return True


def add_instruments(clause: Clause, reading: Reading) -> bool:
    """`with horns`, `add a banjo in the bridge`: what they play is decided when style and kind are known."""
    done = False
    reading.added = reading.added or clause.joint == "with" or clause.has("head") or bool(clause.places)
    for tag in clause.of("instrument"):
        for name in tag.values("instrument"):
            if ("instrument", name) in reading.forbidden:
                continue
            reading.instruments.append((name, reading.words([tag]), clause.confidence, clause.places))
            done = True
    return done
