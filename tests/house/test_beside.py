"""What stands beside the product is kept like it: small files and functions, plain names, a docstring a module."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(
    file for folder in ("benchmarks", "synthesis", "tools", "training") for file in (ROOT / folder).rglob("*.py")
)
LINES_MAX = 500
FUNCTION_LINES_MAX = 70
FILES_PER_FOLDER_MAX = 16
VAGUE = {"common", "data", "handler", "helpers", "manager", "utils"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_a_file_is_small_has_a_plain_name_and_says_what_it_is(file: Path) -> None:
    text = file.read_text("utf-8")
    assert len(text.splitlines()) < LINES_MAX
    assert VAGUE.isdisjoint(file.relative_to(ROOT).with_suffix("").parts)
    assert ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_functions_are_small(file: Path) -> None:
    functions = [
        n for n in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert [f.name for f in functions if (f.end_lineno or 0) - f.lineno >= FUNCTION_LINES_MAX] == []


@pytest.mark.parametrize(
    "folder", sorted({file.parent for file in FILES}), ids=lambda folder: folder.relative_to(ROOT).as_posix()
)
def test_a_folder_holds_what_one_look_takes_in(folder: Path) -> None:
    assert len(list(folder.glob("*.py"))) <= FILES_PER_FOLDER_MAX
