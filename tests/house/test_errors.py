"""Every error a user may see has a code and a door."""

from __future__ import annotations

import re

import pytest

from remixlab.domain import errors
from remixlab.doors.errors import DOORS, exit_code, http_status


def leaves(cls: type) -> list[type]:
    children = cls.__subclasses__()
    return [cls, *(leaf for child in children for leaf in leaves(child))]


EVERY_ERROR = [e for branch in DOORS for e in leaves(branch) if e.__module__ == errors.__name__]


@pytest.mark.parametrize("error", EVERY_ERROR)
def test_every_error_has_a_stable_code_and_a_door(error: type) -> None:
    assert re.fullmatch(r"[a-z_]+(\.[a-z_]+)*", error.code)
    instance = error.__new__(error)
    assert exit_code(instance) in range(2, 7)
    assert http_status(instance) in (422, 404, 403, 409, 503)


def test_the_tree_drawn_in_the_docstring_names_every_error() -> None:
    drawn = set(re.findall(r"[A-Z][A-Za-z]+", errors.__doc__ or ""))
    assert {e.__name__ for e in EVERY_ERROR} <= drawn


def test_codes_are_not_shared() -> None:
    codes = [e.code for e in EVERY_ERROR]
    assert len(codes) == len(set(codes))
