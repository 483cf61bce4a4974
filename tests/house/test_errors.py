"""Every error a user may see stands in one tree, has a code in one table, and a door."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from remixlab.community.moderate import REFUSALS
from remixlab.domain import errors
from remixlab.domain.codes import CODES
from remixlab.domain.errors import RemixLabError, RightsRefused
from remixlab.doors.answers.problems import ErrorAnswer, Problem
from remixlab.doors.errors import exit_code, http_status

ROOT = Path(__file__).resolve().parents[2]
SOURCES = {path: ast.parse(path.read_text("utf-8")) for path in sorted((ROOT / "src" / "remixlab").rglob("*.py"))}
CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
NOT_ERRORS = {"Duty", "Reason", "RefusedPrompt", "RefusedItem"}
"""What also has a `code`, of its own kind."""


def descendants(cls: type) -> list[type]:
    return [leaf for child in cls.__subclasses__() for leaf in (child, *descendants(child))]


EVERY_ERROR = [e for e in descendants(RemixLabError) if e.__module__.startswith("remixlab.")]
NAMES = {e.__name__: e for e in (RemixLabError, *EVERY_ERROR)}


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    for path, tree in SOURCES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "id", getattr(node.func, "attr", ""))
                yield f"{path.relative_to(ROOT)}:{node.lineno}", called, node


def literal(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def literals_of(name: str, argument: int) -> set[str]:
    """The literal that calls of a function give as one of their arguments."""
    found = (
        literal(node.args[argument]) for _, called, node in calls() if called == name and len(node.args) > argument
    )
    return {text for text in found if text}


# ---------------------------------------------------------------- the tree


@pytest.mark.parametrize("error", EVERY_ERROR)
def test_every_error_has_a_stable_code_and_a_door(error: type[RemixLabError]) -> None:
    assert CODE.fullmatch(error.code)
    instance = error.__new__(error)
    assert exit_code(instance) in range(2, 7)
    assert http_status(instance) in (400, 422, 404, 401, 403, 409, 503, 408, 413, 415, 429)


def test_no_error_stands_outside_of_the_tree() -> None:
    outside = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path, tree in SOURCES.items()
        if path.name != "errors.py" or path.parent.name != "domain"
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and {getattr(base, "id", "") for base in node.bases} & NAMES.keys()
    ]
    assert outside == []


def test_the_tree_drawn_in_the_docstring_names_every_error() -> None:
    drawn = set(re.findall(r"[A-Z][A-Za-z]+", errors.__doc__ or ""))
    assert {e.__name__ for e in EVERY_ERROR} <= drawn


def test_codes_are_not_shared() -> None:
    codes = [e.code for e in EVERY_ERROR]
    assert len(codes) == len(set(codes))


# ---------------------------------------------------------------- the table


def test_every_class_has_its_code_in_the_table() -> None:
    assert {e.code: e for e in EVERY_ERROR} == {e.code: CODES[e.code].error for e in EVERY_ERROR if e.code in CODES}


def test_every_code_that_is_written_is_in_the_table_under_its_class() -> None:
    missing: list[str] = []
    for place, called, node in calls():
        code = next((literal(k.value) for k in node.keywords if k.arg == "code"), None)
        if code is None or called in NOT_ERRORS:
            continue
        raised = NAMES.get(called)
        listed = CODES[code].error if code in CODES else None
        if listed is None or (raised is not None and not (issubclass(raised, listed) or issubclass(listed, raised))):
            missing.append(f"{place}: {called} {code}")
    assert missing == []


def test_codes_that_rules_put_together_are_in_the_table() -> None:
    limits = literals_of("Failing", 0)
    said = literals_of("say", 0)
    identifiers = {f"{name}.invalid" for name in literals_of("_invalid", 0)} | {
        f"{name}.check_digit" for name in literals_of("_mistyped", 0)
    }
    assert {"tempo", "territory"} <= limits and {"no_consent", "withdrawn"} <= said and "isrc.invalid" in identifiers
    assert {f"rights.refused.{code}" for code in limits | said} <= CODES.keys()
    assert identifiers | set(REFUSALS) <= CODES.keys()


def test_every_refusal_of_rights_is_one_that_a_rule_says() -> None:
    told = {code.removeprefix("rights.refused.") for code in CODES if code.startswith("rights.refused.")}
    assert told == literals_of("Failing", 0) | literals_of("say", 0)


def test_every_code_says_what_it_means_in_one_sentence() -> None:
    for code, (error, sentence) in CODES.items():
        assert CODE.fullmatch(code), code
        assert issubclass(error, RemixLabError) and sentence.endswith(".") and "|" not in sentence, code


def test_the_page_of_codes_is_current() -> None:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        from write_docs import errors_page
    finally:
        sys.path.pop(0)
    assert (ROOT / "docs" / "errors.md").read_text("utf-8") == errors_page(), "run `make docs`"


# ---------------------------------------------------------------- how it is told


def test_whatever_an_error_carries_is_told_under_a_described_name() -> None:
    own = {"code", "hint", "message"}
    carried = {k.arg for _, called, node in calls() if called in NAMES for k in node.keywords if k.arg} - own
    assert {"matches", "mistakes", "decided_by"} & carried
    assert carried <= Problem.model_fields.keys() and carried <= ErrorAnswer.model_fields.keys()


def test_a_refusal_keeps_its_decision_in_stored_form() -> None:
    class Decided:
        def to_dict(self) -> dict[str, object]:
            return {"outcome": "deny"}

    refused = RightsRefused(Decided(), message="no", code="rights.refused.genre")
    again = errors.revive({"kind": "RightsRefused", **refused.to_dict()})
    assert isinstance(again, RightsRefused) and again.to_dict() == refused.to_dict()
