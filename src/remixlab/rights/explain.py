"""Reasons in words: who decided, what is closed; one kind sentence, without blame and without legalese."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from remixlab.domain.rights import UNKNOWN_TERRITORY, Decision, Duty, Scope

CALLED: Final[dict[Scope, str]] = {
    Scope.REMIX: "remixes",
    Scope.COVER: "covers",
    Scope.REARRANGE: "changes of its form",
    Scope.GENRE_SHIFT: "other styles",
    Scope.TEMPO_PITCH: "changes of tempo or key",
    Scope.REHARMONIZE: "new chords",
    Scope.EFFECTS: "sound effects",
    Scope.VOCAL_ISOLATION: "versions with the voice alone",
    Scope.VOCAL_TRANSFORM: "changes of the voice",
    Scope.STEM_STREAM: "instant previews of its single parts",
    Scope.STREAM: "listening to the original",
    Scope.VOICE_LIKENESS: "imitations of the voice",
    Scope.NAME_IMAGE_LIKENESS: "the use of the artist's name or picture",
    Scope.SAMPLING: "sampling",
    Scope.MASHUP: "mash-ups",
    Scope.STEM_EXPORT: "downloads of its single parts",
    Scope.DOWNLOAD: "downloads",
    Scope.PUBLIC_SHARE: "sharing in public",
    Scope.EXTERNAL_SHARE: "sharing outside this service",
    Scope.COMMERCIAL_USE: "commercial use",
    Scope.TRAINING: "the training of models",
    Scope.STYLE_REFERENCE: "being named as a style",
    Scope.INTEGRITY: "changes that go this far",
}


def title_of(genre: str) -> str:
    """A style as it is said: `drum-and-bass` becomes `drum and bass`."""
    return genre.replace("-and-", " and ").replace("-", " ")


def percent(ratio: float) -> str:
    return f"{ratio * 100:.1f}".rstrip("0").rstrip(".") + " %"


def joined(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def not_opened(name: str, scope: Scope) -> str:
    return f"{name} hasn't opened this song to {CALLED[scope]} yet."


def closed(name: str, scope: Scope) -> str:
    return f"{name} keeps this song closed to {CALLED[scope]}."


def withdrawn(name: str, scope: Scope | None = None) -> str:
    return f"{name} has taken this song back from {CALLED[scope] if scope else 'all remixes and covers'}."


def held(kind: str) -> str:
    why = "the people who made it settle a question between them" if kind == "dispute" else "a legal question is open"
    return f"This song rests while {why}."


def outside_dates(name: str, scope: Scope, opens: datetime | None) -> str:
    if opens is not None:
        return f"{name} opens this song to {CALLED[scope]} on {opens:%Y-%m-%d}."
    return f"{name} had opened this song to {CALLED[scope]}, and that time has ended."


def quarantined() -> str:
    return "This file sounds like something that was here before: it waits until a person has listened to it."


def unsigned_voice(name: str, scope: Scope) -> str:
    return f"{name} has not signed yet for how long, and in which words, this song is open to {CALLED[scope]}."


def not_yours(name: str) -> str:
    return f"This recording belongs to {name} here, so your word alone cannot open it."


def only_private() -> str:
    return "You said that this recording is yours: what you make of it stays private."


def unknown_recording() -> str:
    return "We don't know this recording, so nobody could say yes to it."


def waiting(name: str) -> str:
    return f"{name} likes to hear about each remix first: your request is ready to send."


def declined(name: str) -> str:
    return f"{name} listened to this request and said no."


def passed_limit(code: str, name: str, asked: str | float | None, limit: str | float | tuple[str, ...] | None) -> str:
    """The sentence of one limit of a permission."""
    match code:
        case "territory":
            places = f" It is open in {joined(limit)}." if isinstance(limit, tuple) and limit else ""
            here = "from a place that we cannot tell" if asked == UNKNOWN_TERRITORY else f"where you are ({asked})"
            return f"{name} hasn't opened this song {here}.{places}"
        case "tier":
            return f"{name} opens this song to {limit} accounts."
        case "daily_limit":
            return f"{name} allows {_number(limit)} of these a day for each listener, and yours are made for today."
        case "share":
            return f"{name} asks for a larger part of the money than this deal pays."
        case "tempo":
            most, goes = percent(_float(limit)), percent(_float(asked))
            return f"{name} allows tempo changes of up to {most}; this one goes {goes}."
        case "pitch":
            return f"{name} allows up to {_semitones(limit)} of transposition; this goes {_semitones(asked)}."
        case "length":
            return f"{name} allows up to {_number(limit)} seconds of this song; this takes {_number(asked)}."
        case "genre":
            return f"{name} hasn't opened this song to {title_of(str(asked))} versions."
        case "topic":
            return f"{name} doesn't want this song used for {asked}."
        case _:
            raise AssertionError(f"no sentence for {code}")


def keep_private() -> Duty:
    return Duty(code="private", message="Keep it to yourself: it may not be shared.")


def give_credit(text: str) -> Duty:
    return Duty(code="credit", message=f"Credit: {text}")


def summary(decision: Decision) -> str:
    """The decision in one sentence: the first reason decides what is said."""
    if decision.reasons:
        return decision.reasons[0].message
    if decision.duties:
        return "Yes. " + " ".join(duty.message for duty in decision.duties)
    return "Yes, everybody who has a say in this song agreed to it."


def _float(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _number(value: object) -> str:
    return f"{_float(value):g}"


def _semitones(value: object) -> str:
    count = _number(value)
    return f"{count} semitone" if count == "1" else f"{count} semitones"
