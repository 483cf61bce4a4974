"""How jobs end: what the engine keeps of one, read and written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Literal

from remixlab.app.settings import Settings
from remixlab.domain.errors import Refused, RemixLabError, Unavailable, of_system, revive


@dataclass(frozen=True, slots=True)
class JobStatus:
    """How far a job is, and whose it is: the account that ordered it."""

    job_id: str
    account: str | None
    state: Literal["running", "done", "failed"]
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None


def settled(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The work's result, or the expected error as a value; anything else is a bug and crashes the job."""
    try:
        return {"result": work()}
    except RemixLabError as error:
        return {"error": told(error)}
    except OSError as error:  # a full disk is no mistake of ours, and passes
        return {"error": told(of_system(error))}


def is_worth_another_try(known: Any) -> bool:
    """Whether a finished job is made anew for whoever asks again: it broke off, or something was missing that may be
    there now.
    """
    if known.status != "SUCCESS":
        return True
    output = known.output if isinstance(known.output, dict) else {}
    return "error" in output and isinstance(revive(output["error"]), Unavailable)


def is_refused(job: Any) -> bool:
    """Whether a finished job was a no, and no sound came of it."""
    output = job.output if isinstance(job.output, dict) else {}
    return "error" in output and isinstance(revive(output["error"]), Refused)


def future_of(handle: Any) -> Future[Any]:
    """What ends when this process has carried out a job; without it, the jobs database alone tells."""
    future = getattr(handle, "future", None)
    if isinstance(future, Future):
        return future
    ended: Future[Any] = Future()
    ended.set_result(None)
    return ended


def account_of(job: Any) -> str | None:
    """Whose job it is: by what it carries, or for one of an earlier version by what it was started with."""
    if job.attributes and "account" in job.attributes:
        return str(job.attributes["account"])
    given = job.input
    orders = given.get("args", ()) if isinstance(given, dict) else getattr(given, "args", ())
    actor = orders[0].get("actor") if orders and isinstance(orders[0], dict) else None
    return actor.get("account") if isinstance(actor, dict) else None


def account_in(order: dict[str, Any]) -> str:
    return str(order["actor"]["account"])


def told(error: RemixLabError) -> dict[str, Any]:
    return {"kind": type(error).__name__, **error.to_dict()}


def prepare_sqlite(settings: Settings) -> None:
    """Set the jobs file to write-ahead logging before the engine opens it."""
    if settings.jobs_url.startswith("sqlite"):
        settings.home.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(settings.home / "jobs.sqlite")
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        finally:
            connection.close()
