"""Every decision has its four parts, is in the index, and names a test or an import contract that exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DECISIONS = ROOT / "docs" / "decisions"
EXPERIMENTS = ROOT / "docs" / "experiments"
RULES = sorted(DECISIONS.glob("[0-9]*.md"))
NOTES = sorted(EXPERIMENTS.glob("*/[0-9]*.md"))
PARTS = ("**Context.**", "**Decision.**", "**Consequences.**", "**Enforced by**")


def title_of(page: Path) -> tuple[int, str]:
    found = re.match(r"# (\d+)\. (.+)", page.read_text("utf-8"))
    assert found, f"{page.name} does not begin with its number and its rule"
    return int(found[1]), found[2]


def missing_of(name: str) -> bool:
    """Whether this names nothing: no folder or file of tests, no test in a file, no import contract, no target of
    make.
    """
    if name.startswith("contract:"):
        return f"[importlinter:{name}]" not in (ROOT / ".importlinter").read_text("utf-8")
    if name.startswith("make "):
        return f"\n{name.removeprefix('make ')}:" not in (ROOT / "Makefile").read_text("utf-8")
    path, _, test = name.partition("::")
    place = ROOT / path
    return not place.exists() or (test != "" and f"\ndef {test}(" not in place.read_text("utf-8"))


@pytest.mark.parametrize("page", RULES, ids=lambda page: page.stem)
def test_a_decision_has_its_number_and_four_parts_in_order(page: Path) -> None:
    number, _ = title_of(page)
    assert number == int(page.name[:4])
    text = page.read_text("utf-8")
    places = [text.find(part) for part in PARTS]
    assert min(places) > 0 and places == sorted(places)


@pytest.mark.parametrize("page", RULES, ids=lambda page: page.stem)
def test_a_decision_names_what_enforces_it_and_that_exists(page: Path) -> None:
    named = re.findall(r"`([^`]+)`", page.read_text("utf-8").rpartition("**Enforced by**")[2])
    assert named
    assert [name for name in named if missing_of(name)] == []


@pytest.mark.parametrize(
    "name", ["tests/nowhere.py", "tests/house/test_decisions.py::test_nothing", "contract:nothing", "make nothing"]
)
def test_a_name_of_nothing_would_be_found(name: str) -> None:
    assert missing_of(name)


def test_every_decision_is_in_the_index_by_its_rule() -> None:
    listed = re.findall(r"^- (\d+)\. \[(.+)\]\((.+)\)$", (DECISIONS / "README.md").read_text("utf-8"), re.M)
    rules = {(*title_of(page), page.name) for page in RULES}
    assert len(listed) == len(rules)
    assert {(int(number), rule, name) for number, rule, name in listed} == rules


def test_every_experiment_is_in_its_index_with_its_date() -> None:
    rows = re.findall(
        r"^\| (\d+) \| ([\d-]+) \| \[(.+)\]\((.+)\) \|$", (EXPERIMENTS / "README.md").read_text("utf-8"), re.M
    )
    notes = {(*title_of(page), page.relative_to(EXPERIMENTS).as_posix()) for page in NOTES}
    assert len(rows) == len(notes)
    assert {(int(number), finding, name) for number, _, finding, name in rows} == notes
    for _, date, _, name in rows:
        assert (EXPERIMENTS / name).read_text("utf-8").split("\n")[2] == f"*{date}*"


def test_decisions_and_experiments_share_one_row_of_numbers() -> None:
    numbers = [title_of(page)[0] for page in (*RULES, *NOTES)]
    assert len(numbers) == len(set(numbers))
