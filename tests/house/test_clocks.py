"""Nothing depends on the day it runs: one real clock in the product, and no written date where a real clock runs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = sorted((ROOT / "src" / "remixlab").rglob("*.py"))
AROUND = sorted(
    path
    for folder in ("tests", "benchmarks", "examples", "tools", "training", "adapters")
    for path in (ROOT / folder).rglob("*.py")
)
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"])
SCRIPTS = [ROOT / "Makefile", *sorted((ROOT / ".ci").iterdir())]
CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "localtime", "gmtime"}
"""Read as an attribute of one of these: `datetime.now`, `date.today`, `time.time`."""
KEEPERS = {"datetime", "date", "time"}
RUNS_BY_THE_CLOCK = {"open_workspace", "house_of_tests", "SystemClock", "read_manifest", "sign"}
"""Names whose import means that a real clock runs: a house (its command line too), or the library that signs manifests.
"""
WRITTEN_DAY = re.compile(r"\b(?:19|20)\d\d-(?:0[1-9]|1[0-2])\b")


def clock_readings(tree: ast.AST) -> Iterator[int]:
    """Lines that read a real clock."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and node.attr in CLOCKS
            and getattr(node.value, "id", getattr(node.value, "attr", "")) in KEEPERS
        ):
            yield node.lineno
        if isinstance(node, ast.ImportFrom) and node.module == "time" and CLOCKS & {alias.name for alias in node.names}:
            yield node.lineno


def clock_imports(tree: ast.AST) -> Iterator[int]:
    """Lines that import what runs by a real clock."""
    for node in ast.walk(tree):
        names = {alias.name for alias in node.names} if isinstance(node, ast.Import | ast.ImportFrom) else set[str]()
        if isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
        if RUNS_BY_THE_CLOCK & names:
            yield node.lineno


def written_days(tree: ast.AST) -> Iterator[int]:
    """Lines that write a month or a day: in a string, or as numbers."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and WRITTEN_DAY.search(node.value):
            yield node.lineno
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in {
            "datetime",
            "date",
        }:
            years = [*node.args[:1], *(word.value for word in node.keywords if word.arg == "year")]
            yield from (node.lineno for year in years if isinstance(year, ast.Constant))


def depends_on_the_day(source: str) -> list[int]:
    """The written days of a source in which a real clock runs."""
    tree = ast.parse(source)
    return sorted(written_days(tree)) if any((*clock_readings(tree), *clock_imports(tree))) else []


def test_the_product_reads_one_clock_and_is_given_it_everywhere_else() -> None:
    found = {
        path.relative_to(ROOT / "src" / "remixlab").as_posix()
        for path in PRODUCT
        if any(clock_readings(ast.parse(path.read_text("utf-8"))))
    }
    assert found == {"app/stopwatch.py"}


def test_no_day_is_written_where_a_real_clock_runs() -> None:
    found = {path.relative_to(ROOT).as_posix(): depends_on_the_day(path.read_text("utf-8")) for path in AROUND}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize("page", [*PAGES, *SCRIPTS], ids=lambda page: page.relative_to(ROOT).as_posix())
def test_no_command_in_a_page_or_a_script_names_a_day(page: Path) -> None:
    text = page.read_text("utf-8")
    commands = (
        re.findall(r"```(?:sh|bash|console|python)\n(.*?)```", text, re.DOTALL) if page.suffix == ".md" else [text]
    )
    lines = [line for command in commands for line in command.splitlines()]
    assert [line for line in lines if WRITTEN_DAY.search(line) and "CLOCKS" not in line] == []


@pytest.mark.parametrize(
    "source",
    [
        'from house_of_tests import Run\nrun("settle", "--period", "2026-11")',
        "from remixlab.app import open_workspace\nat = datetime(2026, 11, 21, tzinfo=UTC)",
        'import datetime\nold = datetime.datetime.now() > datetime.datetime.fromisoformat("2026-11-21")',
        "from time import time\nfrom datetime import date\nprint(time(), date(year=2026, month=11, day=1))",
        "from remixlab.seal import read_manifest, sign\nuntil = datetime(2046, 1, 1)",
    ],
)
def test_a_day_beside_a_clock_is_found(source: str) -> None:
    assert depends_on_the_day(source) == [1 + source.count("\n")]


def test_a_day_without_a_clock_and_a_clock_without_a_day_are_fine() -> None:
    assert depends_on_the_day('from remixlab.royalties import settle\nsettle("2026-11", (), pool, {})') == []
    assert depends_on_the_day("from house_of_tests import Run\nheard_at = datetime.now(UTC)") == []
