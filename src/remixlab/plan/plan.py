"""The RemixPlan: what shall be done to a recording, said in music and nothing else.

A plan is a value: a header, a flat list of verbs and a master. It has no audio, no files, no clock
and no dice but its seed. It is what a prompt becomes, what a person reads, what rights are decided
on, what is rendered, and what the manifest and the statement cite by its digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import Field, SerializerFunctionWrapHandler, ValidationError, model_serializer, model_validator

from remixlab.domain.audio import ALL_STEMS, Stem
from remixlab.domain.errors import InvalidPlan
from remixlab.domain.value import Value, canonical
from remixlab.plan import ops as verbs
from remixlab.plan.effects import Effect
from remixlab.plan.ops import Keep, Mute, Op, RecordingRef, Restyle, Revoice
from remixlab.plan.upgrade import SCHEMA, upgrade

MAX_OPS = 64
NAME_MAX = 80
P = TypeVar("P", bound=Value)


class Master(Value):
    """How loud the result is. Unit: LUFS integrated, dBTP ceiling."""

    lufs: Annotated[float, Field(strict=True, ge=-30, le=-6)] = -14.0
    dbtp: Annotated[float, Field(strict=True, ge=-9, le=0)] = -1.0


class SoundFontRef(Value):
    """The SoundFont that a user brought for the new parts: what it calls itself, and the SHA-256 of the file."""

    name: Annotated[str, Field(min_length=1, max_length=NAME_MAX)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class RemixPlan(Value):
    schema_: Literal["remixlab.plan/1"] = Field(default=SCHEMA, alias="schema")
    kind: Literal["remix", "cover"]
    source: RecordingRef
    stems: Annotated[tuple[Stem, ...], Field(max_length=4)] = ALL_STEMS
    """Stems of the master that may sound. Leaving one out is the only way not to use it; a cover has none."""
    ops: Annotated[tuple[Op, ...], Field(max_length=MAX_OPS)] = ()
    master: Master = Master()
    seed: Annotated[int, Field(strict=True, ge=0, lt=2**32)] = 0
    soundfont: SoundFontRef | None = None
    """What plays the new parts, as far as it has their instruments; None for our own."""

    @model_serializer(mode="wrap")
    def _leave_out_no_soundfont(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # Plans are older than SoundFonts: what has none keeps its stored form and its digest.
        return {name: value for name, value in write(self).items() if name != "soundfont" or value is not None}

    @model_validator(mode="before")
    @classmethod
    def _a_cover_has_no_stems(cls, tree: Any) -> Any:
        if isinstance(tree, Mapping) and tree.get("kind") == "cover":
            return {"stems": (), **tree}
        return tree

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        mistakes = [*_broken_promises(self.ops), *_header_mistakes(self)]
        if mistakes:
            raise ValueError("; ".join(mistakes))
        object.__setattr__(self, "stems", tuple(s for s in ALL_STEMS if s in self.stems))
        return self

    # ------------------------------------------------------------ algebra

    def then(self, *ops: Op) -> Self:
        """The plan followed by more verbs. Law: `p.then() == p`, and `then` is associative."""
        return self._with(ops=(*self.ops, *ops))

    def _with(self, **changed: Any) -> Self:
        fields = {name: getattr(self, name) for name in type(self).model_fields if name != "schema_"}
        return _build(type(self), fields | changed)

    # ------------------------------------------------------------ stored form

    def to_json(self) -> str:
        """Canonical JSON with every default written (RFC 8785), so that a changed default never changes a stored
        plan.
        """
        return canonical(self.to_dict()).decode()

    @property
    def digest(self) -> str:
        """SHA-256 of the meaning: the canonical JSON without the words that asked for it."""
        tree = self.to_dict()
        for op in tree["ops"]:
            op.pop("because", None)
        return hashlib.sha256(canonical(tree)).hexdigest()

    # ------------------------------------------------------------ fluent verbs, named as in JSON

    def arrange(self, *form: str) -> Self:
        return self.then(verbs.Arrange(form=form))

    def repeat(self, at: str, times: int = 2) -> Self:
        return self.then(verbs.Repeat(at=at, times=times))

    def cut(self, at: str) -> Self:
        return self.then(verbs.Cut(at=at))

    def tempo(self, *, ratio: float | None = None, bpm: float | None = None, at: str = "all") -> Self:
        return self.then(verbs.Tempo(ratio=ratio, bpm=bpm, at=at))

    def swing(self, amount: float = 0.5, at: str = "all") -> Self:
        return self.then(verbs.Swing(amount=amount, at=at))

    def groove(self, feel: verbs.Embedding, at: str = "all") -> Self:
        return self.then(verbs.Groove(feel=feel, at=at))

    def transpose(self, semitones: int | None = None, *, key: str | None = None, at: str = "all") -> Self:
        return self.then(verbs.Transpose(semitones=semitones, key=key, at=at))

    def reharmonize(self, *chords: str, manner: verbs.Harmony | None = None, at: str = "all") -> Self:
        return self.then(verbs.Reharmonize(chords=chords or None, manner=manner, at=at))

    def keep(self, *stems: str) -> Self:
        return self.then(Keep(on=_stems(stems)))

    def mute(self, *stems: str, at: str = "all") -> Self:
        return self.then(Mute(on=_stems(stems), at=at))

    def gain(self, *stems: str, gain_db: float, at: str = "all") -> Self:
        return self.then(verbs.Level(on=_stems(stems), gain_db=gain_db, at=at))

    def restyle(self, *stems: str, style: str, at: str = "all") -> Self:
        return self.then(Restyle(on=_stems(stems), style=style, at=at))

    def revoice(self, manner: verbs.Manner, at: str = "all") -> Self:
        return self.then(Revoice(manner=manner, at=at))

    def layer(self, part: verbs.Part, style: str, *, gain_db: float = 0.0, at: str = "all") -> Self:
        return self.then(verbs.Layer(part=part, style=style, gain_db=gain_db, at=at))

    def perform(self, line: verbs.Line, instrument: str, *, gain_db: float = 0.0, at: str = "all") -> Self:
        return self.then(verbs.Perform(line=line, instrument=instrument, gain_db=gain_db, at=at))

    def sample(self, recording: str, take: str, *, gain_db: float = 0.0, at: str = "all") -> Self:
        return self.then(verbs.Sample(recording=recording, take=take, gain_db=gain_db, at=at))

    def treat(self, *stems: str, chain: Iterable[Effect], at: str = "all") -> Self:
        return self.then(verbs.Treat(on=_stems(stems), chain=tuple(chain), at=at))

    def duck(self, *stems: str, under: str = "drums", depth_db: float = 6.0, at: str = "all") -> Self:
        return self.then(verbs.Duck(on=_stems(stems), under=Stem(under), depth_db=depth_db, at=at))

    def without(self, *stems: str) -> Self:
        """Leave stems of the master out altogether."""
        return self._with(stems=tuple(s for s in self.stems if s not in stems))

    def mastered(self, *, lufs: float = -14.0, dbtp: float = -1.0) -> Self:
        return self._with(master=Master(lufs=lufs, dbtp=dbtp))

    def seeded(self, seed: int) -> Self:
        return self._with(seed=seed)

    def played_on(self, soundfont: SoundFontRef | None) -> Self:
        return self._with(soundfont=soundfont)


def remix(source: str) -> RemixPlan:
    """The plan that changes nothing yet of the recording `source`."""
    return _build(RemixPlan, {"kind": "remix", "source": source})


def cover(source: str) -> RemixPlan:
    """A performance anew of the recording `source`: nothing of its master sounds."""
    return _build(RemixPlan, {"kind": "cover", "source": source})


def parse(tree: str | bytes | Mapping[str, Any]) -> RemixPlan:
    """A plan from JSON of any known version.

    Raises: InvalidPlan with every mistake found, code `plan.unknown_verb` when a verb is not of the language.
    """
    try:
        raw = json.loads(tree) if isinstance(tree, str | bytes) else dict(tree)
    except ValueError as error:
        raise InvalidPlan([f"this is not JSON ({error})"]) from error
    if not isinstance(raw, dict):
        raise InvalidPlan(["a plan is a JSON object"])
    return _build(RemixPlan, raw if raw.get("schema") == SCHEMA else upgrade(raw))


def _build(cls: type[P], fields: Mapping[str, Any]) -> P:
    try:
        return cls.model_validate(fields)
    except ValidationError as error:
        raise InvalidPlan([_sentence(e) for e in error.errors()], code=_code(error)) from error


def _code(error: ValidationError) -> str | None:
    unknown = (e for e in error.errors() if e["type"] == "union_tag_invalid" and e["loc"][:1] == ("ops",))
    return "plan.unknown_verb" if any(len(e["loc"]) == 2 for e in unknown) else None


def _sentence(error: Any) -> str:
    """One mistake of pydantic's as a person would say it: where, then what."""
    place = ".".join(str(part) for part in error["loc"])
    what = str(error["msg"]).removeprefix("Value error, ")
    return f"{place}: {what}" if place else what


