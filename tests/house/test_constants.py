"""A figure without a reason cannot be changed by anybody who was not there: every constant of a room says why."""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "remixlab"
ROOMS = ("identify", "listening", "seal", "signal")
"""Rooms whose constants all say why. A room joins as soon as it does; none leaves."""
WORDS_MIN = 3
"""Fewer words are a name said twice."""

CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]+")


def constants_of(source: str) -> Iterator[tuple[str, str]]:
    """Each UPPER_CASE name that a module binds, with what is said of it: the docstring under it, or the comment above
    or beside it.
    """
    beside, above = _comments(source)
    body = ast.parse(source).body
    for number, node in enumerate(body):
        if not isinstance(node, ast.Assign | ast.AnnAssign):
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)]
        lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
        parts = [
            above.get(node.lineno - 1, ""),
            *(beside.get(line, "") for line in lines),
            _docstring(body[number + 1 :]),
        ]
        reason = " ".join(parts)
        yield from ((name, reason) for name in names if CONSTANT.fullmatch(name))


def _comments(source: str) -> tuple[dict[int, str], dict[int, str]]:
    """By line, those beside code and those on a line of their own, but for what is meant for tools."""
    tokens = [t for t in tokenize.generate_tokens(StringIO(source).readline) if t.type == tokenize.COMMENT]
    said = [(t.start[0], t.string.lstrip("# "), t.line.lstrip().startswith("#")) for t in tokens]
    meant = [one for one in said if not one[1].startswith(("fmt:", "pyright:", "noqa"))]
    return {line: text for line, text, alone in meant if not alone}, {
        line: text for line, text, alone in meant if alone
    }


def _docstring(following: list[ast.stmt]) -> str:
    match following:
        case [ast.Expr(value=ast.Constant(value=str(text))), *_]:
            return text
        case _:
            return ""


def unexplained(source: str) -> list[str]:
    """Constants of a module that say nothing of why they are what they are."""
    return [name for name, reason in constants_of(source) if len(reason.split()) < WORDS_MIN]


def test_a_constant_is_explained_by_a_docstring_a_comment_beside_it_or_one_above_it():
    source = '''
ONE = 1
"""Because one is the loneliest number."""
TWO = 2  # because of the two sides
NAKED = 3
# Four is what the paper takes.
FOUR: int = 4
FIVE, SIX = 5, 6
SKIPPED = 7  # fmt: skip
lower = 8
TEXT = """A string that is not a docstring."""
'''
    assert unexplained(source) == ["NAKED", "FIVE", "SIX", "SKIPPED", "TEXT"]


@pytest.mark.parametrize("room", ROOMS)
def test_every_constant_of_a_room_says_why_it_is_what_it_is(room: str):
    modules = sorted((SOURCE / room).rglob("*.py"))
    assert modules
    assert [f"{path.relative_to(SOURCE)}: {name}" for path in modules for name in unexplained(path.read_text())] == []


def test_the_sample_rate_is_defined_once():
    """As SAMPLE_RATE in domain/audio; 44 100 is written elsewhere only where a format or a setting is bounded by it."""
    bounds = {
        "stores/files/audio_files.py",
        "stores/files/formats/mpeg.py",
        "plan/effects.py",
        "prompt/rules/sound.py",
    }
    written, defined = set[str](), set[str]()
    for path in SOURCE.rglob("*.py"):
        tree, name = ast.parse(path.read_text()), str(path.relative_to(SOURCE))
        if any(isinstance(node, ast.Constant) and node.value == 44_100 for node in ast.walk(tree)):
            written.add(name)
        if "SAMPLE_RATE" in {constant for constant, _ in constants_of(path.read_text())}:
            defined.add(name)
    assert defined == {"domain/audio.py"}
    assert written - bounds == {"domain/audio.py"}
