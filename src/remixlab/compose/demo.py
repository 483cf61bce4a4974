"""The demonstration catalogue: songs composed and performed here, with the owners, shares and consents that
demo.toml gives them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from remixlab.compose.composer import Brief, compose
from remixlab.compose.performance import Performance, perform
from remixlab.domain.errors import RecordingNotFound


@cache
def _catalogue() -> dict[str, Any]:
    return tomllib.loads(resources.files("remixlab.compose").joinpath("demo.toml").read_text("utf-8"))


def demo_catalogue() -> dict[str, Any]:
    """The catalogue as plain tables: `party` (key, name, kind) and `recording` (titles, works, shares, consents,
    brief).

    Party keys are names inside the file; shares are in ppm; a consent has the field names of
    `domain.rights.Consent`, with `subject` naming what it is about (recording, work or artist) instead of an id.
    """
    return tomllib.loads(resources.files("remixlab.compose").joinpath("demo.toml").read_text("utf-8"))


def demo_slugs() -> tuple[str, ...]:
    """Every recording of the catalogue, in its order."""
    return tuple(entry["slug"] for entry in _catalogue()["recording"])


def demo_brief(slug: str) -> Brief:
    """What the composer was asked for. Raises: RecordingNotFound."""
    for entry in _catalogue()["recording"]:
        if entry["slug"] == slug:
            return Brief(**{"title": entry["title"], **entry["brief"]})
    raise RecordingNotFound(
        f"the demo catalogue has no recording '{slug}'", hint="It has " + ", ".join(demo_slugs()) + "."
    )


def perform_demo(slug: str) -> Performance:
    """Compose and perform one recording of the catalogue: the same samples every time. Raises: RecordingNotFound."""
    return perform(compose(demo_brief(slug)))
