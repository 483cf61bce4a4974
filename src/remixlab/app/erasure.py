"""Erasure: an account goes with its jobs and the plans that were kept for it, so that nothing of it comes back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from remixlab.app.jobs.outcomes import account_of
from remixlab.app.retention import PLAN_BYTES_MAX
from remixlab.domain.errors import StoreUnavailable
from remixlab.stores.files import FolderBlobs

if TYPE_CHECKING:
    from remixlab.app.jobs.queue import Jobs


UNFINISHED: Final = ("PENDING", "ENQUEUED", "DELAYED")


def end_jobs(account: str, jobs: Jobs) -> list[str]:
    """Call off what an account has running or waiting; all of its jobs, to be forgotten. Raises: EngineUnavailable."""
    own: list[str] = []
    seen = 0
    while page := jobs.ended_before(None, seen):
        seen += len(page)
        for job in (job for job in page if account_of(job) == account):
            own.append(job.workflow_id)
            if job.status in UNFINISHED:
                jobs.cancel(job.workflow_id)
    return own


def forget_plans(account: str, blobs: Any) -> int:
    """Let go of the plans that were kept for an account; how many. Object stores have rules of their own."""
    if not isinstance(blobs, FolderBlobs):
        return 0
    small = [name for name, size, _ in blobs.listed() if size <= PLAN_BYTES_MAX]
    theirs = [name for name in small if _listener(blobs, name) == account]
    for name in theirs:
        blobs.delete(name)
    return len(theirs)


def _listener(blobs: FolderBlobs, name: str) -> str | None:
    """Whose order a small file is, where it is one that was kept with a judged plan."""
    try:
        tree: Any = json.loads(blobs.get(name))
    except (StoreUnavailable, ValueError):
        return None
    return str(tree["listener"]) if isinstance(tree, dict) and {"listener", "plan", "words"} <= tree.keys() else None
