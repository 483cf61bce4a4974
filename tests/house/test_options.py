"""What a command is told is used: an option that nothing reads is a promise of `--help` that nobody keeps."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

CLI = Path(__file__).resolve().parents[2] / "src" / "remixlab" / "doors" / "cli"
FILES = sorted(CLI.glob("*.py"))


def unread(source: str) -> list[str]:
    """The parameters that their own function never reads."""
    found: list[str] = []
    for function in (n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef)):
        told = {a.arg for a in (*function.args.args, *function.args.kwonlyargs) if not a.arg.startswith("_")}
        body = (n for statement in function.body for n in ast.walk(statement))
        read = {n.id for n in body if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
        found += [f"{function.name}: {name}" for name in sorted(told - read)]
    return found


def test_a_parameter_that_is_not_read_is_found() -> None:
    assert unread("def make(words, *, loud, _spare):\n    loud = 1\n    return words") == ["make: loud"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_option_of_a_command_is_read(file: Path) -> None:
    assert unread(file.read_text("utf-8")) == []
