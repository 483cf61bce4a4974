"""Benchmarks are run by their names, whichever folder they lie in."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.__main__ import NAMES, find, runnable  # noqa: E402


def test_every_name_is_that_of_one_benchmark() -> None:
    names = runnable()
    assert len(set(names)) == len(names)
    assert set(NAMES) <= set(names)


@pytest.mark.parametrize("name", runnable())
def test_a_benchmark_is_found_by_its_name_and_yields_rows(name: str) -> None:
    module = find(name)
    assert module.__name__.endswith(f".{name}")
    assert callable(module.run)


@pytest.mark.parametrize("name", ["nothing", "listening_accuracy", "measure"])
def test_what_does_not_run_by_its_name_is_refused_with_the_names_that_do(name: str) -> None:
    with pytest.raises(SystemExit, match="first_sound"):
        find(name)


def test_every_row_on_file_belongs_to_a_benchmark_that_is_there() -> None:
    rows = {path.stem for path in (ROOT / "benchmarks" / "results").glob("*.jsonl")}
    there = {path.stem for path in (ROOT / "benchmarks").glob("*/*.py")}
    assert rows - there == {"listening_singers", "listening_conditions"}, (
        "the two singers of experiment 98; the table of conditions"
    )