def _broken_promises(ops: Iterable[Op]) -> list[str]:
    kept = {stem for op in ops if isinstance(op, Keep) for stem in op.on}
    return [
        f"{op.op} would change {', '.join(s for s in op.on if s in kept)}, which the plan keeps"
        for op in ops
        if isinstance(op, Mute | Restyle | Revoice) and kept & set(op.on)
    ]


def _header_mistakes(plan: RemixPlan) -> list[str]:
    if len(set(plan.stems)) != len(plan.stems):
        return ["stems: a stem is named twice"]
    if plan.kind == "cover" and plan.stems:
        return ["a cover plays nothing of the master: its stems are []"]
    if plan.kind == "cover" and any(isinstance(op, Revoice) for op in plan.ops):
        return ["a cover has no recorded voice to revoice; perform the melody on a voice instead"]
    lost = {stem for op in plan.ops if isinstance(op, Keep) for stem in op.on} - set(plan.stems)
    if lost:
        return [f"keep names {', '.join(sorted(lost))}, which the plan leaves out of its stems"]
    return []


def _stems(names: tuple[str, ...]) -> tuple[Stem, ...]:
    try:
        return tuple(Stem(name) for name in names) or ALL_STEMS
    except ValueError as error:
        raise InvalidPlan([str(error)], hint="Stems are vocals, drums, bass and other.") from error
