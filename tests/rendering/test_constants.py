"""A number that shapes a sound says why it is that number."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "remixlab"
FILES = sorted(path for room in ("band", "compose", "rendering") for path in (SOURCE / room).rglob("*.py"))


def names_of(node: ast.stmt) -> list[str]:
    """The constants that a statement binds to something with a number in it."""
    if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
        return []
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
    numbers = [c.value for c in ast.walk(node.value) if isinstance(c, ast.Constant) and type(c.value) in (int, float)]
    return [name for name in names if name.isupper()] if numbers else []


def bare_constants(text: str) -> Iterator[str]:
    """Constants of a module with neither a docstring below nor a comment above."""
    lines, body = text.splitlines(), ast.parse(text).body
    for node, after in zip(body, [*body[1:], None], strict=True):
        told = (
            isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) and isinstance(after.value.value, str)
        )
        if not told and not lines[node.lineno - 2].lstrip().startswith("#"):
            yield from names_of(node)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_every_number_at_the_head_of_a_file_has_its_reason(path: Path) -> None:
    assert list(bare_constants(path.read_text("utf-8"))) == []


def test_a_bare_number_would_be_found() -> None:
    assert list(bare_constants('"""A room."""\n\n_DEPTH_DB = 4.0\n_TOP_HZ, _LOW_HZ = 9.0, 1.0\n"""Why."""\n')) == [
        "_DEPTH_DB"
    ]
