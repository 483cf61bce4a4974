"""Find and read the style files."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files

from pydantic import ValidationError
from rapidfuzz import process

from remixlab.domain.errors import InvalidPlan
from remixlab.plan.styles.schema import Style

_SUFFIX = ".toml"
_PACKAGE = "remixlab.plan.styles"


@lru_cache(maxsize=1)
def ids() -> tuple[str, ...]:
    """The styles there are, in alphabetical order."""
    names = (entry.name for entry in files(_PACKAGE).iterdir())
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX)))


@lru_cache(maxsize=128)
def load(style_id: str) -> Style:
    """The style with this id. Raises: InvalidPlan with the nearest names when there is none."""
    if style_id not in ids():
        near = [name for name, _, _ in process.extract(style_id, ids(), limit=3)]
        raise InvalidPlan(
            [f"there is no style '{style_id}'"], code="plan.unknown_style", hint=f"Did you mean {', '.join(near)}?"
        )
    text = (files(_PACKAGE) / f"{style_id}{_SUFFIX}").read_text(encoding="utf-8")
    try:
        return Style.model_validate({"id": style_id, **tomllib.loads(text)})
    except (ValidationError, tomllib.TOMLDecodeError) as error:
        raise AssertionError(f"the style file {style_id}{_SUFFIX} is not right: {error}") from error


def neighbours(style_id: str) -> tuple[str, ...]:
    """Other styles, the nearest first: those the file names, then the rest of its family, then the others.

    Raises: InvalidPlan when there is no such style.
    """
    style = load(style_id)
    named = [name for name in style.neighbours if name in ids()]
    family = [name for name in ids() if load(name).family == style.family]
    return tuple(name for name in dict.fromkeys((*named, *family, *ids())) if name != style_id)
