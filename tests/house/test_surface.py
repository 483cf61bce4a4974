"""Every room has a sorted surface that can be imported; files and functions stay small; names stay plain."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "remixlab"
FILES = sorted(SOURCE.rglob("*.py"))
ROOMS = sorted(path for path in SOURCE.rglob("__init__.py") if "migrations" not in path.parts)
LINES_MAX = 500
FUNCTION_LINES_MAX = 70
VAGUE = {"common", "data", "handler", "helpers", "manager", "utils"}


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__")


def place_of(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (
        n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def in_order(names: list[str]) -> list[str]:
    """Constants, then types, then functions, each by the alphabet: the order that the linter keeps."""
    return sorted(names, key=lambda n: (0 if n.isupper() else 1 if n[0].isupper() else 2, n))


@pytest.mark.parametrize("path", ROOMS, ids=module_of)
def test_a_room_says_what_lives_there_and_offers_it_in_order(path: Path) -> None:
    room = importlib.import_module(module_of(path))
    assert room.__doc__ and room.__doc__.strip()
    names = list(getattr(room, "__all__", []))
    assert names == in_order(names)
    assert [name for name in names if not hasattr(room, name)] == []


def test_files_are_short() -> None:
    assert {place_of(p): n for p in FILES if (n := len(p.read_text("utf-8").splitlines())) >= LINES_MAX} == {}


def test_functions_are_short_and_compiled_loops_are_none_the_longer() -> None:
    long = {
        f"{place_of(path)}: {f.name}"
        for path in FILES
        for f in functions_of(path)
        if (f.end_lineno or 0) - f.lineno + 1 >= FUNCTION_LINES_MAX
    }
    assert long == set()


def test_no_file_has_a_vague_name() -> None:
    assert [place_of(p) for p in FILES if p.stem in VAGUE or p.parent.name in VAGUE] == []


def test_nothing_is_left_for_later_in_a_comment() -> None:
    texts = [p for p in SOURCE.rglob("*") if p.suffix in {".py", ".toml", ".js", ".html", ".css"}]
    assert [place_of(p) for p in texts if re.search(r"\b(TODO|FIXME)\b", p.read_text("utf-8"))] == []
