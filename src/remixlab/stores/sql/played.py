"""What a settlement must know of the remixes that were played: whose they are, whom they pay, when they stopped."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from remixlab.domain.remix import Remix
from remixlab.domain.rights import Hold
from remixlab.domain.settlement import Facts
from remixlab.stores.sql import tables as t
from remixlab.stores.sql.part import Opened, TablePart
from remixlab.stores.sql.remix_rows import remix_of
from remixlab.stores.sql.rights import SqlRights
from remixlab.stores.sql.subjects import recordings_under


class PlayedRemixes(TablePart):
    def __init__(self, opened: Opened, rights: SqlRights) -> None:
        super().__init__(opened)
        self._rights = rights

    def facts(self, since: datetime, until: datetime) -> Mapping[str, Facts]:
        played = sa.select(t.plays.c.remix_id).where(t.plays.c.at >= since, t.plays.c.at < until).distinct()
        rows = self.connection.execute(
            sa.select(t.remixes).where(t.remixes.c.id.in_(played)).order_by(t.remixes.c.id)
        ).all()
        holds = self._rights.holds()
        stopped, disputed = self._stopped(holds, until), self._disputed(holds, until)
        return {row.id: _facts(remix_of(row), stopped, disputed) for row in rows}

    def _stopped(self, holds: list[Hold], at: datetime) -> Mapping[str, datetime]:
        """The recordings that were withdrawn or stopped before a moment, with the first moment they were."""
        stopped: dict[str, datetime] = {}
        for hold in holds:
            if hold.kind != "dispute" and hold.since < at:
                for recording in self.connection.scalars(recordings_under(hold)):
                    stopped[recording] = min(hold.since, stopped.get(recording, hold.since))
        return stopped

    def _disputed(self, holds: list[Hold], at: datetime) -> frozenset[str]:
        """The recordings that somebody disputed before a moment and that are not settled yet, or that wait for a
        person: what they earn waits, too.
        """
        found = [h for h in holds if h.kind == "dispute" and h.since < at and (h.until is None or at <= h.until)]
        waiting = self.connection.scalars(sa.select(t.recordings.c.id).where(t.recordings.c.quarantined)).all()
        held = (recording for hold in found for recording in self.connection.scalars(recordings_under(hold)))
        return frozenset(held) | frozenset(waiting)


def _facts(remix: Remix, stopped: Mapping[str, datetime], disputed: frozenset[str]) -> Facts:
    rests_on = {remix.source_id, *remix.licensed_from}
    moments = [stopped[recording] for recording in rests_on if recording in stopped]
    if remix.state == "withdrawn" and not moments:
        moments = [remix.created_at]
    return Facts(remix.remix_id, remix.listener, min(moments, default=None), bool(rests_on & disputed), remix.pays)
