"""The areas keep apart: papers reach no sound, money reaches little, lists come in pages, fakes stay small."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import grimp
import pytest

from remixlab.accounts import RULES, Action

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "remixlab"
MONEY_FILES_MAX: Final = 25
DIVIDING: Final = {"remixlab.usecases.money.settle": 29}
"""To divide a month brings counting, the pool and the split along."""
FAKE_LINES_MAX: Final = 200
SOUND: Final = frozenset({"signal", "rendering", "listening", "separation"})
PAPERS: Final = ("accounts", "community", "money", "rights")
PAGED: Final = {"after", "limit"}
SEVERAL: Final = ("Iterable", "Iterator", "Mapping", "Page", "Sequence", "frozenset", "list", "set", "tuple")
WITHOUT_PAGES: Final = {
    "approval_requests": "of one request: as many as parties that were asked",
    "choices": "of one account: as many as there are things to choose",
    "demand": "of one recording: as many as there are uses",
    "mandates_of": "of one account, in force at one moment",
    "facts": "what dividing one month needs, all at once",
    "files_of": "of the remixes that were given",
    "manifests_of": "of one mark: as many as formats",
    "made_under": "of the consents that were given",
    "currencies": "as many as the books are kept in",
    "heads": "one of each chain",
    "identities": "of one account: as many as there are providers",
    "held": "of the assets that were given",
    "paid_shares": "of one recording",
    "paid": "of the assets that were given",
    "pays_of": "of one remix",
    "plays_of": "of one listener in the length of one play",
    "served": "of one stream",
    "splits": "of one asset",
    "party_names": "of the ids that were given",
    "plays": "a stream: a month is never held in memory",
    "recordings_named": "looked up by names, with a limit of its own",
    "release_labels": "of one release",
    "replaced_by": "the earlier words of one party about one subject",
    "resting_on": "ids alone, to take down what rests on one consent in one transaction",
    "said_before": "the words of one party about one subject",
    "settlements": "the pools of one month",
    "shares": "of one recording",
    "shelf": "of the ids that were given",
    "stems_of": "of one recording",
    "subjects_permitting": "of the subjects that were given",
    "titles": "of the ids that were given",
    "work_shares": "of one work",
}
"""Methods that answer several things and need no page, because what they answer is bounded by what was asked."""


@cache
def house() -> grimp.ImportGraph:
    """Who imports whom, counted as strictly as it can be: imports for types alone are imports."""
    return grimp.build_graph("remixlab", exclude_type_checking_imports=False, cache_dir=None)


def files_of(area: str) -> list[str]:
    name = f"remixlab.usecases.{area}"
    return sorted(m for m in house().modules if m == name or m.startswith(f"{name}."))


def room_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def port_methods() -> Iterator[ast.FunctionDef]:
    for path in sorted((SOURCE / "domain" / "ports" / "records").glob("*.py")):
        for cls in (n for n in ast.parse(path.read_text("utf-8")).body if isinstance(n, ast.ClassDef)):
            yield from (
                n
                for n in cls.body
                if isinstance(n, ast.FunctionDef) and not n.name.startswith("_") and not is_property(n)
            )


def is_property(method: ast.FunctionDef) -> bool:
    return any(ast.unparse(d) == "property" for d in method.decorator_list)


def answers(method: ast.FunctionDef) -> str:
    return ast.unparse(method.returns).partition("[")[0] if method.returns else ""


@pytest.mark.parametrize("file", [file for file in files_of("money") if file != "remixlab.usecases.money"])
def test_a_file_about_money_reaches_few_files(file: str) -> None:
    reached = {file, *house().find_upstream_modules(file)}
    assert len(reached) <= DIVIDING.get(file, MONEY_FILES_MAX), sorted(reached)


@pytest.mark.parametrize("area", PAPERS)
def test_papers_reach_no_sound_however_far(area: str) -> None:
    reached = {m for file in files_of(area) for m in house().find_upstream_modules(file)}
    assert len(reached) > 10
    assert sorted(m for m in reached if room_of(m) in SOUND) == []


def test_claims_import_no_sound_themselves() -> None:
    imported = {m for file in files_of("claims") for m in house().find_modules_directly_imported_by(file)}
    assert imported
    assert sorted(m for m in imported if room_of(m) in SOUND) == []


def test_what_answers_several_things_answers_a_page() -> None:
    several = {m.name: answers(m) for m in port_methods() if answers(m) in SEVERAL}
    assert "Page" in several.values()
    assert {name for name, kind in several.items() if kind != "Page"} == set(WITHOUT_PAGES)


def test_a_page_is_asked_for_by_cursor_and_limit() -> None:
    paged = {
        m.name: {a.arg for a in (*m.args.args, *m.args.kwonlyargs)} for m in port_methods() if answers(m) == "Page"
    }
    assert len(paged) >= 10
    assert {name for name, asked in paged.items() if not asked >= PAGED} == set()


def test_no_fake_is_long() -> None:
    long = {
        p.name: n
        for p in sorted((SOURCE / "testing").rglob("*.py"))
        if (n := len(p.read_text("utf-8").splitlines())) > FAKE_LINES_MAX
    }
    assert long == {}


def test_every_action_has_a_rule() -> None:
    assert set(RULES) == set(Action)


def test_every_rule_lets_somebody_in() -> None:
    assert {action for action, rule in RULES.items() if not rule.grants and not rule.roles} == set()


def test_every_rule_has_an_operation_that_asks_it() -> None:
    asked: set[str] = set()
    for path in sorted(SOURCE.rglob("*.py")):
        if path.parent != SOURCE / "accounts":
            asked |= {
                node.attr
                for node in ast.walk(ast.parse(path.read_text("utf-8")))
                if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "Action"
            }
    assert {action.name for action in Action} - asked == set()


def test_the_page_about_access_is_written_from_the_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    monkeypatch.delitem(sys.modules, "write_docs", raising=False)
    from write_docs import write_access

    page = write_access()
    assert (ROOT / "docs" / "access.md").read_text("utf-8") == page, "run `make docs`"
    assert [action.value for action in Action if f"| `{action.value}` |" not in page] == []
