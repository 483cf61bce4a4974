"""Asking an engine that may never answer: the question runs beside the caller, who waits so long and no longer."""

from __future__ import annotations

import concurrent.futures.thread as pools
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from threading import Thread
from typing import Any, TypeVar

from remixlab.domain.errors import EngineUnavailable, RemixLabError

T = TypeVar("T")

HINT = (
    "Ask again: what was finished is kept. If it fails again, look at the disk and at --home, and start RemixLab anew."
)
_CAUSE_MAX = 200


def beside(work: Callable[[], T]) -> Future[T]:
    """Begin work on a thread that nobody has to wait for, not even the end of the process; what is open where it is
    asked, such as a trace, is open there too.
    """
    answer: Future[T] = Future()

    def run() -> None:
        try:
            answer.set_result(work())
        except BaseException as wrong:  # noqa: BLE001 (whatever it is, it belongs to whoever asked)
            answer.set_exception(wrong)

    Thread(target=copy_context().run, args=(run,), name="remixlab-question", daemon=True).start()
    return answer


def answer_of(asked: Future[T], within_s: float) -> T:
    """The answer to a question. Raises: EngineUnavailable when it failed or did not come in time."""
    try:
        return asked.result(within_s)
    except (RemixLabError, KeyboardInterrupt, SystemExit):
        raise
    except TimeoutError as silence:
        if not asked.done():
            raise EngineUnavailable(
                f"The job engine has not answered for {within_s:g} seconds.", hint=HINT
            ) from silence
        raise failed(silence) from silence
    except BaseException as wrong:
        raise failed(wrong) from wrong


def failed(wrong: BaseException) -> EngineUnavailable:
    """The job engine's failure in one sentence."""
    return EngineUnavailable(f"The job engine has failed: {cause_of(wrong)}.", hint=HINT)


def cause_of(wrong: BaseException) -> str:
    """What went wrong, in one line: a database's own words without the statement and what was written with it."""
    told = getattr(wrong, "orig", None) or wrong
    lines = str(told).strip().splitlines()
    return (lines[0].rstrip(".")[:_CAUSE_MAX] if lines else "") or type(told).__name__


def let_go(prefix: str) -> None:
    """Let the process end without the threads of a pool that will never finish; the interpreter would wait for them for
    ever.
    """
    waited_for: dict[Any, Any] = dict(getattr(pools, "_threads_queues", {}))
    for thread in waited_for:
        if thread.name.startswith(prefix):
            getattr(pools, "_threads_queues").pop(thread, None)  # noqa: B009 (pyright: no public name)
