"""Retention: what is kept for a while only leaves for good, from the files too."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from remixlab.app.jobs.outcomes import is_refused
from remixlab.app.settings import Settings
from remixlab.domain.errors import StoreUnavailable
from remixlab.stores.files import FolderBlobs, FolderSounds

if TYPE_CHECKING:
    from remixlab.app.jobs.queue import Jobs
    from remixlab.usecases.context.making import Making

PLAN_BYTES_MAX: Final = 1 << 18
ENDED_KEPT: Final = timedelta(days=7)
"""How long sessions and links are kept after their end; the audit log says for good that there was one."""
_KEPT_WITH_A_PLAN: Final = frozenset({"source", "plan", "share", "mine", "listener", "territory", "tier", "words"})


def tidy(settings: Settings, context: Making, jobs: Jobs, now: datetime) -> dict[str, int]:
    """Let go of finished jobs, judged plans, decoded sound, sessions, links, challenges and kept answers whose time is
    over; how many of each, and bytes.

    Raises: StoreUnavailable, EngineUnavailable.
    """
    finished, refused = timedelta(days=settings.job_days), timedelta(days=settings.prompt_log_days)
    gone = collect_jobs(jobs, now - finished, now - min(finished, refused))
    if settings.jobs_url.startswith("sqlite"):
        wipe(settings.home / "jobs.sqlite")
    with context.write() as records:
        over = records.sign_ins.collect(now - ENDED_KEPT, now)
    freed = context.sounds.collect() if isinstance(context.sounds, FolderSounds) else 0
    return {
        "jobs": gone,
        "plans": collect_plans(context.blobs, now - timedelta(days=settings.plan_days)),
        "cache_bytes": freed,
        **over._asdict(),
    }


def collect_jobs(jobs: Jobs, finished_before: datetime, refused_before: datetime) -> int:
    """Let go of jobs that ended before a moment, and of refused ones, whose words are kept for appeal only, before
    another; how many.
    """
    due = [job.workflow_id for job in _ended(jobs, finished_before)]
    due += [job.workflow_id for job in _ended(jobs, refused_before) if is_refused(job)]
    jobs.forget_jobs(sorted(set(due)))
    return len(set(due))


def _ended(jobs: Jobs, before: datetime) -> Iterator[Any]:
    seen = 0
    while page := jobs.ended_before(before, seen):
        yield from page
        seen += len(page)


def collect_plans(blobs: Any, before: datetime) -> int:
    """Let go of judged plans that nobody has asked for since; how many. Object stores have rules of their own."""
    if not isinstance(blobs, FolderBlobs):
        return 0
    old = [
        name
        for name, size, used in blobs.listed()
        if size <= PLAN_BYTES_MAX and used < before.timestamp() and _is_plan(blobs, name)
    ]
    for name in old:
        blobs.delete(name)
    return len(old)


def wipe(database: Path) -> None:
    """Overwrite what was deleted in a SQLite file, in its log too, so that no reader of the disk finds it."""
    try:
        with closing(sqlite3.connect(database, timeout=20)) as connection:
            connection.execute("PRAGMA secure_delete=ON")
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError as busy:
        raise StoreUnavailable("The jobs database is busy.", hint="Tidy up again in a moment.") from busy


def _is_plan(blobs: FolderBlobs, name: str) -> bool:
    """Whether a small file is an order that was kept with a judged plan: nothing else has just these fields."""
    try:
        tree = json.loads(blobs.get(name))
    except (StoreUnavailable, ValueError):
        return False
    return isinstance(tree, dict) and tree.keys() >= _KEPT_WITH_A_PLAN
