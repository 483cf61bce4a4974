"""A stranger finds every name: each exported class stands in the glossary, or is made of the field's own words."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "remixlab"
PAGE = (ROOT / "docs" / "glossary.md").read_text("utf-8")
OWN, FIELD = PAGE.split("## Words of the field")


def exported_classes() -> set[str]:
    rooms = [path for path in SOURCE.rglob("__init__.py") if "migrations" not in path.parts]
    modules = [".".join(path.parent.relative_to(SOURCE.parent).parts) for path in rooms]
    names = {name for module in modules for name in getattr(importlib.import_module(module), "__all__", [])}
    return {name for name in names if name[0].isupper() and not name.isupper()}


def words_of(name: str) -> list[str]:
    return re.findall(r"[A-Z][a-z0-9]*", name)


def test_every_exported_class_is_in_the_glossary_or_a_word_of_the_field() -> None:
    named = set(re.findall(r"`(\w+)`", OWN))
    field = set(re.findall(r"[A-Z]\w+", FIELD))
    classes = exported_classes()
    assert len(classes) > 150
    assert sorted(name for name in classes - named if not set(words_of(name)) <= field) == []


def test_the_old_words_of_the_shell_are_gone() -> None:
    """A unit of work was a shelf, a context a desk, a workspace a house; a searching stranger found none of them."""
    old = re.compile(
        r"\b(SqlShelf|ReadShelf|WriteShelf|Desk|SqlDesk|open_house|RefusedWish|ConsentWish|ENGINE_RATE_HZ)\b"
    )
    assert [path.name for path in SOURCE.rglob("*.py") if old.search(path.read_text("utf-8"))] == []
