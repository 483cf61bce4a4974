"""A verb enters the language whole: uses, description, documentation, example."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from remixlab.plan import VERBS, describe, parse, uses, verb_name

ROOT = Path(__file__).resolve().parents[2]
NAMES = [verb_name(v) for v in VERBS]


@pytest.mark.parametrize("name", NAMES)
def test_every_verb_has_an_example_that_uses_it(name: str) -> None:
    plan = parse((ROOT / "examples" / "plans" / f"{name}.json").read_text())
    assert name in [op.op for op in plan.ops]
    assert describe(plan)
    assert uses(plan)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_says_what_it_does(verb: type) -> None:
    assert verb.__doc__ and verb.__doc__[0].isupper() and "." in verb.__doc__


def test_the_documentation_names_every_verb() -> None:
    page = (ROOT / "docs" / "plan.md").read_text()
    assert [line[3:] for line in page.splitlines() if line.startswith("## ")] == NAMES


def test_the_examples_folder_holds_nothing_else() -> None:
    for path in (ROOT / "examples" / "plans").glob("*.json"):
        assert json.loads(path.read_text())["schema"] == "remixlab.plan/1"
        assert path.stem in NAMES
