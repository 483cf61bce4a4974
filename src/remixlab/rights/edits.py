"""Small changes of a plan that may open a closed door: each answers one reason, has a cost and a few words."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple

from remixlab.domain.audio import Stem
from remixlab.domain.errors import InvalidPlan
from remixlab.domain.music import Analysis, Key
from remixlab.domain.rights import Reason, Scope, Side
from remixlab.plan import BAND, RemixPlan, falls, fold_bpm, form_of, parse, shift_to
from remixlab.plan import ops as verbs
from remixlab.plan.styles import ids, neighbours
from remixlab.rights.explain import percent, title_of

Sharing = Literal["private", "public"]

GENRES_TRIED = 3
_SHARING = frozenset({Scope.PUBLIC_SHARE, Scope.EXTERNAL_SHARE, Scope.COMMERCIAL_USE})


class Variant(NamedTuple):
    """A plan and what shall become of its result."""

    plan: RemixPlan
    share: Sharing


class Edit(NamedTuple):
    """A change of a variant. `cost` says how far it is from what was asked; `words` complete "You can ..."."""

    cost: float
    words: str
    variant: Variant


def edits_for(reason: Reason, variant: Variant, analysis: Analysis) -> Iterator[Edit]:
    """Every change that may answer a reason, the nearest first. Whether it does is decided by deciding again."""
    plan = variant.plan
    if reason.recording_id != plan.source:
        yield from _without(
            variant,
            "leave the sample out",
            2.0,
            lambda op: isinstance(op, verbs.Sample) and op.recording == reason.recording_id,
        )
        return
    match reason.code.rsplit(".", 1)[-1]:
        case "tempo":
            yield from _within_tempo(reason, variant, analysis)
        case "pitch":
            yield from _within_pitch(reason, variant, analysis)
        case "length":
            yield from _within_length(reason, variant, analysis)
        case "genre":
            yield from _other_genre(reason, variant)
        case "private_only":
            yield from _in_private(variant)
        case _:
            yield from _without_use(reason.use, variant)
    if reason.side in (Side.MASTER, Side.ARTIST):
        yield from _as_a_cover(variant)


def _in_private(variant: Variant) -> Iterator[Edit]:
    if variant.share == "public":
        yield Edit(1.0, "keep it to yourself", variant._replace(share="private"))


def _as_a_cover(variant: Variant) -> Iterator[Edit]:
    """The tune and the chords, performed anew: no sample of the master sounds."""
    if variant.plan.kind == "cover":
        return
    of_the_master = verbs.Keep | verbs.Mute | verbs.Revoice | verbs.Sample
    kept = tuple(op for op in variant.plan.ops if not isinstance(op, of_the_master))
    tree = variant.plan.to_dict() | {"kind": "cover", "stems": [], "ops": [op.to_dict() for op in kept]}
    yield Edit(6.0, "make a cover: same tune and chords, new performance", variant._replace(plan=parse(tree)))


def _without_use(scope: Scope, variant: Variant) -> Iterator[Edit]:
    """Leave out whatever needs this permission."""
    match scope:
        case Scope.REARRANGE:
            yield from _without(variant, "leave its form as it is", 2.0, _is(verbs.Arrange, verbs.Repeat, verbs.Cut))
        case Scope.TEMPO_PITCH:
            yield from _without(
                variant,
                "leave its tempo and key as they are",
                2.0,
                _is(verbs.Tempo, verbs.Swing, verbs.Groove, verbs.Transpose),
            )
        case Scope.REHARMONIZE:
            yield from _without(variant, "leave its chords as they are", 2.0, _is(verbs.Reharmonize))
        case Scope.EFFECTS:
            yield from _without(variant, "leave the effects out", 2.0, _is(verbs.Treat, verbs.Duck))
        case Scope.GENRE_SHIFT:
            yield from _without(variant, "stay in its own style", 4.0, _is(verbs.Restyle, verbs.Layer, verbs.Perform))
        case Scope.VOCAL_TRANSFORM:
            yield from _natural_voice(variant)
        case Scope.VOCAL_ISOLATION:
            yield from _accompanied(variant)
        case scope if scope in _SHARING:
            yield from _in_private(variant)
        case _:
            return


def _without(variant: Variant, words: str, cost: float, unwanted: Callable[[verbs.Op], bool]) -> Iterator[Edit]:
    kept = tuple(op for op in variant.plan.ops if not unwanted(op))
    if len(kept) < len(variant.plan.ops):
        yield Edit(cost, words, _with_ops(variant, kept))


def _natural_voice(variant: Variant) -> Iterator[Edit]:
    """No new voice: `revoice` goes, and `restyle` no longer plays over the vocals."""
    kept: list[verbs.Op] = []
    for op in variant.plan.ops:
        if isinstance(op, verbs.Revoice):
            continue
        if isinstance(op, verbs.Restyle) and Stem.VOCALS in op.on:
            rest = tuple(stem for stem in op.on if stem is not Stem.VOCALS)
            if not rest:
                continue
            op = op.model_copy(update={"on": rest})
        kept.append(op)
    yield Edit(2.0, "leave the voice as it is", _with_ops(variant, kept))


def _accompanied(variant: Variant) -> Iterator[Edit]:
    """The voice never stands alone: whatever silences the band goes, and the rest of the recording sounds again."""
    kept = [op for op in variant.plan.ops if not any(falls(op).get(stem, 0) > 0 for stem in BAND)]
    sounding = tuple(stem for stem in Stem if stem in variant.plan.stems or stem is Stem.OTHER)
    plan = variant.plan.model_copy(update={"ops": tuple(kept), "stems": sounding})
    yield Edit(2.0, "keep something playing under the voice", variant._replace(plan=plan))


def _within_tempo(reason: Reason, variant: Variant, analysis: Analysis) -> Iterator[Edit]:
    limit = _number(reason.limit)
    low, high = max(0.25, 1.0 - limit), 1.0 + limit
    overall = 1.0
    kept: list[verbs.Op] = []
    for op in variant.plan.ops:
        if isinstance(op, verbs.Tempo):
            asked = op.ratio if op.ratio is not None else fold_bpm(op.bpm or analysis.tempo_bpm, analysis.tempo_bpm)
            if op.at == "all":
                overall = asked = _inward(min(max(asked, low), high))
            elif op.ratio is not None:
                asked = _inward(min(max(asked * overall, low), high) / overall)
            else:
                asked = _inward(min(max(asked, low), high) / overall)
            op = op.model_copy(update={"ratio": asked, "bpm": None})
        kept.append(op)
    if limit > 0:
        yield Edit(1.0, f"stay within {percent(limit)} of its tempo", _with_ops(variant, kept))
    yield from _without(variant, "leave its tempo as it is", 2.0, _is(verbs.Tempo))


def _within_pitch(reason: Reason, variant: Variant, analysis: Analysis) -> Iterator[Edit]:
    limit = math.floor(_number(reason.limit))
    kept: list[verbs.Op] = []
    total = 0
    for op in variant.plan.ops:
        if isinstance(op, verbs.Transpose):
            shift = (
                op.semitones
                if op.semitones is not None
                else shift_to(analysis.parsed_key, Key.parse(op.key or analysis.key))
            )
            allowed = min(max(total + shift, -limit), limit) - total
            total += allowed if op.at == "all" else 0
            if not allowed:
                continue
            op = op.model_copy(update={"semitones": allowed, "key": None})
        kept.append(op)
    if limit > 0:
        yield Edit(1.0, f"transpose it by at most {limit} semitone{'s' if limit > 1 else ''}", _with_ops(variant, kept))
    yield from _without(variant, "leave its key as it is", 2.0, _is(verbs.Transpose))


def _within_length(reason: Reason, variant: Variant, analysis: Analysis) -> Iterator[Edit]:
    """First without repeats; then an excerpt from the first chorus on, in whole bars, that fits."""
    limit_s = _number(reason.limit)
    yield from _without(variant, "play nothing twice", 1.0, _is(verbs.Repeat))
    bars = analysis.bars
    slowest = min((op.ratio for op in variant.plan.ops if isinstance(op, verbs.Tempo) and op.ratio), default=1.0)
    start = next((span.first for label, span in form_of(analysis) if label == "chorus"), 1)
    last, length_s = start - 1, 0.0
    for bar in bars[start - 1 :]:
        length_s += (bar.end_s - bar.start_s) / min(slowest, 1.0)
        if length_s > limit_s:
            break
        last = bar.number
    if last >= start:
        kept: list[verbs.Op] = [
            op for op in variant.plan.ops if not isinstance(op, verbs.Arrange | verbs.Repeat | verbs.Cut)
        ]
        kept.append(verbs.Arrange(form=(f"bars:{start}-{last}",)))
        yield Edit(3.0, f"use {limit_s:g} seconds of it", _with_ops(variant, kept))


def _other_genre(reason: Reason, variant: Variant) -> Iterator[Edit]:
    asked = str(reason.asked)
    allowed = reason.limit if isinstance(reason.limit, tuple) else ()
    near = [genre for genre in _nearest(asked) if not allowed or genre in allowed]
    for place, genre in enumerate(near[:GENRES_TRIED]):
        kept = [
            op.model_copy(update={"style": genre})
            if isinstance(op, verbs.Restyle | verbs.Layer) and op.style == asked
            else op
            for op in variant.plan.ops
        ]
        yield Edit(
            2.0 + place / 10, f"make it {title_of(genre)} instead of {title_of(asked)}", _with_ops(variant, kept)
        )
    yield from _without(
        variant,
        f"leave the {title_of(asked)} out",
        4.0,
        lambda op: isinstance(op, verbs.Restyle | verbs.Layer) and op.style == asked,
    )


def _nearest(genre: str) -> Sequence[str]:
    try:
        return neighbours(genre)
    except InvalidPlan:
        return ids()


def _with_ops(variant: Variant, ops: Sequence[verbs.Op]) -> Variant:
    return variant._replace(plan=variant.plan.model_copy(update={"ops": tuple(ops)}))


def _is(*kinds: type[verbs.Verb]) -> Callable[[verbs.Op], bool]:
    return lambda op: isinstance(op, kinds)


def _inward(ratio: float) -> float:
    """Four decimals, rounded towards 1: a limit is not passed by rounding."""
    return (math.floor(ratio * 10_000) if ratio > 1 else math.ceil(ratio * 10_000)) / 10_000


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
