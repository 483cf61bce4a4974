"""A plan in plain English, one sentence a verb: what a person reads before pressing Make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, assert_never

from remixlab.domain.audio import ALL_STEMS, Stem
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
from remixlab.plan.ops import (
    Arrange,
    Cut,
    Duck,
    Groove,
    Keep,
    Layer,
    Level,
    Mute,
    Op,
    Perform,
    Reharmonize,
    Repeat,
    Restyle,
    Revoice,
    Sample,
    Swing,
    Tempo,
    Transpose,
    Treat,
)  # fmt: skip
from remixlab.plan.plan import RemixPlan

Kind = Literal["remix", "cover"]
_LINES: Mapping[Stem, str] = {Stem.VOCALS: "melody", Stem.OTHER: "chords"}
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


def describe(plan: RemixPlan) -> tuple[str, ...]:
    """One sentence for the header where it says something, then one for each verb."""
    return (*_header(plan), *(sentence(op, kind=plan.kind) for op in plan.ops))


def sentence(op: Op, *, kind: Kind = "remix") -> str:
    """What one verb does, as a musician would say it to a listener.

    In a cover the stems are lines: melody, drums, bass, chords.
    """
    text = _act(op, _LINES if kind == "cover" else {})
    place = getattr(op, "at", "all")
    if not isinstance(op, Cut | Repeat) and place != "all":
        text += f" {_in(place)}"
    return f"{text[0].upper()}{text[1:]}."


def name_place(place: str) -> str:
    """`chorus:2` as `the second chorus`, `bars:9-16` as `bars 9 to 16`."""
    if place == "all":
        return "the whole piece"
    if place.startswith("bars:"):
        first, last = place.removeprefix("bars:").split("-")
        return f"bar {first}" if first == last else f"bars {first} to {last}"
    label, _, nth = place.partition(":")
    if not nth:
        return f"every {label}" if label in ("verse", "chorus") else f"the {label}"
    if nth == "last":
        return f"the last {label}"
    number = int(nth)
    return f"the {ORDINALS[number - 1]} {label}" if number <= len(ORDINALS) else f"{label} {number}"


def _header(plan: RemixPlan) -> tuple[str, ...]:
    font = (
        (f"New parts play on the SoundFont “{plan.soundfont.name}” where it has their instruments.",)
        if plan.soundfont
        else ()
    )
    if plan.kind == "cover":
        return ("A cover: the tune and the chords, performed anew; nothing of the master sounds.", *font)
    missing = [s for s in ALL_STEMS if s not in plan.stems]
    return (f"Without the {_and(missing)} of the recording.", *font) if missing else font


def _act(op: Op, names: Mapping[Stem, str]) -> str:
    match op:
        case Arrange():
            return "play " + ", then ".join(name_place(p) for p in op.form)
        case Repeat():
            return f"play {name_place(op.at)} {'twice' if op.times == 2 else f'{op.times} times'}"
        case Cut():
            return f"leave out {name_place(op.at)}"
        case Tempo():
            return _tempo(op)
        case Swing():
            return f"swing the off-beats by {op.amount:.0%}"
        case Groove():
            return f"{op.feel}-time feel" if op.feel in ("half", "double") else f"{op.feel} feel"
        case Transpose():
            return f"move it to {op.key}" if op.key else _semitones(op.semitones or 0)
        case Reharmonize():
            return f"reharmonise: {op.manner}" if op.manner else "play over " + " ".join(op.chords or ())
        case Keep():
            is_one = len(op.on) == 1 and op.on[0] in ("bass", "other")
            return f"keep the {_and(_named(op.on, names))} as {'it is' if is_one else 'they are'}"
        case Mute():
            return f"silence the {_and(_named(op.on, names))}"
        case Level():
            return f"{_and(_named(op.on, names))} {'louder' if op.gain_db >= 0 else 'softer'} by {abs(op.gain_db):g} dB"
        case Restyle():
            return f"play the {_and(_named(op.on, names))} anew as {_title(op.style)}"
        case Revoice():
            return f"{op.manner} voice"
        case Layer():
            return f"add {_title(op.style)} {op.part}{_level(op.gain_db)}"
        case Perform():
            return f"play the {op.line} on {_title(op.instrument)}{_level(op.gain_db)}"
        case Sample():
            return f"lay {name_place(op.take)} of {op.recording} over it{_level(op.gain_db)}"
        case Treat():
            return f"{_and([_effect(fx) for fx in op.chain])} on {_whom(op.on, names)}"
        case Duck():
            return f"duck {_whom(op.on, names)} under the {op.under} by {op.depth_db:g} dB"
        case _:
            assert_never(op)


def _effect(fx: Effect) -> str:
    match fx:
        case Gain():
            return f"{fx.gain_db:+g} dB"
        case Fade():
            return f"a fade {fx.direction} over {fx.beats} beats"
        case Filter():
            sweep = f" sweeping to {fx.sweep_to_hz:g} Hz" if fx.sweep_to_hz else ""
            return f"a {fx.mode} filter at {fx.cutoff_hz:g} Hz{sweep}"
        case Reverb():
            return f"{fx.decay_s:g} s of reverb"
        case Delay():
            return f"echoes every {fx.beats} beat"
        case Chorus() | Flanger():
            return fx.fx
        case Drive():
            return f"{fx.drive_db:g} dB of drive"
        case Crush():
            return f"a {fx.bits}-bit crush"
        case Tape():
            return "tape wow"
        case Vinyl():
            return "vinyl crackle"
        case Gate():
            return f"a gate every {fx.beats} beat"
        case Stutter():
            return f"a stutter of {fx.beats} beat"
        case _:
            assert_never(fx)


def _tempo(op: Tempo) -> str:
    if op.bpm is not None:
        return f"play at {op.bpm:g} bpm"
    ratio = op.ratio or 1.0
    return f"play {abs(ratio - 1):.0%} {'faster' if ratio >= 1 else 'slower'}"


def _semitones(count: int) -> str:
    return f"{abs(count)} semitone{'s' if abs(count) != 1 else ''} {'higher' if count >= 0 else 'lower'}"


def _level(gain_db: float) -> str:
    return f" at {gain_db:+g} dB" if gain_db else ""


def _whom(stems: Sequence[Stem], names: Mapping[Stem, str]) -> str:
    return "everything" if len(stems) == len(ALL_STEMS) else f"the {_and(_named(stems, names))}"


def _named(stems: Sequence[Stem], names: Mapping[Stem, str]) -> list[str]:
    return [names.get(stem, stem.value) for stem in stems]


def _in(place: str) -> str:
    return f"in {name_place(place)}"


def _title(style: str) -> str:
    return style.replace("-", " ")


def _and(words: Sequence[str]) -> str:
    texts = [str(w) for w in words]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"
