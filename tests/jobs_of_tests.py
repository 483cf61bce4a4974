"""A job engine whose work takes no time, for tests of the engine itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from remixlab.app.jobs.queue import Jobs
from remixlab.app.settings import read_settings
from remixlab.domain.actor import Actor
from remixlab.domain.errors import Refused
from remixlab.domain.ports.telemetry import SilentTelemetry
from remixlab.usecases.catalogue import IngestOrder

ACTOR = Actor.model_validate({"account": "me", "territory": "US", "at": "2026-03-01T12:00:00Z"})


class _Order:
    def __init__(self, number: int) -> None:
        self._number = number

    def model_dump(self, mode: str) -> dict[str, Any]:
        return {"number": self._number}


def order(number: int) -> IngestOrder:
    return cast(IngestOrder, _Order(number))


class Jobbing(Jobs):
    """Number 1 is refused, number 2 breaks off, the others are done; `work` may be another."""

    def __init__(self, home: Path, work: Callable[[int], dict[str, Any]] | None = None, url: str = "") -> None:
        settings = read_settings({"REMIXLAB_DATABASE_URL": url}, home=home)
        super().__init__(settings, cast(Any, SimpleNamespace(telemetry=SilentTelemetry())))
        self.work = work or plain
        self.worked: list[int] = []

    def _ingest(self, order: dict[str, Any], progress: Any) -> dict[str, Any]:
        progress("work", 1.0)
        self.worked.append(order["order"]["number"])
        return self.work(order["order"]["number"])


def plain(number: int) -> dict[str, Any]:
    if number == 1:
        raise Refused("no")
    if number == 2:
        raise ZeroDivisionError("two")
    return {"recording_id": f"rec_{number}"}
