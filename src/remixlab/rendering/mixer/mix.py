"""From a session to its console: levels, then strips, then groups and spaces, then the tone of the whole."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import replace

from remixlab.rendering.mixer.bus import dry_console, with_bus
from remixlab.rendering.mixer.console import Console
from remixlab.rendering.mixer.ducking import kicks_of
from remixlab.rendering.mixer.levels import levels
from remixlab.rendering.mixer.line_strips import line_strips
from remixlab.rendering.mixer.master_strips import master_strips
from remixlab.rendering.mixer.sampled import sampled_strips
from remixlab.rendering.mixer.session import Session
from remixlab.rendering.mixer.strips import Strip


def console_of(session: Session, pool: Executor | None = None) -> Console:
    """The console of a session, its tone set by a short rehearsal. With a pool each line is levelled on a thread of
    its own.

    Raises: RecordingNotFound when a sampled recording was not given, InvalidPlan, UnknownPlace, EngineUnavailable
    when stems are needed and missing.
    """
    balanced = levels(session)
    kicks_s = kicks_of(session)
    sampled = sampled_strips(session, balanced.reference_lufs)
    strips = [*master_strips(session, kicks_s), *line_strips(session, balanced, kicks_s, pool), *sampled]
    return with_bus(dry_console(session, balanced, _each_named(strips)), session, balanced, pool)


def _each_named(strips: list[Strip]) -> tuple[Strip, ...]:
    """The strips with a number in every name that was there before: `pad 2 (strings)`."""
    seen: dict[str, int] = {}
    named: list[Strip] = []
    for strip in strips:
        number = seen[strip.name] = seen.get(strip.name, 0) + 1
        player, bracket, instrument = strip.name.partition(" (")
        named.append(strip if number == 1 else replace(strip, name=f"{player} {number}{bracket}{instrument}"))
    return tuple(named)
