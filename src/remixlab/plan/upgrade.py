"""Old plans stay readable: each step lifts a JSON tree from one schema to the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

from remixlab.domain.errors import InvalidPlan

SCHEMA: Final[Literal["remixlab.plan/1"]] = "remixlab.plan/1"
Tree = dict[str, Any]


def _name_the_stems(tree: Tree) -> Tree:
    """0 -> 1: the draft called the fourth stem `harmony`, the whole recording `song`, and a cover did not write
    its stems.
    """
    renamed = _rename(tree, {"harmony": "other", "song": "all"})
    if renamed.get("kind") == "cover":
        renamed.setdefault("stems", [])
    return {**renamed, "schema": "remixlab.plan/1"}


STEPS: Mapping[str, Callable[[Tree], Tree]] = {"remixlab.plan/0": _name_the_stems}
"""From schema to the function that lifts a tree to the next one."""


def upgrade(tree: Tree) -> Tree:
    """The tree in today's schema. Raises: InvalidPlan when the schema is missing or from the future."""
    seen: set[str] = set()
    while (schema := tree.get("schema")) != SCHEMA:
        if not isinstance(schema, str) or schema not in STEPS or schema in seen:
            raise InvalidPlan(
                [f"schema {schema!r} is not known here"],
                code="plan.unknown_schema",
                hint=f"This version writes {SCHEMA}.",
            )
        seen.add(schema)
        tree = STEPS[schema](dict(tree))
    return tree


def _rename(tree: Tree, names: Mapping[str, str]) -> Tree:
    def walk(value: Any, field: str = "") -> Any:
        if isinstance(value, dict):
            return {k: walk(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [walk(v, field) for v in value]
        return (
            names.get(value, value)
            if field in ("on", "at", "stems", "under", "take", "form") and isinstance(value, str)
            else value
        )

    return walk(tree)
