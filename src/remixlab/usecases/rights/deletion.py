"""Deletion: the sound of what was taken down, where its owners asked for that; records and marks stay, as evidence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from remixlab.domain.errors import InvalidTerms
from remixlab.domain.rights import Withdrawal
from remixlab.usecases.context.records import Records


def delete_files(files: Iterable[str], context: Records) -> None:
    """Delete files that nothing else on record names. Called after the transaction that took their remixes down."""
    for sha256 in sorted(files):
        context.blobs.delete(sha256)


def check_day(kind: Withdrawal, since: datetime | None, now: datetime) -> None:
    """Raises: InvalidTerms where files shall be deleted on a day to come."""
    if kind is Withdrawal.DELETE and since is not None and since > now:
        raise InvalidTerms(
            "files are deleted on the day that this is said",
            code="terms.dates",
            hint="Stop the plays from that day on (stop-plays), and delete then.",
        )
