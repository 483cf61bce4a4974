"""A job engine whose work takes no time, for tests of the engine itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from remixlab.app.jobs.queue import Jobs
from remixlab.app.settings import read_settings
from remixlab.domain.errors import Refused
from remixlab.usecases.catalogue import IngestOrder


class _Order:
    def __init__(self, number: int) -> None:
        self._number = number

    def model_dump(self, mode: str) -> dict[str, Any]:
        return {"number": self._number}


def order(number: int) -> IngestOrder:
    return cast(IngestOrder, _Order(number))


class Jobbing(Jobs):
    """Number 1 is refused, number 2 breaks off, the others are done; `work` may be another."""

    def __init__(self, home: Path, work: Callable[[int], dict[str, Any]] | None = None) -> None:
        super().__init__(read_settings({}, home=home), cast(Any, None))
        self.work = work or plain
        self.worked: list[int] = []

    def _ingest(self, order: dict[str, Any], progress: Any) -> dict[str, Any]:
        progress("work", 1.0)
        self.worked.append(order["number"])
        return self.work(order["number"])


def plain(number: int) -> dict[str, Any]:
    if number == 1:
        raise Refused("no")
    if number == 2:
        raise ZeroDivisionError("two")
    return {"recording_id": f"rec_{number}"}
