"""Engines that others bring, found by entry points; our own come through the same door."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import entry_points
from typing import Any, cast

from remixlab.domain.audio import Audio, Stems
from remixlab.domain.errors import EngineUnavailable
from remixlab.domain.music import Analysis
from remixlab.domain.ports.engines import Listener, Separator
from remixlab.domain.ports.performer import Performer
from remixlab.domain.ports.process import Progress

GROUP = "remixlab.engines"
"""Entry points named `separator.<name>`, `listener.<name>` or `performer.<name>`, each a function without arguments
that gives the engine.
"""


class OwnListener:
    """The listening room as a `Listener`."""

    @property
    def name(self) -> str:
        from remixlab.listening.listen import LISTENER  # lazy: numba

        return LISTENER

    def listen(self, recording: Audio, stems: Stems | None, *, progress: Progress | None = None) -> Analysis:
        from remixlab.listening import listen  # lazy: numba

        return listen(recording, stems, progress=progress)


def choose_separator(name: str | None = None) -> Separator:
    """The installed separator of this name; our own without one. Raises: EngineUnavailable."""
    if name:
        return cast(Separator, _load("separator", name))
    from remixlab.separation import choose_separator as own_best  # lazy: numba

    return own_best()


def choose_listener(name: str | None = None) -> Listener:
    """The installed listener of this name; our own without one. Raises: EngineUnavailable."""
    return cast(Listener, _load("listener", name)) if name else OwnListener()


def choose_performers(names: Sequence[str]) -> tuple[Performer, ...]:
    """The installed performers of these names, in this order: the first that takes a part plays it.

    Raises: EngineUnavailable.
    """
    return tuple(cast(Performer, _load("performer", name)) for name in names)


def _load(kind: str, name: str) -> Any:
    found = {e.name: e for e in entry_points(group=GROUP)}
    entry = found.get(f"{kind}.{name}")
    if entry is None:
        known = ", ".join(sorted(n.partition(".")[2] for n in found if n.startswith(f"{kind}."))) or "none"
        raise EngineUnavailable(f"there is no {kind} called '{name}' here", hint=f"Installed: {known}.")
    make = cast(Callable[[], object], entry.load())
    return make()
