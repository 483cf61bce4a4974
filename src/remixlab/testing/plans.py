"""Random plans out of the whole language: every verb, effect and parameter that its schema knows, with the ends of
every range.

Drawn from the schema itself, so a verb is tried from the day it enters the language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from remixlab.domain.music import PITCH_NAMES, QUALITIES
from remixlab.plan import RemixPlan, styles
from remixlab.signal.instruments import INSTRUMENTS, KITS

Tree = dict[str, Any]
_ENDS, _TYPICAL, _INCOHERENT, _ELSEWHERE = 0.2, 0.25, 0.02, 0.02
_ONE_OF = (("ratio", "bpm"), ("semitones", "key"), ("manner", "chords"))
_CHANGING = ("mute", "restyle", "revoice")
_BEATS = (
    "1/4",
    "1/2",
    "3/4",
    "1/3",
    "1",
    "2",
    "3/2",
    "4",
    "8",
    "16",
    "1/16",
    "7/5",
    "64",
    "999",
    "1/999",
    "999/999",
    "100/3",
)


class PlanDice:
    """Plans by number: the same number is the same plan. `samples` and `soundfonts` are what a plan may name."""

    def __init__(
        self, places: Sequence[str], samples: Sequence[str], soundfonts: Sequence[Mapping[str, str]] = ()
    ) -> None:
        self._schema: Tree = RemixPlan.model_json_schema()
        self._soundfonts = soundfonts
        chords = [f"{root}:{quality}" for root in PITCH_NAMES for quality in QUALITIES]
        self._words: dict[str, Sequence[str]] = {
            "at": places,
            "take": places,
            "form": places,
            "recording": samples,
            "style": styles.ids(),
            "beats": _BEATS,
            "instrument": (*INSTRUMENTS, *KITS),
            "key": [f"{tonic} {mode}" for tonic in PITCH_NAMES for mode in ("major", "minor")],
            "chords": [*chords, *(f"{chord}/{bass}" for chord in chords[::7] for bass in ("b3", "5", "b7")), "C", "N"],
            "because": ("faster chorus", "", "“mehr Bass” 🎛"),
        }

    def draw(self, number: int) -> Tree:
        """The plan of a number, as JSON would bring it.

        A few in a hundred contradict themselves or name places that are not there.
        """
        dice = np.random.default_rng([number, 20_26])
        tree: Tree = {"schema": "remixlab.plan/1", "source": "x", "kind": "cover" if dice.random() < 0.2 else "remix"}
        fields: Tree = self._schema["properties"]
        for name in ("master", "seed"):
            if dice.random() < 0.5:
                tree[name] = self._value(fields[name], name, dice)
        if self._soundfonts and dice.random() < 0.1:
            tree["soundfont"] = dict(self._soundfonts[int(dice.integers(len(self._soundfonts)))])
        if tree["kind"] == "remix" and dice.random() < 0.3:
            tree["stems"] = self._value(fields["stems"], "stems", dice)
        count = 64 if dice.random() < 0.005 else min(12, int(dice.geometric(0.35)))
        kinds = fields["ops"]["items"]["oneOf"]
        tree["ops"] = [self._value(kinds[int(dice.integers(len(kinds)))], "op", dice) for _ in range(count)]
        return tree if dice.random() < _INCOHERENT else _coherent(tree)

    def _value(self, schema: Tree, name: str, dice: np.random.Generator) -> Any:
        while "$ref" in schema:
            schema = self._schema["$defs"][schema["$ref"].rpartition("/")[2]]
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return schema["enum"][int(dice.integers(len(schema["enum"])))]
        for several in ("anyOf", "oneOf"):
            if several in schema:
                found = schema[several]
                return self._value(found[int(dice.integers(len(found)))], name, dice)
        match schema["type"]:
            case "object":
                return self._object(schema, dice)
            case "array":
                return self._list(schema, name, dice)
            case "string":
                return self._word(name, dice)
            case "number" | "integer":
                return _number(schema, dice)
            case "null":
                return None
            case other:
                raise AssertionError(f"the language has a new kind of value: {other}")

    def _object(self, schema: Tree, dice: np.random.Generator) -> Tree:
        fields: Tree = schema["properties"]
        needed = schema.get("required", ())
        tree = {
            name: self._value(field, name, dice)
            for name, field in fields.items()
            if name in needed or "const" in field or dice.random() > _TYPICAL
        }
        for one, other in _ONE_OF:
            if one in fields and other in fields:
                left, kept = (one, other) if dice.random() < 0.5 else (other, one)
                tree.pop(left, None)
                tree[kept] = self._value(_certain(fields[kept]), kept, dice)
        return tree

    def _list(self, schema: Tree, name: str, dice: np.random.Generator) -> list[Any]:
        low, high = schema.get("minItems", 0), schema.get("maxItems", 8)
        count = int(dice.choice([low, min(high, low + 1 + int(dice.geometric(0.5))), high], p=[0.3, 0.65, 0.05]))
        items = [self._value(schema["items"], name, dice) for _ in range(count)]
        return list(dict.fromkeys(items)) if name in ("on", "stems") else items

    def _word(self, name: str, dice: np.random.Generator) -> str:
        if name in ("at", "take", "form") and dice.random() < _ELSEWHERE:
            return ("solo", "chorus:99", "bars:9-90")[int(dice.integers(3))]
        words = self._words[name]
        return words[int(dice.integers(len(words)))]


def _certain(schema: Tree) -> Tree:
    """The schema without the way to say nothing."""
    return next((one for one in schema.get("anyOf", ()) if one.get("type") != "null"), schema)


def _number(schema: Tree, dice: np.random.Generator) -> float:
    """Anywhere in the range, or exactly at one of its ends; wide positive ranges by their octaves."""
    whole = schema["type"] == "integer"
    low = schema.get("minimum", schema.get("exclusiveMinimum", 0) + (1 if whole else 1e-3))
    high = schema.get("maximum", schema.get("exclusiveMaximum", 0) - 1)
    place = dice.random()
    if place < _ENDS:
        return low if place < _ENDS / 2 else high
    if whole:
        return int(dice.integers(low, high, endpoint=True))
    if low > 0 and high / low > 16:
        return float(np.clip(np.exp(dice.uniform(np.log(low), np.log(high))), low, high))
    return float(dice.uniform(low, high))


def _coherent(tree: Tree) -> Tree:
    """The plan without what would contradict it: promises that it breaks, and a voice where a cover has none."""
    ops: list[Tree] = [op for op in tree["ops"] if not (op["op"] == "revoice" and tree["kind"] == "cover")]
    sounding = set(tree.get("stems", ("vocals", "drums", "bass", "other"))) if tree["kind"] == "remix" else set[str]()
    ops = [
        op for op in ops if op["op"] != "keep" or set(op.get("on", ("vocals", "drums", "bass", "other"))) <= sounding
    ]
    kept = {stem for op in ops if op["op"] == "keep" for stem in op.get("on", ("vocals", "drums", "bass", "other"))}
    return {**tree, "ops": [op for op in ops if op["op"] not in _CHANGING or not kept & set(_stems_of(op))]}


def _stems_of(op: Tree) -> Sequence[str]:
    return op.get("on", ("vocals",) if op["op"] == "revoice" else ("vocals", "drums", "bass", "other"))
