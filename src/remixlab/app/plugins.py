"""Engines that others bring, found by entry points; our own come through the same door."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Any, cast

from remixlab.domain.audio import Audio, Stems
from remixlab.domain.errors import EngineUnavailable
from remixlab.domain.music import Analysis
from remixlab.domain.ports.engines import Listener, Separator
from remixlab.domain.ports.process import Progress

GROUP = "remixlab.engines"
"""Entry points named `separator.<name>` or `listener.<name>`, each a function without arguments that gives the engine."""


class OwnListener:
    """The listening room as a `Listener`."""

    @property
    def name(self) -> str:
        from remixlab.listening.listen import LISTENER  # lazy: numba

        return LISTENER

    def listen(self, recording: Audio, stems: Stems | None, *, progress: Progress | None = None) -> Analysis:
        from remixlab.listening import listen  # lazy: numba

        return listen(recording, stems, progress=progress)


def choose_separator() -> Separator:
    """The engine that `REMIXLAB_SEPARATOR` names; our own when it names none. Raises: EngineUnavailable."""
    wanted = os.environ.get("REMIXLAB_SEPARATOR")
    if wanted:
        return cast(Separator, _load("separator", wanted))
    from remixlab.separation import choose_separator as own_best

    return own_best()


def choose_listener() -> Listener:
    """The engine that `REMIXLAB_LISTENER` names; our own when it names none. Raises: EngineUnavailable."""
    wanted = os.environ.get("REMIXLAB_LISTENER")
    return cast(Listener, _load("listener", wanted)) if wanted else OwnListener()


def _load(kind: str, name: str) -> Any:
    found = {e.name: e for e in entry_points(group=GROUP)}
    entry = found.get(f"{kind}.{name}")
    if entry is None:
        known = ", ".join(sorted(n.partition(".")[2] for n in found if n.startswith(f"{kind}."))) or "none"
        raise EngineUnavailable(f"there is no {kind} called '{name}' here", hint=f"Installed: {known}.")
    make = cast(Callable[[], object], entry.load())
    return make()
